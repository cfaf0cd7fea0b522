package org.wardline.store;

import org.jspecify.annotations.Nullable;

/**
 * Where things wait until they are kept together with others ({@link GroupCommit}). An EJB of the
 * start opens and closes it, since its threads must not be those of whoever comes first; who hands
 * in holds this plain bean, as the call of an EJB for each item would cost more than the queue.
 *
 * @param <T> what is handed in
 * @param <R> what the one who handed it in gets
 */
public class CommitQueue<T, R> implements AutoCloseable {
  private volatile @Nullable GroupCommit<T, R> commits;

  /** Takes from now on. */
  public void open(GroupCommit<T, R> keeper) {
    commits = keeper;
  }

  /** True when something can be handed in. */
  public boolean isOpen() {
    return commits != null;
  }

  /**
   * Hands in and waits for the commit.
   *
   * @throws OverloadedException when it could not be kept in time, or this is not open; in time it
   *     may yet be kept, so the caller must not be told that it was not
   */
  public R submit(T item) {
    GroupCommit<T, R> keeper = commits;
    if (keeper == null) {
      throw new OverloadedException("not open");
    }
    return keeper.submit(item);
  }

  /** What waits fails, and was not kept. */
  @Override
  public void close() {
    GroupCommit<T, R> keeper = commits;
    if (keeper != null) {
      keeper.close();
    }
  }
}
