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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.alert.Alerting.Watch;
import org.wardline.alert.CriticalResults.Open;
import org.wardline.alert.CriticalResults.Told;
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
  private static final int SIDE_BY_SIDE = 24;

  @Resource private ManagedThreadFactory threads;
  @Inject private CriticalResults results;
  @Inject private Alerting alerting;
  @Inject private Leases leases;
  @Inject private CriticalResultBell kept;
  @Inject private Keys keys;

  private @Nullable LeasedLoop loop;
  private @Nullable ExecutorService tellers;

  /** A commit kept a critical result. */
  public record CriticalResultKept() {}

  @PostConstruct
  void start() {
    var rounds = new LeasedLoop(leases, LEASE, AGAIN, this::round);
    tellers = Executors.newFixedThreadPool(SIDE_BY_SIDE, threads);
    loop = rounds;
    rounds.start(threads);
    kept.wakes(rounds::ring);
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
    }
    if (tellers != null) {
      tellers.shutdownNow();
    }
  }

  /**
   * What is open now. Of one patient it is told in order; of several side by side, so that a burst
   * of them shares its commits.
   */
  private void round() {
    List<Open> open = results.open();
    var watch = alerting.watch();
    Map<UUID, List<Open>> byPatient =
        open.stream()
            .collect(
                Collectors.groupingBy(
                    o -> o.patient() == null ? o.id() : o.patient(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Callable<List<Told>>> work =
        byPatient.values().stream()
            .map(
                of ->
                    (Callable<List<Told>>)
                        () -> of.stream().flatMap(o -> tell(o, watch).stream()).toList())
            .toList();
    List<Told> told = new ArrayList<>();
    try {
      for (Future<List<Told>> each : Objects.requireNonNull(tellers).invokeAll(work)) {
        told.addAll(told(each));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // what was submitted is found to be so next time
    }
    results.told(told);
    boolean full = open.size() == CriticalResults.AT_ONCE;
    if (full && !told.isEmpty()) { // there may be more than one round takes
      Objects.requireNonNull(loop).ring();
    }
  }

  /** Of one patient; when it failed, the others are told all the same. */
  private static List<Told> told(Future<List<Told>> each) throws InterruptedException {
    try {
      return each.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      LOG.error("critical results wait: {}", cause == null ? "" : cause.getClass().getSimpleName());
      return List.of();
    }
  }

  /** One that cannot be told is no reason to keep the others waiting. */
  private Optional<Told> tell(Open alert, Watch watch) {
    try {
      Optional<Told> told = alerting.tell(alert, watch, keys.now());
      if (told.isEmpty() && alert.attempts() % LOUD_EVERY == 0) {
        LOG.error(
            "critical result {} waits: nobody is on duty, not even at the switchboard", alert.id());
      }
      return told;
    } catch (RuntimeException e) {
      LOG.error("critical result {} waits: {}", alert.id(), e.getClass().getSimpleName());
      results.failed(alert, e.getClass().getSimpleName());
      return Optional.empty();
    }
  }
}
