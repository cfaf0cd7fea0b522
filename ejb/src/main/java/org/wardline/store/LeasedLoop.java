package org.wardline.store;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that looks for work every so often, and at once when somebody rings; on one node at a
 * time. A look that fails is logged without its text, and the next one comes all the same.
 */
public final class LeasedLoop {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedLoop.class);

  private final Leases leases;
  private final String lease;
  private final Duration every;
  private final Runnable look;
  private final Semaphore doorbell = new Semaphore(0);
  private volatile boolean running = true;
  private @Nullable Thread worker;

  /**
   * Not started yet.
   *
   * @param lease name of the work
   * @param every longest time between two looks
   * @param look at what there is to do
   */
  public LeasedLoop(Leases leases, String lease, Duration every, Runnable look) {
    this.leases = leases;
    this.lease = lease;
    this.every = every;
    this.look = look;
  }

  /** Begins. */
  public void start(ThreadFactory threads) {
    worker = threads.newThread(this::work);
    worker.start();
  }

  /** Somebody look, now. */
  public void ring() {
    doorbell.release();
  }

  /** Ends, and leaves the work to others. */
  public void stop() {
    running = false;
    if (worker != null) {
      worker.interrupt();
      leases.release(lease);
    }
  }

  private void work() {
    while (running) {
      try {
        if (doorbell.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS)) {
          doorbell.drainPermits();
        }
        if (leases.hold(lease)) {
          look.run();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.warn("{}: the work waits: {}", lease, e.getClass().getSimpleName());
        }
      }
    }
  }
}
