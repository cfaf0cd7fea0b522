package org.wardline.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.wardline.delivery.Backlog;
import org.wardline.delivery.Backlog.Figures;
import org.wardline.delivery.Circuits;
import org.wardline.delivery.Destinations;
import org.wardline.message.Destination;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * What waits for each destination, as metrics. One look into the database serves all of them for a
 * while, however many ask; while the database is away, the figures are not a number.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init")
public class DeliveryMetrics {
  private static final Duration FRESH = Duration.ofSeconds(5);

  @Inject private MetricRegistry registry;
  @Inject private Destinations destinations;
  @Inject private Backlog backlog;
  @Inject private Circuits circuits;
  @Inject private Settings settings;
  @Inject private Keys keys;

  private Instant lookedAt = Instant.MIN;
  private Map<String, Figures> figures = Map.of();
  private boolean known;

  void register(@Observes @Initialized(ApplicationScoped.class) Object started) {
    for (Destination destination : destinations.all()) {
      gauge(
          destination,
          "wardline_delivery_waiting",
          "Deliveries that wait",
          f -> (double) f.waiting());
      gauge(
          destination,
          "wardline_delivery_oldest_seconds",
          "For how long the oldest delivery waits",
          this::age);
      gauge(
          destination,
          "wardline_delivery_parked",
          "Dead letters that nobody has put back",
          f -> (double) f.parked());
      gauge(
          destination,
          "wardline_delivery_overdue",
          "Dead letters that their owner should have seen to",
          f -> (double) f.overdue());
      registry.gauge(
          metadata("wardline_delivery_held", "1 while a destination is away or paused, else 0"),
          () -> held(destination),
          new Tag("destination", destination.name()));
    }
  }

  private void gauge(
      Destination destination, String name, String text, ToDoubleFunction<Figures> value) {
    registry.gauge(
        metadata(name, text),
        () -> value(destination, value),
        new Tag("destination", destination.name()));
  }

  private static Metadata metadata(String name, String text) {
    return Metadata.builder().withName(name).withDescription(text).build();
  }

  private double value(Destination destination, ToDoubleFunction<Figures> value) {
    Map<String, Figures> now = look();
    return known
        ? value.applyAsDouble(now.getOrDefault(destination.name(), Figures.NONE))
        : Double.NaN;
  }

  private double age(Figures figures) {
    Instant oldest = figures.oldest();
    return oldest == null ? 0 : Duration.between(oldest, keys.now()).toMillis() / 1000.0;
  }

  private double held(Destination destination) {
    try {
      Circuits.State state = circuits.of(settings.organization(), destination.name());
      return state.pausedBy() != null || state.failures() > 0 ? 1 : 0;
    } catch (RuntimeException e) {
      return Double.NaN; // the database is away, which readiness says
    }
  }

  private synchronized Map<String, Figures> look() {
    Instant now = keys.now();
    if (lookedAt.plus(FRESH).isBefore(now)) {
      try {
        figures = backlog.byDestination(settings.organization(), now);
        known = true;
      } catch (RuntimeException e) {
        known = false; // the database is away, which readiness says
      }
      lookedAt = now;
    }
    return figures;
  }
}
