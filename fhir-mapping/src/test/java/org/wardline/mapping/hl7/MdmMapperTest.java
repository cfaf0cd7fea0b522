package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.message.Retraction;

class MdmMapperTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void delimiters_in_the_text_are_escaped_and_lines_become_segments() throws Exception {
    String hl7 = write("BP 90|60 ^ ~ & \\ now\nsecond line", "Roe, Jane", "UNICODE UTF-8");
    assertThat(hl7)
        .contains("OBX|1|TX|51855-5^Patient Note^LN||BP 90\\F\\60 \\S\\ \\R\\ \\T\\ \\E\\ now|")
        .contains("OBX|2|TX|51855-5^Patient Note^LN||second line|")
        .contains("PID|1||A1^^^WARD^MR||Roe^Jane||19880818")
        .contains("|CTL|P|2.5.1|");
    assertThat(
            Segments.parse(hl7, Msh.read(hl7.getBytes(StandardCharsets.UTF_8))).first("OBX").get(5))
        .isEqualTo("BP 90|60 ^ ~ & \\ now");
  }

  @Test
  void what_the_character_set_cannot_hold_goes_as_base64_and_never_as_question_marks()
      throws Exception {
    for (String set : List.of("ASCII", "8859/1", "")) {
      String hl7 = write("أنا قادم 🩺", "الهاشمي, ليلى", set);
      assertThat(hl7)
          .doesNotContain("?")
          .contains("|ED|")
          .contains("PID|1||A1^^^WARD^MR||||19880818");
      String base64 =
          hl7.substring(hl7.indexOf("^Base64^") + "^Base64^".length()).split("\\|", 2)[0];
      assertThat(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
          .contains("أنا قادم 🩺")
          .contains("الهاشمي, ليلى (A1)");
    }
  }

  @Test
  void latin_text_stays_text_in_a_latin_set() throws Exception {
    byte[] hl7 =
        MdmMapper.toHl7(
            record("Zoë fiebert", "Müller, Zoë"), profile("8859/1"), AT, ZoneOffset.UTC);
    assertThat(new String(hl7, Charset.forName("ISO-8859-1")))
        .contains("|TX|")
        .contains("Zoë fiebert")
        .contains("Müller^Zoë");
  }

  @Test
  void what_was_taken_back_replaces_the_document_and_says_so_without_its_text() throws Exception {
    String t10 =
        new String(
            MdmMapper.toHl7(takenBack(), profile("UNICODE UTF-8"), AT, ZoneOffset.UTC),
            StandardCharsets.UTF_8);
    assertThat(t10)
        .contains("|MDM^T10^MDM_T02|")
        .contains("\rEVN|T10|")
        .contains("|DOC|ORIGINAL|")
        .contains("THIS MESSAGE WAS TAKEN BACK. Do not act on it.")
        .contains("Taken back by Roe, Rita. It was about another patient.")
        .doesNotContain("secret");
  }

  @Test
  void what_was_taken_back_cancels_the_document_where_the_destination_asks_for_it()
      throws Exception {
    var profile =
        new Destination.Profile(
            "2.5.1", "WL", "H", "EHR", "H", "UNICODE UTF-8", "P", "enhanced", "T11", null);
    String t11 =
        new String(
            MdmMapper.toHl7(takenBack(), profile, AT, ZoneOffset.UTC), StandardCharsets.UTF_8);
    assertThat(t11)
        .contains("|MDM^T11^MDM_T01|", "|2.5.1|||AL|NE||")
        .contains("|ORIGINAL|||||AU||CA|")
        .doesNotContain("OBX")
        .doesNotContain("secret");
    assertThatThrownBy(
            () -> new Destination.Profile("2.5.1", "", "", "", "", "", "P", null, "T12", null))
        .hasMessageContaining("T10 or T11");
  }

  private static FilingRecord takenBack() {
    FilingRecord original = record("secret", "Müller, Zoë");
    var retraction = new Retraction(Retraction.Reason.WRONG_PATIENT, "Roe, Rita", AT, 1, true);
    return new FilingRecord(
        original.message(),
        "",
        Category.NOTIFICATION,
        null,
        List.of(),
        "CTL",
        "DOC",
        new FilingRecord.TakenBack(retraction, "ORIGINAL"),
        null);
  }

  private static String write(String text, String patient, String set) throws Hl7FaultException {
    return new String(
        MdmMapper.toHl7(record(text, patient), profile(set), AT, ZoneOffset.UTC),
        StandardCharsets.UTF_8);
  }

  private static Destination.Profile profile(String set) {
    return new Destination.Profile("2.5.1", "WL", "H", "EHR", "H", set, "P", null, null, null);
  }

  private static FilingRecord record(String text, String patient) {
    var id = new UUID(1, 2);
    var author =
        new Author(
            PartyRef.practitioner(id),
            "dr.roe",
            "Roe, Rita",
            "physician",
            "Cardiology",
            id,
            "mfa",
            null);
    var snapshot =
        new PatientSnapshot(id, "urn:wardline:authority:WARD", "A1", patient, "1988-08-18");
    var header = new MessageHeader(id, id, id, 1, author, snapshot, Priority.ROUTINE, AT, null);
    return new FilingRecord(
        new ClinicalMessage(header, new MessageContent(text)),
        "",
        Category.NOTIFICATION,
        null,
        List.of(),
        "CTL",
        "DOC",
        null,
        null);
  }
}
