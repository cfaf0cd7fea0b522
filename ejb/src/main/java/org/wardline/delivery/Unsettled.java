package org.wardline.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.wardline.delivery.Settlements.Taken;
import org.wardline.store.GroupCommit;
import org.wardline.store.OverloadedException;

/**
 * What a receiver took and is still to be settled. The first is handed over at once; what is taken
 * while it is committed is handed over together when that is done, so that nothing waits longer
 * than a commit, however long the next one is carried. Filled by one worker.
 */
final class Unsettled {
  private final GroupCommit<List<Taken>, Boolean> settling;
  private final Deque<CompletableFuture<Boolean>> handedOver = new ArrayDeque<>();
  private List<Taken> taken = new ArrayList<>();
  private boolean underWay;

  /** None yet. */
  Unsettled(GroupCommit<List<Taken>, Boolean> settling) {
    this.settling = settling;
  }

  /** Something that was taken. */
  synchronized void add(Taken one) {
    taken.add(one);
    if (!underWay) {
      handOver();
    }
  }

  /** On the thread of the committer, which must not fail by it: who waits hands over himself. */
  private synchronized void next() {
    underWay = false;
    try {
      handOver();
    } catch (OverloadedException e) {
      underWay = false;
    }
  }

  private void handOver() {
    if (!taken.isEmpty()) {
      underWay = true;
      CompletableFuture<Boolean> settled = settling.offer(taken);
      taken = new ArrayList<>();
      handedOver.add(settled.whenComplete((done, fault) -> next()));
    }
  }

  /**
   * Comes back when all of it is settled.
   *
   * @throws IllegalStateException when it could not be, or not within that time
   * @throws OverloadedException when too much waits to be settled
   */
  void await(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    try {
      for (CompletableFuture<Boolean> one = last(); one != null; one = last()) {
        one.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("what was delivered could not be settled", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped", e);
    }
  }

  /** One that was handed over, if need be now; null when there is none. */
  private synchronized @Nullable CompletableFuture<Boolean> last() {
    if (handedOver.isEmpty()) {
      handOver();
    }
    return handedOver.poll();
  }
}
