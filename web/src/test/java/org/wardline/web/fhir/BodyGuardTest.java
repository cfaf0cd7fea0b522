package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyGuardTest {
  private static final int MANY = 1_000_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1e999999999}",
        "{\"a\":-1E+100}",
        "{\"a\":1e-0400}",
        "{\"a\":11111111111111111111111111111111111111111111111111111111111111111}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1} x",
        "{\"a\":1}{}",
        "{\"a\":",
        "{\"a\":\"\u0001\"}"
      })
  void what_a_parser_could_break_on_is_refused_with_its_place(String body) {
    assertThatThrownBy(() -> BodyGuard.check(body.getBytes(StandardCharsets.UTF_8), MANY))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no sound JSON");
  }

  @Test
  void nesting_has_an_end() {
    byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> BodyGuard.check(deep, MANY))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void what_people_measure_is_taken() {
    String body = "{\"a\":[4.10,-0.000000012,1e10,6.02214076E23,1e-27],\"b\":{\"c\":\"é😀\"}}";
    assertThatCode(() -> BodyGuard.check(body.getBytes(StandardCharsets.UTF_8), MANY))
        .doesNotThrowAnyException();
  }
}
