package org.wardline.delivery;

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
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.LaneWorker.Assignment;
import org.wardline.delivery.Settlements.Taken;
import org.wardline.message.Destination;
import org.wardline.message.Destination.Ordering;
import org.wardline.setting.Settings;
import org.wardline.store.GroupCommit;
import org.wardline.store.Leases;
import org.wardline.store.StoreException;

/**
 * Works the outbox with a few threads for each destination, so that one that hangs holds up no
 * other. Woken by a commit on this node, and looking each second for what other nodes left. Never
 * inside a user's transaction.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@SuppressWarnings("NullAway.Init")
public class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int AT_ONCE = 50;

  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private Destinations destinations;
  @Inject private OutboxBell outbox;
  @Inject private Instance<LaneWorker> workers;

  @EJB private Attempts attempts; // not @Inject: see docs/performance.md
  @EJB private Settlements settlements;

  private final List<Semaphore> bells = new ArrayList<>();
  private final List<Thread> running = new ArrayList<>();
  private volatile boolean open = true;
  private @Nullable GroupCommit<List<Taken>, Boolean> settling;

  @PostConstruct
  void start() {
    settling = new GroupCommit<>(GroupCommit.Bounds.of(settings), threads, this::settle);
    for (Destination destination : destinations.all()) {
      var bell = new Semaphore(0);
      bells.add(bell);
      outbox.wakes(destination.name(), bell::release);
      var pace = new Pace(destination.perSecond());
      for (int i = 0; i < count(destination); i++) {
        String worker = Leases.node() + "/" + destination.name() + "/" + i;
        var task = new Assignment(destination, worker, bell, pace, settling, () -> open);
        running.add(threads.newThread(() -> workers.get().serve(task)));
      }
    }
    running.forEach(Thread::start);
  }

  /** In one lane there is work for one. */
  private int count(Destination destination) {
    return destination.ordering() == Ordering.DESTINATION
        ? 1
        : settings.number("wardline.delivery.workers");
  }

  private List<Boolean> settle(List<List<Taken>> taken) {
    try {
      List<Taken> all = taken.stream().flatMap(List::stream).toList();
      if (taken.size() == 1) {
        settleOne(all);
      } else {
        settlements.taken(all);
      }
      return Collections.nCopies(taken.size(), true);
    } catch (EJBException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** One that cannot be settled fails alone; what was taken with it is not sent again. */
  private void settleOne(List<Taken> together) {
    try {
      settlements.taken(together);
    } catch (EJBException e) {
      if (together.size() == 1 || StoreException.away(e)) {
        throw e;
      }
      var faults = new ArrayList<EJBException>();
      for (Taken one : together) {
        try {
          settlements.taken(List.of(one));
        } catch (EJBException fault) {
          faults.add(fault);
        }
      }
      if (!faults.isEmpty()) {
        throw faults.get(0);
      }
    }
  }

  /** What is under way is ended and settled, so that nothing is sent twice after a restart. */
  @PreDestroy
  void stop() {
    open = false;
    bells.forEach(bell -> bell.release(running.size()));
    long end = System.nanoTime() + settings.duration("wardline.delivery.drain").toNanos();
    for (Thread thread : running) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread.interrupt();
    }
    if (settling != null) {
      settling.close();
    }
  }

  /** What waits for a destination that was taken out of the list must not wait for ever. */
  @Schedule(hour = "*", minute = "*", persistent = false)
  public void parkStrays() {
    List<String> names = destinations.all().stream().map(Destination::name).toList();
    int parked = attempts.parkStrays(names, AT_ONCE);
    if (parked > 0) {
      LOG.warn("{} deliveries to destinations that are not configured were parked", parked);
    }
  }

  /**
   * News: something was put into the outbox.
   *
   * @param destinations for which there is work; may be empty
   */
  public record Enqueued(Set<String> destinations) {
    public Enqueued {
      destinations = Set.copyOf(destinations);
    }
  }
}
