package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgmentTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void answers_swap_the_sides_and_echo_the_control_id() throws Exception {
    String ack =
        write("MSH|^~\\&|ADT|WARD|WL|HOSP|2026||ADT^A01|C-7|T|2.5.1||||||8859/1", "AA", List.of());
    assertThat(ack)
        .isEqualTo(
            "MSH|^~\\&|WL|HOSP|ADT|WARD|20260102030405.000+0000||ACK^A01^ACK|ID|T|2.5.1||||||8859/1\rMSA|AA|C-7\r");
  }

  @Test
  void a_fault_stands_in_err_3_from_version_2_5() throws Exception {
    var fault =
        Hl7Fault.reject("MSH^1^9", Hl7Fault.UNSUPPORTED_EVENT, "This event | is not supported");
    assertThat(write("MSH|^~\\&|A|B|C|D|2026||ADT^A99|C-7|P|2.5", "AR", List.of(fault)))
        .endsWith(
            "MSA|AR|C-7\rERR||MSH^1^9|201^Unsupported event code^HL70357|E||||This event   is not supported\r");
  }

  @Test
  void a_fault_stands_in_err_1_and_msa_3_before() throws Exception {
    var fault = Hl7Fault.error("PID^1^3", Hl7Fault.REQUIRED_MISSING, "No identifier");
    assertThat(write("MSH|^~\\&|A|B|C|D|2026||ADT^A01|C-7|P|2.3", "AE", List.of(fault)))
        .contains("||ACK|ID|P|2.3\r")
        .endsWith("MSA|AE|C-7|No identifier\rERR|PID^1^3^101&Required field missing&HL70357\r");
  }

  @Test
  void a_warning_beside_a_positive_answer_is_a_warning() throws Exception {
    var warning = Hl7Fault.error("MSH^1^10", Hl7Fault.DUPLICATE_KEY, "Used before");
    assertThat(write("MSH|^~\\&|A|B|C|D|2026||ADT^A01|C-7|P|2.6", "AA", List.of(warning)))
        .contains("HL70357|W|");
  }

  @Test
  void what_had_no_header_is_still_answered() {
    var fault = Hl7Fault.reject("MSH^1", Hl7Fault.SEQUENCE, "No MSH");
    String ack =
        new String(
            Acknowledgment.write(null, "AR", List.of(fault), "ID", AT), StandardCharsets.US_ASCII);
    assertThat(ack).startsWith("MSH|^~\\&|||||").contains("\rMSA|AR|\r");
  }

  @Test
  void an_acknowledgment_can_be_read_again() throws Exception {
    var fault = Hl7Fault.error("", Hl7Fault.RECORD_LOCKED, "later");
    byte[] ack =
        write("MSH|^~\\&|A|B|C|D|2026||ADT^A01|C-7|P|2.5.1", "AE", List.of(fault))
            .getBytes(StandardCharsets.US_ASCII);
    var answer = Answer.read(ack).orElseThrow();
    assertThat(answer.code()).isEqualTo("AE");
    assertThat(answer.controlId()).isEqualTo("C-7");
    assertThat(answer.temporary()).isTrue();
  }

  private static String write(String msh, String code, List<Hl7Fault> faults)
      throws Hl7FaultException {
    byte[] ack =
        Acknowledgment.write(
            Msh.read(msh.getBytes(StandardCharsets.US_ASCII)), code, faults, "ID", AT);
    return new String(ack, StandardCharsets.US_ASCII);
  }
}
