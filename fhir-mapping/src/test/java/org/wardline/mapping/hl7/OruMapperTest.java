package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.FilingRecord.Answer;
import org.wardline.message.FilingRecord.Hop;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.OrderNumber;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;

class OruMapperTest {
  private static final Instant AT = Instant.parse("2026-06-01T10:00:00Z");
  private static final UUID ID = new UUID(1, 2);
  private static final String ACT =
      "ACKNOWLEDGMENT^Acknowledgment of an alert^99WARDLINE|||20260601100500.000+0000|||||||||||||||20260601100500.000+0000|||F";

  @Test
  void an_acknowledgment_stands_beside_each_order_with_the_time_of_each_hop() throws Exception {
    String text = write("Potassium 7.2 (HH)\nCall | now", "UNICODE UTF-8", "2.5.1", false);
    assertThat(text.split("\r"))
        .startsWith(
            "MSH|^~\\&|WL|H|LAB|H|20260601100000.000+0000||ORU^R01^ORU_R01|CTL|P|2.5.1||||||UNICODE UTF-8",
            "PID|1||A1^^^WARD^MR||Müller^Zoë||19880818",
            "PV1|1|I|3W^12||||||||||||||||V7",
            "ORC|RE|P-1^OE|F-1^LAB\\T\\x",
            "OBR|1|P-1^OE|F-1^LAB\\T\\x|" + ACT,
            "OBX|1|TX|ALERT^Alert^99WARDLINE||Potassium 7.2 (HH)||||||F|||||",
            "OBX|2|TX|ALERT^Alert^99WARDLINE||Call \\F\\ now||||||F|||||",
            "OBX|3|TS|READ^Read^99WARDLINE||20260601100400.000+0000||||||F|||20260601100400.000+0000||dr.roe^Roe^Rita",
            "OBX|4|TS|ACKNOWLEDGED^Acknowledged^99WARDLINE||20260601100500.000+0000||||||F|||20260601100500.000+0000||dr.roe^Roe^Rita",
            "OBX|5|ST|ROLE^Addressed as^99WARDLINE||Cardiology on call||||||F|||20260601100500.000+0000||dr.roe^Roe^Rita")
        .containsSequence("ORC|RE||F-2", "OBR|2||F-2|" + ACT)
        .hasSize(17);
  }

  @Test
  void what_the_set_cannot_hold_is_never_lost_and_what_was_taken_back_is_not_told()
      throws Exception {
    assertThat(write("Kalium \u4f60", "8859/1", "2.7", false))
        .contains("|ED|ALERT^Alert^99WARDLINE||^TEXT^plain^Base64^S2FsaXVtIOS9oA==|")
        .contains("|DTM|READ^");
    assertThat(write("secret", "UNICODE UTF-8", "2.5.1", true))
        .doesNotContain("secret", "ALERT^")
        .contains("ACKNOWLEDGED^");
  }

  @Test
  void without_an_order_the_document_gives_the_number() throws Exception {
    var answer =
        new Answer(
            "Roe, Rita",
            "dr.roe",
            "",
            List.of(new Hop(ReceiptState.ACKNOWLEDGED, AT)),
            List.of(),
            false);
    assertThat(text(record("alert", answer), "UNICODE UTF-8", "2.5.1"))
        .contains("ORC|RE||DOC\r", "OBR|1||DOC|")
        .doesNotContain("ROLE^");
  }

  @Test
  void a_profile_says_r01_or_none() {
    assertThatThrownBy(
            () -> new Destination.Profile("2.5.1", "", "", "", "", "", "P", null, null, "R02"))
        .hasMessageContaining("R01 or none");
  }

  private static String write(String text, String set, String version, boolean withdrawn)
      throws Hl7FaultException {
    var answer =
        new Answer(
            "Roe, Rita",
            "dr.roe",
            "Cardiology on call",
            List.of(
                new Hop(ReceiptState.READ, AT.plusSeconds(240)),
                new Hop(ReceiptState.ACKNOWLEDGED, AT.plusSeconds(300))),
            List.of(new OrderNumber("P-1^OE", "F-1^LAB\\T\\x"), new OrderNumber("", "F-2")),
            withdrawn);
    return text(record(text, answer), set, version);
  }

  private static String text(FilingRecord record, String set, String version)
      throws Hl7FaultException {
    var profile =
        new Destination.Profile(version, "WL", "H", "LAB", "H", set, "P", null, null, "R01");
    return new String(OruMapper.toHl7(record, profile, AT, ZoneOffset.UTC), StandardCharsets.UTF_8);
  }

  private static FilingRecord record(String text, Answer answer) {
    var author =
        new Author(
            PartyRef.practitioner(ID), "lab", "Critical results", "", "", ID, "client", null);
    var patient =
        new PatientSnapshot(ID, "urn:wardline:authority:WARD", "A1", "Müller, Zoë", "1988-08-18");
    var header = new MessageHeader(ID, ID, ID, 1, author, patient, Priority.STAT, AT, null);
    return new FilingRecord(
        new ClinicalMessage(header, new MessageContent(text)),
        "",
        Category.ALERT,
        new FilingRecord.Stay("I", "3W · 12", "V7"),
        List.of(),
        "CTL",
        "DOC",
        null,
        answer);
  }
}
