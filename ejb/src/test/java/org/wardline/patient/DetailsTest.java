package org.wardline.patient;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetailsTest {
  @Test
  void what_is_told_later_wins_member_by_member_and_null_stays_to_forget() {
    assertThat(Details.over("{\"b\":2,\"c\":null}", "{\"a\":1,\"b\":1,\"c\":1}"))
        .isEqualTo("{\"a\":1,\"b\":2,\"c\":null}");
    assertThat(Details.over("", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(Details.over("{\"a\":1}", "")).isEqualTo("{\"a\":1}");
  }
}
