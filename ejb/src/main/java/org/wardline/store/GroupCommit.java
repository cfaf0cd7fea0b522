package org.wardline.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.wardline.setting.Settings;

/**
 * Commits together what many threads hand in: whatever waits when a committer is free goes into one
 * transaction, so that a disk flush is shared. An answer is given only after its commit. When a
 * transaction fails, its items are tried one by one, so that one bad item fails alone; one that the
 * database undid for another one's sake is done again; when the database is away, all fail at once
 * and nobody waits.
 *
 * @param <T> what is handed in
 * @param <R> what the one who handed it in gets
 */
public final class GroupCommit<T, R> implements AutoCloseable {

  /**
   * Writes and commits items in one transaction; on any exception nothing of it is kept.
   *
   * @param <T> item
   * @param <R> result
   */
  public interface Work<T, R> {
    /** Results in the order of the items. */
    List<R> commit(List<T> items);
  }

  /**
   * Bounds.
   *
   * @param committers threads, and so transactions at the same time
   * @param largest most items in a transaction
   * @param waiting most items that wait; one more is refused
   * @param patience longest wait of one who handed in
   */
  public record Bounds(int committers, int largest, int waiting, Duration patience) {

    /** As the operator set them. */
    public static Bounds of(Settings settings) {
      return new Bounds(
          settings.number("wardline.commit.committers"),
          settings.number("wardline.commit.largest"),
          settings.number("wardline.commit.waiting"),
          settings.duration("wardline.commit.patience"));
    }
  }

  private record Pending<T, R>(T item, CompletableFuture<R> answer) {}

  private final Work<T, R> work;
  private final Bounds bounds;
  private final BlockingQueue<Pending<T, R>> queue;
  private final List<Thread> committers;
  private volatile boolean open = true;

  /** Starts the committers. */
  public GroupCommit(Bounds bounds, ThreadFactory threads, Work<T, R> work) {
    this.bounds = bounds;
    this.work = work;
    this.queue = new ArrayBlockingQueue<>(bounds.waiting());
    this.committers =
        IntStream.range(0, bounds.committers())
            .mapToObj(i -> threads.newThread(this::commitWhatWaits))
            .toList();
    committers.forEach(Thread::start);
  }

  /**
   * Hands in; the answer comes after the commit, on the committer's thread.
   *
   * @throws OverloadedException when too much waits, or this is closed: nothing was kept
   */
  public CompletableFuture<R> offer(T item) {
    var pending = new Pending<T, R>(item, new CompletableFuture<>());
    if (!open || !queue.offer(pending)) {
      throw new OverloadedException("too much waits to be kept");
    }
    if (!open) {
      failWhatWaits();
    }
    return pending.answer();
  }

  /**
   * Hands in and waits for the commit.
   *
   * @throws OverloadedException when it could not be kept in time; it may yet be kept, so the
   *     caller must not be told that it was not
   */
  public R submit(T item) {
    CompletableFuture<R> answer = offer(item);
    try {
      return answer.get(bounds.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new OverloadedException("not kept in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OverloadedException("stopped");
    }
  }

  private void commitWhatWaits() {
    var batch = new ArrayList<Pending<T, R>>(bounds.largest());
    while (open) {
      try {
        batch.add(queue.take());
        queue.drainTo(batch, bounds.largest() - 1);
        commit(batch);
      } catch (InterruptedException e) {
        return;
      } finally {
        batch.clear();
      }
    }
  }

  private void commit(List<Pending<T, R>> batch) {
    try {
      List<T> items = batch.stream().map(Pending::item).toList();
      List<R> results = Undone.again(() -> work.commit(items));
      for (int i = 0; i < results.size(); i++) {
        batch.get(i).answer().complete(results.get(i));
      }
    } catch (Throwable fault) { // whoever waits must hear of it, whatever it is
      if (batch.size() > 1 && !StoreException.away(fault)) {
        batch.forEach(one -> commit(List.of(one)));
      } else {
        batch.forEach(one -> one.answer().completeExceptionally(fault));
      }
    }
  }

  private void failWhatWaits() {
    var left = new ArrayList<Pending<T, R>>();
    queue.drainTo(left);
    left.forEach(one -> one.answer().completeExceptionally(new OverloadedException("stopped")));
  }

  /** Ends the committers; what still waits fails, and was not kept. */
  @Override
  public void close() {
    open = false;
    committers.forEach(Thread::interrupt);
    failWhatWaits();
  }
}
