package org.wardline.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private long millis = 1_000_000;
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  @Test
  void after_a_burst_there_are_so_many_a_second() {
    var limit = new RateLimit(10, clock);
    assertThat(taken(limit, "a", 100)).isEqualTo(50);
    assertThat(limit.take("a")).isFalse();
    millis += 1_000;
    assertThat(taken(limit, "a", 100)).isEqualTo(10);
    millis += 60_000;
    assertThat(taken(limit, "a", 100)).isEqualTo(50);
  }

  @Test
  void one_does_not_use_up_what_is_anothers() {
    var limit = new RateLimit(1, clock);
    assertThat(taken(limit, "a", 10)).isEqualTo(5);
    assertThat(limit.take("b")).isTrue();
  }

  @Test
  void none_means_none() {
    assertThat(taken(new RateLimit(0, clock), "a", 10_000)).isEqualTo(10_000);
  }

  private static long taken(RateLimit limit, String name, int times) {
    return IntStream.range(0, times).filter(i -> limit.take(name)).count();
  }
}
