package org.wardline.delivery;

import java.util.concurrent.TimeUnit;

/**
 * Spaces out what goes to one destination, over all its workers on this node: each takes the next
 * place in time and waits for it. Nothing is saved up while nobody sends.
 */
final class Pace {
  private final long interval;
  private long next = System.nanoTime();

  /**
   * A pace.
   *
   * @param perSecond most messages a second; 0: no limit
   */
  Pace(int perSecond) {
    interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** Waits for one's turn; false when the thread is told to end. */
  boolean await() {
    if (interval == 0) {
      return true;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(place() - System.nanoTime());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized long place() {
    long place = Math.max(next, System.nanoTime());
    next = place + interval;
    return place;
  }
}
