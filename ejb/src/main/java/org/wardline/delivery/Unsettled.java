package org.wardline.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.wardline.delivery.Settlements.Taken;
import org.wardline.store.GroupCommit;

/**
 * What a receiver took and is still to be settled: handed over together, a moment after the first
 * of it, since a commit of each alone costs more than carrying it. Not for use by two threads.
 */
final class Unsettled {
  private static final int MOST = 50;
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final GroupCommit<List<Taken>, Boolean> settling;
  private final List<CompletableFuture<Boolean>> handedOver = new ArrayList<>();
  private List<Taken> taken = new ArrayList<>();
  private long since;

  /** None yet. */
  Unsettled(GroupCommit<List<Taken>, Boolean> settling) {
    this.settling = settling;
  }

  /** Something that was taken. */
  void add(Taken one) {
    if (taken.isEmpty()) {
      since = System.nanoTime();
    }
    taken.add(one);
    if (taken.size() == MOST) {
      handOver();
    }
  }

  /** To be called before anything that may take long. */
  void handOverAfterAMoment() {
    if (System.nanoTime() - since > MOMENT.toNanos()) {
      handOver();
    }
  }

  private void handOver() {
    if (!taken.isEmpty()) {
      handedOver.add(settling.offer(taken));
      taken = new ArrayList<>();
    }
  }

  /**
   * Comes back when all of it is settled.
   *
   * @throws IllegalStateException when it could not be, or not within that time
   */
  void await(Duration longest) {
    handOver();
    try {
      CompletableFuture.allOf(handedOver.toArray(CompletableFuture[]::new))
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
      handedOver.clear();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("what was delivered could not be settled", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped", e);
    }
  }
}
