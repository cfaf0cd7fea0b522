package org.wardline.intake.hl7v2;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.setting.Settings;
import org.wardline.store.GroupCommit;
import org.wardline.store.Leases;
import org.wardline.store.StoreException;

/**
 * Keeps what came in, grouped over all connections, and processes later what was only kept: in the
 * order of arrival, on one node at a time, and each message once, because its work is removed in
 * the transaction that does it.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
  private static final String LEASE = "inbound";

  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private ArrivalQueue queue;

  // not @Inject: see docs/performance.md
  @EJB private ArrivalBatch batch;
  @EJB private KeptBatch kept;
  @Inject private Leases leases;

  private final Semaphore doorbell = new Semaphore(0);
  private volatile boolean running = true;
  private @Nullable Thread processor;

  @PostConstruct
  void start() {
    queue.open(new GroupCommit<>(GroupCommit.Bounds.of(settings), threads, this::commit));
    processor = threads.newThread(this::process);
    processor.start();
  }

  @PreDestroy
  void stop() {
    running = false;
    queue.close();
    if (processor != null) {
      processor.interrupt();
      leases.release(LEASE);
    }
  }

  private List<List<byte[]>> commit(List<Arrival> arrivals) {
    try {
      List<List<byte[]>> answers = keep(arrivals);
      if (arrivals.stream().anyMatch(Arrival::toBeProcessed)) {
        doorbell.release();
      }
      return answers;
    } catch (EJBException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Most come for the first time; whether they do is shown by the keys that they leave. */
  private List<List<byte[]>> keep(List<Arrival> arrivals) {
    if (arrivals.stream().allMatch(Arrival::keptAsItComes)) {
      try {
        return batch.commitUnseen(arrivals);
      } catch (StoreException e) {
        if (!e.duplicate()) {
          throw e;
        }
        LOG.debug("one of {} messages came before", arrivals.size());
      }
    }
    return batch.commit(arrivals);
  }

  private void process() {
    while (running) {
      try {
        if (doorbell.tryAcquire(1, TimeUnit.SECONDS)) {
          doorbell.drainPermits();
        }
        while (running && leases.hold(LEASE) && processNext() > 0) {
          LOG.trace("processed a batch of kept messages");
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.warn("processing of kept messages paused: {}", e.getClass().getSimpleName());
        }
      }
    }
  }

  /**
   * When a batch fails by one of its messages, they go one by one, and the one that fails waits.
   */
  private int processNext() {
    try {
      return kept.process(KeptBatch.AT_ONCE);
    } catch (RuntimeException batchFault) {
      if (StoreException.away(batchFault)) {
        throw batchFault;
      }
      try {
        return kept.process(1);
      } catch (RuntimeException fault) {
        if (StoreException.away(fault)) {
          throw fault;
        }
        LOG.error("a kept message was parked: {}", fault.getClass().getSimpleName());
        kept.parkNext("cannot be processed");
        return 1;
      }
    }
  }

  /** Daily: the duplicate check needs no more than its window. */
  @Schedule(hour = "3", persistent = false)
  public void prune() {
    kept.prune();
  }
}
