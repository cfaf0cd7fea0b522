package org.wardline.compose;

import org.wardline.compose.Submissions.Submitted;
import org.wardline.store.RowBatch;

/** What is kept with a message, by the commit that keeps the message, or not at all. */
@FunctionalInterface
public interface Alongside {
  /** Nothing. */
  Alongside NOTHING = (sent, rows) -> {};

  /**
   * Called in the transaction of the message, once it is known that it will be kept; not for one
   * that was kept before.
   *
   * @param rows kept by that transaction
   */
  void add(Submitted sent, RowBatch rows);
}
