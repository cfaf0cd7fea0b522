package org.wardline.delivery;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.crypto.SealBrokenException;
import org.wardline.delivery.Attempts.Attempt;
import org.wardline.delivery.Outbox.Lane;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Works the outbox with a few threads. Woken by a commit on this node, and looking by itself each
 * second for what other nodes left. Never inside a user's transaction.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@jakarta.ejb.ConcurrencyManagement(jakarta.ejb.ConcurrencyManagementType.BEAN)
@SuppressWarnings("NullAway.Init")
public class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int IN_A_ROW = 50;

  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private Destinations destinations;
  @Inject private Attempts attempts;
  @Inject private Keys keys;
  @Inject private Instance<Courier> couriers;

  private final Semaphore doorbell = new Semaphore(0);
  private volatile boolean running = true;
  private List<Thread> workers = List.of();

  @PostConstruct
  void start() {
    int count = settings.number("wardline.delivery.workers");
    String node = keys.next().toString();
    workers =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> threads.newThread(() -> work(node + "/" + i)))
            .toList();
    workers.forEach(Thread::start);
  }

  @PreDestroy
  void stop() {
    running = false;
    workers.forEach(Thread::interrupt);
  }

  /** A commit on this node: somebody look. */
  public void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) Enqueued news) {
    doorbell.release();
  }

  private void work(String worker) {
    while (running) {
      try {
        Optional<Lane> lane = attempts.claim(worker);
        if (lane.isPresent()) {
          workLane(lane.get(), worker);
        } else if (doorbell.tryAcquire(1, TimeUnit.SECONDS)) {
          doorbell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        pauseAfter(e);
      }
    }
  }

  /** The database is away, or something of ours broke: nothing is lost, look again in a second. */
  private void pauseAfter(RuntimeException e) {
    if (!running) {
      return;
    }
    LOG.warn("delivery worker paused: {}", rootOf(e));
    try {
      if (doorbell.tryAcquire(1, TimeUnit.SECONDS)) {
        doorbell.drainPermits();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }

  private void workLane(Lane lane, String worker) {
    Instant due = keys.now();
    try {
      Optional<Destination> destination = destinations.named(lane.destination());
      if (destination.isEmpty()) {
        attempts.park(lane, "the destination is not configured");
        return;
      }
      for (int i = 0; i < IN_A_ROW && running && !due.isAfter(keys.now()); i++) {
        Optional<Attempt> attempt = begin(lane, worker, destination.get());
        if (attempt.isEmpty()) {
          return;
        }
        DeliveryOutcome outcome = carry(attempt.get(), destination.get());
        due = attempts.settle(attempt.get().delivery(), outcome, destination.get());
      }
    } catch (RuntimeException e) {
      due = attempts.afterFault();
      LOG.warn("delivery to {} stopped: {}", lane.destination(), rootOf(e));
    } finally {
      attempts.release(lane, worker, due);
    }
  }

  /** A message whose seal is broken is never sent; it is parked, and the lane goes on. */
  private Optional<Attempt> begin(Lane lane, String worker, Destination destination) {
    try {
      return attempts.begin(lane, worker, destination);
    } catch (RuntimeException e) {
      if (!(e instanceof SealBrokenException) && !(e.getCause() instanceof SealBrokenException)) {
        throw e;
      }
      LOG.error("delivery to {} parked: {}", lane.destination(), rootOf(e));
      attempts.park(lane, "the message's seal is broken");
      return attempts.begin(lane, worker, destination);
    }
  }

  private DeliveryOutcome carry(Attempt attempt, Destination destination) {
    try {
      for (Courier courier : couriers) {
        if (courier.serves(destination)) {
          return courier.carry(attempt.record(), destination);
        }
      }
    } catch (RuntimeException e) {
      LOG.error("delivery to {} failed by our own fault: {}", destination.name(), rootOf(e));
      return new DeliveryOutcome.Deferred("our own fault: " + e.getClass().getSimpleName(), null);
    }
    return new DeliveryOutcome.Rejected("no courier for this destination");
  }

  private static String rootOf(Throwable fault) {
    Throwable root = fault;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  /** News: something was put into the outbox. */
  public record Enqueued() {}
}
