package org.wardline.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
  @Test
  void a_restriction_is_read_as_parameters_with_their_alternatives() {
    Scope scope =
        Scope.parse(
                "patient/Observation.rs?category=http://a|laboratory,http://a|vital-signs&code=a%2Cb%26c")
            .orElseThrow();
    assertThat(scope.restriction())
        .containsOnly(
            Map.entry("category", List.of("http://a|laboratory", "http://a|vital-signs")),
            Map.entry("code", List.of("a", "b&c")));
    assertThat(scope.gives("patient", "Observation", 's')).isTrue();
    assertThat(scope.gives("patient", "Observation", 'u')).isFalse();
    assertThat(scope.gives("user", "Observation", 's')).isFalse();
    assertThat(scope.gives("patient", "Patient", 's')).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openid",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.rs?",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?category=a&category=b",
        "patient/Observation.rs?category=a,",
        "patient/Observation.rs?category=,",
        "patient/Observation.rs?category=a\\\\,b",
        "admin/Observation.rs",
        "patient/Observation/x.rs",
        "patient/*x.rs",
        "launch/patient"
      })
  void what_cannot_be_held_to_gives_nothing(String text) {
    assertThat(Scope.parse(text)).isEmpty();
  }

  @Test
  void of_a_patient_it_stays_what_it_was_and_survives_being_written() {
    Scope narrowed = Scope.parse("patient/*.rs?name=a b+c").orElseThrow().of("p-1");
    assertThat(narrowed.toString()).doesNotContain(" ");
    assertThat(Scope.parse(narrowed.toString())).contains(narrowed);
    assertThat(narrowed.restriction())
        .containsOnly(Map.entry("name", List.of("a b+c")), Map.entry("patient", List.of("p-1")));
    assertThat(narrowed.level()).isEqualTo("user");
  }
}
