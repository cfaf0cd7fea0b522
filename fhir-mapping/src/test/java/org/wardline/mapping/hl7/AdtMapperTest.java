package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.wardline.mapping.hl7.AdtMapper.AdtEvent;
import org.wardline.message.Mapped;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;

class AdtMapperTest {
  private static final String MSH = "MSH|^~\\&|ADT|HOSP|W|H|20260101||ADT^A01^ADT_A01|1|P|2.5.1\r";

  @Test
  void identifiers_keep_their_authority_or_get_the_senders() throws Exception {
    var patient =
        patient("PID|1||A1^^^WARD^MR~B2^^^&2.16.840.1.113883.19&ISO^PI~C3||Roe^Jane^Q||19880818|F");
    assertThat(patient.identifiers())
        .containsExactly(
            new PatientIdentifier("urn:wardline:authority:WARD", "A1", "MR"),
            new PatientIdentifier("urn:oid:2.16.840.1.113883.19", "B2", "PI"),
            new PatientIdentifier("urn:ours", "C3", ""));
    assertThat(patient.family()).isEqualTo("Roe");
    assertThat(patient.given()).containsExactly("Jane", "Q");
    assertThat(patient.birthDate()).isEqualTo("1988-08-18");
    assertThat(patient.gender()).isEqualTo("female");
  }

  @Test
  void a_partial_birth_date_stays_partial_and_a_wrong_one_is_reported() throws Exception {
    assertThat(patient("PID|1||A1||Roe||198808").birthDate()).isEqualTo("1988-08");
    Mapped<AdtEvent> wrong = map("PID|1||A1||Roe||19881342|X");
    assertThat(Objects.requireNonNull(wrong.value().patient()).birthDate()).isNull();
    assertThat(wrong.problems())
        .extracting(Mapped.Problem::location)
        .containsExactly("PID^1^7", "PID^1^8");
  }

  @Test
  void a_message_without_identifier_has_no_patient_and_says_so() throws Exception {
    Mapped<AdtEvent> mapped = map("PID|1||||Roe^Jane");
    assertThat(mapped.value().patient()).isNull();
    assertThat(mapped.problems()).extracting(Mapped.Problem::code).containsExactly("101");
  }

  @Test
  void escapes_and_subcomponents_are_read_and_the_first_name_is_the_legal_one() throws Exception {
    var patient = patient("PID|1||A1||van der \\T\\ Roe&van der^Jane^^^^^L~Nick^Old^^^^^N");
    assertThat(patient.family()).isEqualTo("van der & Roe");
    assertThat(patient.given()).containsExactly("Jane");
  }

  @Test
  void a_doubled_escape_character_in_msh_2_is_forgiven() throws Exception {
    String text =
        "MSH|^~\\\\&|S|F|R|F|2012||ADT^A01|102|T|2.6\rPID|1||P1^5^M11^A^MR||DOE^JOHN^A||19800202|F";
    var msh = Msh.read(text.getBytes(StandardCharsets.US_ASCII));
    var patient =
        AdtMapper.map(Segments.parse(text, msh), "urn:ours", ZoneOffset.UTC).value().patient();
    assertThat(Objects.requireNonNull(patient).family()).isEqualTo("DOE");
  }

  @Test
  void times_without_offset_are_in_the_senders_zone() throws Exception {
    String text =
        MSH
            + "PID|1||A1||Roe\rPV1|1|I|3W^12^1||||||||||||||||V7|||||||||||||||||||||||||202607011200";
    var encounter =
        AdtMapper.map(segments(text), "urn:ours", ZoneId.of("Europe/Zurich")).value().encounter();
    assertThat(Objects.requireNonNull(encounter).admittedAt())
        .isEqualTo(Instant.parse("2026-07-01T10:00:00Z"));
    assertThat(encounter.location()).isEqualTo("3W · 12 · 1");
    assertThat(encounter.visitNumber()).isEqualTo("V7");
  }

  @Test
  void what_is_no_hl7_is_refused_by_the_header() {
    for (String broken : new String[] {"", "PID|1", "MSH", "MSHAxxxxxxxx", "{\"json\":1}"}) {
      assertThatThrownBy(() -> Msh.read(broken.getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOf(Hl7FaultException.class);
    }
  }

  private static PatientDemographics patient(String pid) throws Hl7FaultException {
    return Objects.requireNonNull(map(pid).value().patient());
  }

  private static Mapped<AdtEvent> map(String pid) throws Hl7FaultException {
    return AdtMapper.map(segments(MSH + pid), "urn:ours", ZoneOffset.UTC);
  }

  private static Segments segments(String text) throws Hl7FaultException {
    return Segments.parse(text, Msh.read(text.getBytes(StandardCharsets.UTF_8)));
  }
}
