package org.wardline.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void what_the_operator_set_wins_over_the_default() {
    assertThat(settings(Map.of()).duration("wardline.hl7.duplicate-window"))
        .isEqualTo(Duration.ofDays(7));
    assertThat(
            settings(Map.of("wardline.hl7.duplicate-window", "P1D"))
                .duration("wardline.hl7.duplicate-window"))
        .isEqualTo(Duration.ofDays(1));
  }

  @Test
  void a_faulty_value_is_named_and_an_unknown_key_is_a_fault() {
    assertThatThrownBy(
            () -> settings(Map.of("wardline.mllp.port", "x")).number("wardline.mllp.port"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("wardline.mllp.port");
    assertThatThrownBy(
            () -> settings(Map.of("wardline.web.idle", "-PT1S")).duration("wardline.web.idle"))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> settings(Map.of()).text("wardline.nonsense"))
        .isInstanceOf(InvalidSettingException.class);
  }

  private static Settings settings(Map<String, String> set) {
    return new Settings(key -> Optional.ofNullable(set.get(key)));
  }
}
