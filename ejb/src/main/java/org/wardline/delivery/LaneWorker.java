package org.wardline.delivery;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.Attempts.Attempt;
import org.wardline.delivery.Circuits.Admission;
import org.wardline.delivery.Lanes.Lane;
import org.wardline.delivery.Settlements.Taken;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.DeliveryOutcome.Accepted;
import org.wardline.message.DeliveryOutcome.Deferred;
import org.wardline.message.DeliveryOutcome.Rejected;
import org.wardline.message.DeliveryOutcome.Scope;
import org.wardline.message.Destination;
import org.wardline.setting.Settings;
import org.wardline.store.GroupCommit;
import org.wardline.store.Keys;

/**
 * Delivers to one destination, one lane after the other, the most urgent first. A lane's messages
 * are carried one by one in their order; what the receiver took is settled together with what
 * others deliver at the same time, and before the lane is given back.
 */
@Dependent
@SuppressWarnings("NullAway.Init")
public class LaneWorker {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWorker.class);
  private static final int IN_A_ROW = 50;
  private static final int LANES = 8;
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** So many different messages fail one after the other before it is the destination's fault. */
  private static final int TOO_MANY = 3;

  @Inject private Circuits circuits;
  @Inject private Couriers couriers;
  @Inject private Settings settings;
  @Inject private Keys keys;

  @EJB private Attempts attempts; // not @Inject: see docs/performance.md
  @EJB private Settlements settlements;

  private Assignment task;
  private final Set<UUID> failing = new HashSet<>();
  private final Set<Attempt> untried = new LinkedHashSet<>();
  private boolean troubled;
  private boolean refused;
  private boolean away;

  /**
   * What this worker is for.
   *
   * @param worker its name, unique over all nodes
   * @param bell rung when there may be work
   * @param pace shared by all workers of the destination
   * @param settling where what was taken is settled
   * @param running false when it is to end
   */
  record Assignment(
      Destination destination,
      String worker,
      Semaphore bell,
      Pace pace,
      GroupCommit<List<Taken>, Boolean> settling,
      BooleanSupplier running) {}

  /** Works until it is told to end. */
  void serve(Assignment assignment) {
    task = assignment;
    while (task.running().getAsBoolean()) {
      try {
        if (!workNext()) {
          awaitBell();
        }
        recovered();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!pauseAfter(e)) {
          return;
        }
      }
    }
  }

  /** A destination that is left alone is not looked at for each message that comes. */
  private void awaitBell() throws InterruptedException {
    if (refused) {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } else if (task.bell().tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      task.bell().drainPermits();
    }
  }

  /** The database is away, or something of ours broke: nothing is lost, look again in a second. */
  private boolean pauseAfter(RuntimeException e) {
    if (!troubled) {
      LOG.warn("delivery to {} paused: {}", task.destination().name(), rootOf(e));
      troubled = true;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void recovered() {
    if (troubled) {
      LOG.info("delivery to {} goes on", task.destination().name());
      troubled = false;
    }
  }

  /** Takes the next lanes and works them; false when there is none, or nothing may be delivered. */
  boolean workNext() {
    String name = task.destination().name();
    Admission admission = circuits.admit(settings.organization(), name, lease());
    refused = admission == Admission.REFUSED;
    if (refused) {
      return false;
    }
    boolean probe = admission == Admission.PROBE;
    List<Lane> lanes = attempts.claim(name, task.worker(), lease(), probe ? 1 : LANES);
    if (lanes.isEmpty()) {
      if (probe) {
        settlements.there(name); // nothing is there to try it with: the next message will
      }
      return false;
    }
    task.bell().release(); // there may be further lanes: let a sleeping sibling look
    work(lanes, probe);
    return true;
  }

  /**
   * Works lanes one after the other. What was taken is settled before the lanes are given back, and
   * all of them are given back together.
   */
  private void work(List<Lane> lanes, boolean probe) {
    Map<String, Lane> held = new LinkedHashMap<>();
    lanes.forEach(lane -> held.put(lane.key(), lane));
    var unsettled = new Unsettled(task.settling());
    try {
      int each = probe ? 1 : Math.max(1, IN_A_ROW / lanes.size());
      List<List<Attempt>> begun = byUrgency(held.values(), each);
      // one that was begun before may have been sent then: it is never taken for untried
      begun.forEach(lane -> lane.stream().filter(a -> !a.delivery().begun()).forEach(untried::add));
      for (List<Attempt> lane : begun) {
        if (away || !task.running().getAsBoolean()) {
          break;
        }
        carry(lane, held, unsettled, probe);
      }
      unsettled.await(lease());
      held.keySet().forEach(this::giveBack);
      if (probe && begun.isEmpty()) {
        settlements.nothingTried(task.destination().name()); // what was there did not have to leave
      }
      attempts.release(held.values(), null);
    } catch (RuntimeException e) {
      LOG.warn("delivery to {} stopped: {}", task.destination().name(), rootOf(e));
      rescue(unsettled);
      attempts.release(held.values(), afterFault());
    } finally {
      away = false;
      untried.clear();
    }
  }

  /** What was taken before something broke need not be sent again. */
  private void rescue(Unsettled unsettled) {
    try {
      unsettled.await(lease());
    } catch (RuntimeException e) {
      LOG.warn("delivery to {}: {}", task.destination().name(), rootOf(e));
    }
  }

  private List<List<Attempt>> byUrgency(Collection<Lane> lanes, int each) {
    Map<String, List<Attempt>> byLane = new LinkedHashMap<>(); // in the order of the sequence
    for (Attempt attempt : attempts.begin(task.destination().name(), lanes, each)) {
      byLane.computeIfAbsent(attempt.delivery().lane(), l -> new ArrayList<>()).add(attempt);
    }
    return byLane.values().stream()
        .sorted(
            Comparator.comparingInt(
                lane -> -lane.stream().mapToInt(a -> a.delivery().priority()).max().orElse(0)))
        .toList();
  }

  /** One lane, in its order; a lane that is to wait, or was lost, is held no longer. */
  private void carry(
      List<Attempt> lane, Map<String, Lane> held, Unsettled unsettled, boolean probe) {
    String key = lane.get(0).delivery().lane();
    for (Attempt attempt : lane) {
      if (!task.pace().await()) {
        return; // this node stops
      }
      Optional<Lane> kept = keep(Objects.requireNonNull(held.get(key)));
      if (kept.isEmpty()) {
        held.remove(key); // another worker has it
        return;
      }
      held.put(key, kept.get());
      if (!task.running().getAsBoolean()) {
        return;
      }
      untried.remove(attempt);
      Instant sentAt = keys.now();
      DeliveryOutcome outcome = couriers.carry(attempt, task.destination());
      if (outcome instanceof Accepted accepted) {
        there(probe);
        unsettled.add(new Taken(attempt.delivery(), accepted.receiverReference(), sentAt));
        continue;
      }
      unsettled.await(lease());
      Instant due = settle(attempt, outcome, probe);
      if (due != null) {
        giveBack(key);
        attempts.release(List.of(kept.get()), due);
        held.remove(key);
        return;
      }
    }
  }

  /** What of a lane that we still hold was begun and not carried. */
  private void giveBack(String lane) {
    List<Attempt> left = untried.stream().filter(a -> a.delivery().lane().equals(lane)).toList();
    attempts.giveBack(left);
    left.forEach(untried::remove);
  }

  private Instant afterFault() {
    return keys.now().plus(settings.duration("wardline.delivery.longest-retry").dividedBy(6));
  }

  /** When the lane is to wait: until when; null when it goes on. */
  private @Nullable Instant settle(Attempt attempt, DeliveryOutcome outcome, boolean probe) {
    Destination destination = task.destination();
    if (outcome instanceof Rejected rejected) {
      settlements.rejected(attempt.delivery(), rejected.reason(), destination.owner());
      there(probe);
      return null;
    }
    var deferred = (Deferred) outcome;
    failing.add(attempt.delivery().id());
    if (deferred.scope() == Scope.DESTINATION || probe || failing.size() >= TOO_MANY) {
      LOG.warn("{} is away: {}", destination.name(), deferred.reason());
      settlements.away(attempt.delivery(), deferred);
      failing.clear();
      away = true;
      return keys.now();
    }
    return settlements.deferred(attempt.delivery(), deferred, destination.owner()).orElse(null);
  }

  private void there(boolean probe) {
    failing.clear();
    if (probe) {
      LOG.info("{} is there again", task.destination().name());
      settlements.there(task.destination().name());
    }
  }

  /** Prolongs the lease when what is left of it may not last for an attempt. */
  private Optional<Lane> keep(Lane lane) {
    return keys.now().plus(attemptLasts()).isBefore(lane.until())
        ? Optional.of(lane)
        : attempts.keep(lane, lease());
  }

  /** Its connection and its answer may each take the destination's timeout. */
  private Duration attemptLasts() {
    return task.destination().timeout().multipliedBy(2).plusSeconds(2);
  }

  private Duration lease() {
    Duration set = settings.duration("wardline.delivery.lease");
    Duration needed = attemptLasts().plusSeconds(5);
    return needed.compareTo(set) > 0 ? needed : set;
  }

  private static String rootOf(Throwable fault) {
    Throwable root = fault;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
