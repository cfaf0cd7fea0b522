package org.wardline.chart;

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
import org.wardline.store.LeasedLoop;
import org.wardline.store.Leases;

/** Looks every second for records whose codes are not those of their newest version. */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class RecodingWorker {
  private static final String LEASE = "chart-codes";
  private static final Duration EVERY = Duration.ofSeconds(1);

  @Resource private ManagedThreadFactory threads;
  @Inject private Recoding recoding;
  @Inject private Leases leases;

  private @Nullable LeasedLoop loop;

  @PostConstruct
  void start() {
    loop = new LeasedLoop(leases, LEASE, EVERY, this::look);
    loop.start(threads);
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  private void look() {
    while (!Thread.currentThread().isInterrupted() && leases.hold(LEASE) && recoding.next() > 0) {
      // one batch after the other
    }
  }
}
