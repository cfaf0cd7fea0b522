package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MshTest {
  @Test
  void fields_and_components_are_read_as_they_were_sent() throws Exception {
    Msh msh =
        read("MSH|^~\\&| APP ^1.2.3^ISO~OTHER|FAC||||| ADT^A01^ADT_A01 | 77 |P|2.5.1^DEU|\rPID|^|");
    assertThat(msh.field(2)).isEqualTo("^~\\&");
    assertThat(msh.component(3, 1)).isEqualTo("APP");
    assertThat(msh.component(3, 2)).isEqualTo("1.2.3");
    assertThat(msh.component(3, 3)).isEqualTo("ISO");
    assertThat(msh.component(3, 4)).isEmpty();
    assertThat(msh.component(4, 1)).isEqualTo("FAC");
    assertThat(msh.component(4, 2)).isEmpty();
    assertThat(msh.messageType()).isEqualTo("ADT");
    assertThat(msh.triggerEvent()).isEqualTo("A01");
    assertThat(msh.controlId()).isEqualTo("77");
    assertThat(msh.version()).isEqualTo("2.5.1");
    assertThat(msh.field(13)).isEmpty();
    assertThat(msh.field(99)).isEmpty();
    assertThat(msh.component(99, 2)).isEmpty();
  }

  @Test
  void delimiters_are_those_of_the_message() throws Exception {
    Msh msh = read("MSH#*@!%#APP*2@OTHER*3#FAC\nPID");
    assertThat(msh.component(3, 2)).isEqualTo("2");
    assertThat(msh.component(3, 3)).isEmpty();
    assertThat(msh.component(4, 1)).isEqualTo("FAC");
    Msh few = read("MSH|^|APP^2~X|");
    assertThat(few.component(3, 2)).isEqualTo("2~X"); // no repetitions without their delimiter
    Msh none = read("MSH||APP^2|F");
    assertThat(none.component(3, 2)).isEqualTo("2");
  }

  @Test
  void what_stands_before_it_is_passed_over_and_what_is_no_header_is_refused() throws Exception {
    assertThat(read("\r\n  \u00EF\u00BB\u00BFMSH|^~\\&|APP|").component(3, 1)).isEqualTo("APP");
    for (String broken : new String[] {"", "MSH", "MSH|^~\\", "MSHA^~\\&|x|", "PID|1|2|3|4"}) {
      assertThatThrownBy(() -> read(broken)).isInstanceOf(Hl7FaultException.class);
    }
  }

  private static Msh read(String text) throws Hl7FaultException {
    return Msh.read(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
