package org.wardline.subscription;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.access.AccessDeniedException;
import org.wardline.receipt.ReceiptBell;
import org.wardline.store.Leases;
import org.wardline.subscription.NotificationSteps.Due;

/**
 * Tells subscribers: after each commit of this node, and every second for what others did. One node
 * at a time; several subscriptions beside each other, each in its order.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class NotificationWorker {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationWorker.class);
  private static final String LEASE = "subscriptions";
  private static final int BESIDE = 8;
  private static final Duration QUIET = Duration.ofMillis(200);
  private static final Duration SLICE = Duration.ofSeconds(5);

  @Resource private ManagedThreadFactory threads;
  @Inject private NotificationSteps steps;
  @Inject private Notifier notifier;
  @Inject private Leases leases;
  @Inject private ReceiptBell receipts;

  private final Semaphore doorbell = new Semaphore(0);
  private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
  private final Set<UUID> troubled = ConcurrentHashMap.newKeySet();
  private volatile boolean running = true;
  private @Nullable Thread watcher;
  private @Nullable ExecutorService pool;

  @PostConstruct
  void start() {
    pool = Executors.newFixedThreadPool(BESIDE, threads);
    watcher = threads.newThread(this::watch);
    watcher.start();
    receipts.wakes(doorbell::release);
  }

  @PreDestroy
  void stop() {
    running = false;
    if (watcher != null) {
      watcher.interrupt();
    }
    if (pool != null) {
      pool.shutdownNow();
    }
    leases.release(LEASE);
  }

  /** Ends what is over. */
  @Schedule(hour = "*", minute = "*/5", persistent = false)
  public void clean() {
    if (leases.hold(LEASE)) {
      steps.clean();
    }
  }

  private void watch() {
    while (running) {
      try {
        if (doorbell.tryAcquire(1, TimeUnit.SECONDS)) {
          TimeUnit.MILLISECONDS.sleep(QUIET.toMillis()); // under load one look for many commits
          doorbell.drainPermits();
        }
        List<UUID> due = steps.due();
        if (!due.isEmpty() && leases.hold(LEASE)) {
          for (UUID id : due) {
            if (pool != null && busy.add(id)) {
              pool.execute(() -> work(id));
            }
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.warn("subscriptions wait: {}", e.getClass().getSimpleName());
        }
      }
    }
  }

  /** A slice of time for one; then the others have theirs. */
  private void work(UUID id) {
    long end = System.nanoTime() + SLICE.toNanos();
    try {
      boolean more = true;
      while (running && more && System.nanoTime() < end && leases.hold(LEASE)) {
        boolean found = steps.collect(id);
        Told told = tell(id);
        more = told == Told.TAKEN || (told == Told.NOTHING && found);
      }
      troubled.remove(id);
    } catch (AccessDeniedException e) {
      LOG.warn("subscription {} ended: its client has no right to it any more", id);
      steps.denied(id);
    } catch (RuntimeException e) {
      if (running && troubled.add(id)) {
        LOG.warn("subscription {} waits: {}", id, rootOf(e));
      }
    } finally {
      busy.remove(id);
    }
  }

  /** What broke: its kind only, since its words may be anybody's. */
  private static String rootOf(Throwable fault) {
    Throwable cause = fault.getCause();
    return cause == null || cause == fault ? fault.getClass().getSimpleName() : rootOf(cause);
  }

  private enum Told {
    NOTHING,
    TAKEN,
    FAILED
  }

  private Told tell(UUID id) {
    Optional<Due> due = steps.next(id);
    if (due.isEmpty()) {
      return Told.NOTHING;
    }
    Optional<String> fault = notifier.tell(due.get());
    if (fault.isPresent()) {
      if (running) {
        steps.failed(due.get(), fault.get());
      }
      return Told.FAILED;
    }
    return steps.taken(due.get()) ? Told.TAKEN : Told.FAILED; // changed or ended meanwhile
  }
}
