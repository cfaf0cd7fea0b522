package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CharacterSetsTest {
  @Test
  void names_of_table_0211_are_known() throws Exception {
    assertThat(CharacterSets.named("8859/15")).isEqualTo(Charset.forName("ISO-8859-15"));
    assertThat(CharacterSets.named("UNICODE UTF-8")).isEqualTo(StandardCharsets.UTF_8);
    assertThat(CharacterSets.named("")).isEqualTo(StandardCharsets.UTF_8);
  }

  @Test
  void utf_16_is_refused_because_it_clashes_with_the_framing() {
    for (String name : new String[] {"UNICODE UTF-16", "UTF-16", "UNICODE UTF-32", "KLINGON"}) {
      assertThatThrownBy(() -> CharacterSets.named(name))
          .isInstanceOfSatisfying(
              Hl7FaultException.class, e -> assertThat(e.fault().acknowledgment()).isEqualTo("AR"));
    }
  }

  @Test
  void bytes_of_another_set_are_an_error_and_never_replaced() {
    byte[] latin = "Müller".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> CharacterSets.decode(latin, StandardCharsets.UTF_8))
        .isInstanceOfSatisfying(
            Hl7FaultException.class, e -> assertThat(e.fault().code()).isEqualTo("102"));
  }
}
