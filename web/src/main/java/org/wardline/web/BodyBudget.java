package org.wardline.web;

import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory that long bodies under way may take together. A body that is parsed becomes many times
 * its length; several at once would fill the memory, and a server without memory ends, with all who
 * are signed in.
 */
final class BodyBudget {
  /** Shorter ones, nearly all, are not counted: so many of them as there are threads do no harm. */
  static final int FREE = 64 * 1024;

  private static final int UNIT = 1024;

  /** What a parsed body takes of the heap for each of its bytes, and one that is bytes. */
  private static final int PARSED = 24;

  private static final int PLAIN = 4;

  /** The most that one takes, as it has a limited number of values. */
  private static final int MOST = 128 * 1024 * 1024;

  private static final int SHARE = 40;
  private static final int WHOLE = 100;
  private static final int SECONDS = 5;

  private final int total;
  private final Semaphore free;

  /**
   * A share of the memory.
   *
   * @param heap bytes that there are at most
   */
  BodyBudget(long heap) {
    total = (int) Math.min(Integer.MAX_VALUE, Math.max(1, heap / WHOLE * SHARE / UNIT));
    free = new Semaphore(total, true);
  }

  /**
   * What a body takes of the budget, in its units; never more than all of it.
   *
   * @param length bytes
   * @param type media type
   */
  int weight(long length, @Nullable String type) {
    if (length <= FREE) {
      return 0;
    }
    String form = String.valueOf(type).toLowerCase(Locale.ROOT);
    boolean parsed = type == null || form.contains("json") || form.contains("xml");
    long bytes = parsed ? Math.min(MOST, length * PARSED) : length * PLAIN;
    return (int) Math.min(total, Math.max(1, bytes / UNIT));
  }

  /** Takes so much, waiting a moment for it; false when it is not to be had. */
  boolean take(int weight) {
    try {
      return weight == 0 || free.tryAcquire(weight, SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives back what was taken. */
  void give(int weight) {
    free.release(weight);
  }
}
