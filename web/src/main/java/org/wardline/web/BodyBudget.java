package org.wardline.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.wardline.store.OverloadedException;

/**
 * The memory that long bodies under way may take together: a part of it while they arrive, which
 * lasts as long as a slow line takes, and another while they are read into objects, which take many
 * times their length. Several at once would fill the memory, and a server without memory ends, with
 * all who are signed in.
 */
public final class BodyBudget {
  /** Shorter ones, nearly all, are not counted: so many of them as there are threads do no harm. */
  public static final int FREE = 64 * 1024;

  private static final String KEY = BodyBudget.class.getName();
  private static final String BUSY =
      "Too many long bodies are under way, and nothing was kept. Try again in a moment.";

  /** What a body takes for each of its bytes while it arrives, and once it is read. */
  private static final int COPIES = 3;

  private static final int TEXT = 6;

  /** What each value of a body becomes: some objects, twice in a batch. */
  private static final int VALUE = 600;

  private final Part arriving;
  private final Part read;

  /**
   * A budget.
   *
   * @param heap bytes that there are at most
   * @param arrivingPercent what bodies take of it together while they arrive
   * @param readPercent what they take while they are read
   * @param wait how long one waits for others to end
   */
  BodyBudget(long heap, int arrivingPercent, int readPercent, Duration wait) {
    arriving = new Part(heap, arrivingPercent, wait);
    read = new Part(heap, readPercent, wait);
  }

  /** What one request takes of it. */
  Share share(HttpServletRequest request) {
    var share = new Share();
    request.setAttribute(KEY, share);
    return share;
  }

  /** What that request takes of it; empty where bodies are not limited. */
  public static Optional<Share> of(HttpServletRequest request) {
    return Optional.ofNullable(request.getAttribute(KEY)).map(Share.class::cast);
  }

  /** What one request takes; of one thread. */
  public final class Share {
    private int arrived;
    private int taken;

    /**
     * Takes what the body needs while it arrives, once.
     *
     * @param length bytes, at most
     * @throws OverloadedException when it is not to be had
     */
    void arrive(long length) {
      if (arrived == 0 && length > FREE) {
        arrived = arriving.take(length * COPIES);
      }
    }

    /**
     * Takes what the body needs as objects, once.
     *
     * @param length bytes
     * @param values elements, members and what they hold
     * @throws OverloadedException when it is not to be had
     */
    public void read(long length, long values) {
      if (taken == 0 && length > FREE) {
        taken = read.take(length * TEXT + values * VALUE);
      }
    }

    /** The request is answered. */
    void give() {
      arriving.give(arrived);
      read.give(taken);
      arrived = 0;
      taken = 0;
    }
  }

  /** A part of the memory, in KiB. */
  private static final class Part {
    private static final int UNIT = 1024;
    private static final int WHOLE = 100;

    /** Those behind them are refused at once: each that waits holds a thread. */
    private static final int MOST_WAITING = 16;

    private final int total;
    private final Semaphore free;
    private final Duration wait;

    Part(long heap, int percent, Duration wait) {
      total = (int) Math.min(Integer.MAX_VALUE, Math.max(1, heap / WHOLE * percent / UNIT));
      free = new Semaphore(total, true);
      this.wait = wait;
    }

    /** Takes so many bytes, never more than there are; gives back how many units these are. */
    int take(long bytes) {
      int units = (int) Math.min(total, Math.max(1, bytes / UNIT));
      if (free.getQueueLength() >= MOST_WAITING || !waited(units)) {
        throw new OverloadedException(BUSY);
      }
      return units;
    }

    private boolean waited(int units) {
      try {
        return free.tryAcquire(units, wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    void give(int units) {
      free.release(units);
    }
  }
}
