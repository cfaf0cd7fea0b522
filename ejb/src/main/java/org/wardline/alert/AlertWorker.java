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
import jakarta.inject.Inject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.alert.CriticalResults.Open;
import org.wardline.store.Keys;
import org.wardline.store.LeasedLoop;
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
  @Inject private CriticalResultBell kept;
  @Inject private Keys keys;

  private @Nullable LeasedLoop loop;

  /** A commit kept a critical result. */
  public record CriticalResultKept() {}

  @PostConstruct
  void start() {
    loop = new LeasedLoop(leases, LEASE, AGAIN, () -> results.open().forEach(this::tell));
    loop.start(threads);
    kept.wakes(loop::ring);
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
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
