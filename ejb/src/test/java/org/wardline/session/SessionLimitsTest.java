package org.wardline.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.message.InvalidMessageException;
import org.wardline.session.SessionLimits.Limit;

class SessionLimitsTest {
  private static final Limit COMMON = limit("PT15M", "PT12H");

  @ParameterizedTest
  @CsvSource({
    "PT0S, PT12H, desk.idleMinutes",
    "PT59S, PT12H, desk.idleMinutes",
    "PT13H, PT20H, desk.idleMinutes",
    "PT15M, PT10M, desk.idleMinutes",
    "PT15M, PT0S, desk.absoluteMinutes",
    "PT15M, P31D, desk.absoluteMinutes"
  })
  void what_is_no_limit_is_refused_by_its_name(String idle, String absolute, String field) {
    assertThatThrownBy(() -> new SessionLimits(limit(idle, absolute), COMMON).check())
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @ParameterizedTest
  @CsvSource({"PT1M, PT1M", "PT12H, P30D", "PT15M, PT12H"})
  void what_one_can_work_with_is_taken(String idle, String absolute) {
    assertThatCode(() -> new SessionLimits(COMMON, limit(idle, absolute)).check())
        .doesNotThrowAnyException();
  }

  @Test
  void of_two_the_shorter_holds_one_by_one() {
    var one = new SessionLimits(limit("PT15M", "PT8H"), limit("PT5M", "PT24H"));
    var other = new SessionLimits(limit("PT20M", "PT6H"), limit("PT10M", "PT12H"));
    assertThat(one.strictest(other))
        .isEqualTo(other.strictest(one))
        .isEqualTo(new SessionLimits(limit("PT15M", "PT6H"), limit("PT5M", "PT12H")));
  }

  private static Limit limit(String idle, String absolute) {
    return new Limit(Duration.parse(idle), Duration.parse(absolute));
  }
}
