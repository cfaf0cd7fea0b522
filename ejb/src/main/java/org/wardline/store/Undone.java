package org.wardline.store;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does again what the database undid for another transaction's sake: of two that wait for each
 * other it undoes one, and that one finds the way free.
 */
public final class Undone {
  private static final Logger LOG = LoggerFactory.getLogger(Undone.class);
  private static final int MOST = 3;

  private Undone() {}

  /**
   * Does it, again if need be.
   *
   * @param work a whole transaction: when it fails nothing of it is left, and it may be begun anew
   * @throws StoreException when it was undone three times
   */
  public static <T> T again(Supplier<T> work) {
    for (int attempt = 1; attempt < MOST; attempt++) {
      try {
        return work.get();
      } catch (RuntimeException fault) {
        if (!StoreException.undone(fault)) {
          throw fault;
        }
        LOG.warn("a transaction was undone for another one's sake, and is done again");
      }
    }
    return work.get();
  }
}
