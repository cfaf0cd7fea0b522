package org.wardline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedClockIT {
  private static final Duration AHEAD = Duration.ofMinutes(10);
  private final Database database = TestDatabase.get().application();

  @Test
  void a_machine_whose_clock_is_wrong_goes_by_the_database() {
    var clock = new SharedClock(Clock.offset(Clock.systemUTC(), AHEAD), System::nanoTime);
    assertThat(clock.read(database)).isCloseTo(AHEAD, Duration.ofSeconds(5));
    assertThat(clock.instant()).isCloseTo(databaseTime(), within(5, ChronoUnit.SECONDS));
  }

  @Test
  void between_readings_it_goes_on_by_the_monotonic_clock() {
    var nanos = new AtomicLong(1_000);
    var clock = new SharedClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), nanos::get);
    clock.read(database);
    Instant before = clock.instant();
    nanos.addAndGet(Duration.ofSeconds(90).toNanos());
    assertThat(clock.instant()).isEqualTo(before.plusSeconds(90));
  }

  @Test
  void before_the_first_reading_it_is_the_clock_of_the_machine() {
    Instant own = Instant.parse("2026-11-01T08:00:00Z");
    assertThat(new SharedClock(Clock.fixed(own, ZoneOffset.UTC), System::nanoTime).instant())
        .isEqualTo(own);
  }

  private Instant databaseTime() {
    return database
        .first("select clock_timestamp() as now", row -> row.instant("now"))
        .orElseThrow();
  }
}
