package org.wardline.alert;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.alert.CriticalResults.Open;
import org.wardline.store.Keys;
import org.wardline.store.Leases;

/**
 * Sees to it that each critical result is told to somebody: at once after the commit that kept it,
 * and again every few seconds until it is. One node at a time.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class AlertWorker {
  private static final Logger LOG = LoggerFactory.getLogger(AlertWorker.class);
  private static final String LEASE = "critical-results";
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int LOUD_EVERY = 12; // attempts: once a minute

  @Resource private ManagedThreadFactory threads;
  @Inject private CriticalResults results;
  @Inject private Alerting alerting;
  @Inject private Leases leases;
  @Inject private Keys keys;

  private final Semaphore doorbell = new Semaphore(0);
  private volatile boolean running = true;
  private @Nullable Thread worker;

  /** A commit kept a critical result. */
  public record CriticalResultKept() {}

  @PostConstruct
  void start() {
    worker = threads.newThread(this::work);
    worker.start();
  }

  @PreDestroy
  void stop() {
    running = false;
    if (worker != null) {
      worker.interrupt();
      leases.release(LEASE);
    }
  }

  /** Somebody look. */
  public void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) CriticalResultKept kept) {
    doorbell.release();
  }

  private void work() {
    while (running) {
      try {
        if (doorbell.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          doorbell.drainPermits();
        }
        if (leases.hold(LEASE)) {
          results.open().forEach(this::tell);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.warn("critical results wait: {}", e.getClass().getSimpleName());
        }
      }
    }
  }

  /** One that cannot be told is no reason to keep the others waiting. */
  private void tell(Open alert) {
    try {
      if (!alerting.tell(alert, keys.now()) && alert.attempts() % LOUD_EVERY == 0) {
        LOG.error(
            "critical result {} waits: nobody is on duty, not even at the switchboard", alert.id());
      }
    } catch (RuntimeException e) {
      LOG.error("critical result {} waits: {}", alert.id(), e.getClass().getSimpleName());
      results.failed(alert, e.getClass().getSimpleName());
    }
  }
}
