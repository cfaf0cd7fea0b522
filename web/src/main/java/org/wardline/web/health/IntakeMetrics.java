package org.wardline.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;
import org.wardline.alert.CriticalResults;
import org.wardline.intake.hl7v2.InboundBacklog;
import org.wardline.notice.Notices;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * What came from systems and waits for somebody, as metrics. One look into the database serves all
 * of them for a while; while the database is away, the figures are not a number.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init")
public class IntakeMetrics {
  private static final Duration FRESH = Duration.ofSeconds(5);

  @Inject private MetricRegistry registry;
  @Inject private CriticalResults critical;
  @Inject private InboundBacklog backlog;
  @Inject private Notices notices;
  @Inject private Settings settings;
  @Inject private Keys keys;

  private Instant lookedAt = Instant.MIN;
  private @Nullable Look look;

  private record Look(
      CriticalResults.Waiting critical, InboundBacklog.Figures inbound, int notices) {}

  void register(@Observes @Initialized(ApplicationScoped.class) Object started) {
    gauge(
        "wardline_critical_results_waiting",
        "Critical results that nobody has been told of",
        l -> (double) l.critical().number());
    gauge(
        "wardline_critical_results_oldest_seconds",
        "For how long the oldest of them waits",
        this::age);
    gauge(
        "wardline_inbound_review",
        "Messages of systems that somebody must look at",
        l -> (double) l.inbound().review());
    gauge(
        "wardline_inbound_waiting",
        "Messages of systems that were kept and are still to be processed",
        l -> (double) l.inbound().waiting());
    gauge(
        "wardline_notices_waiting",
        "Notices of emergency access that the mail server has not taken",
        l -> (double) l.notices());
  }

  private void gauge(String name, String text, ToDoubleFunction<Look> value) {
    registry.gauge(
        Metadata.builder().withName(name).withDescription(text).build(),
        () -> {
          Look now = look();
          return now == null ? Double.NaN : value.applyAsDouble(now);
        });
  }

  private double age(Look look) {
    Instant since = look.critical().since();
    return since == null ? 0 : Duration.between(since, keys.now()).toMillis() / 1000.0;
  }

  private synchronized @Nullable Look look() {
    Instant now = keys.now();
    if (lookedAt.plus(FRESH).isBefore(now)) {
      try {
        look =
            new Look(
                critical.waiting(), backlog.figures(), notices.waiting(settings.organization()));
      } catch (RuntimeException e) {
        look = null; // the database is away, which readiness says
      }
      lookedAt = now;
    }
    return look;
  }
}
