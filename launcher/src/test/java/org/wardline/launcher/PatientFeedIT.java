package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Patients by HL7 v2 over a real socket: what is taken, what is refused and how, and that nothing
 * is done twice.
 */
@ExtendWith(DemoSystem.class)
class PatientFeedIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void admission_is_acknowledged_and_the_patient_is_found() throws Exception {
    var reply = send(adt("A01", "F-1", "2.5.1", "", "FEED-1", "Roe^Jane", "19700102", "F"));
    assertThat(reply.code()).isEqualTo("AA");
    assertThat(reply.text()).contains("MSA|AA|F-1");
    JsonNode patient = find("FEED-1");
    assertThat(patient.path("name").path(0).path("family").asText()).isEqualTo("Roe");
    assertThat(patient.path("birthDate").asText()).isEqualTo("1970-01-02");
    assertThat(patient.path("gender").asText()).isEqualTo("female");
  }

  @Test
  void all_versions_from_2_1_to_2_8_are_taken_and_others_refused() throws Exception {
    for (String version :
        List.of(
            "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8",
            "2.8.1")) {
      assertThat(
              send(adt("A04", "V-" + version, version, "", "FEED-V", "Roe^Vera", "1980", "F"))
                  .code())
          .isEqualTo("AA");
    }
    for (String version : List.of("2.0", "3.0", "")) {
      var reply = send(adt("A04", "V-x" + version, version, "", "FEED-V", "Roe^Vera", "1980", "F"));
      assertThat(reply.code()).isEqualTo("AR");
      assertThat(reply.text()).contains("203");
    }
  }

  @Test
  void the_same_message_again_gets_the_same_answer_and_does_nothing_twice() throws Exception {
    String message = adt("A01", "D-1", "2.5.1", "", "FEED-D", "Roe^Dora", "1980", "F");
    String first = send(message).text();
    int version = find("FEED-D").path("meta").path("versionId").asInt();
    assertThat(send(message).text()).isEqualTo(first);
    assertThat(find("FEED-D").path("meta").path("versionId").asInt()).isEqualTo(version);
  }

  @Test
  void what_a_message_does_not_say_stays_and_two_quotes_forget_it() throws Exception {
    String patient = "FEED-Q^^^IT^MR||Roe^Quinn||1980|F|||%s||%s";
    Hl7.taken(Hl7.message("ADT^A04", "Q-1", patient.formatted("1 Way^^Bern", "555-1"), ""));
    Hl7.taken(Hl7.message("ADT^A08", "Q-2", patient.formatted("", ""), ""));
    assertThat(find("FEED-Q").path("address").path(0).path("city").asText()).isEqualTo("Bern");
    Hl7.taken(Hl7.message("ADT^A08", "Q-3", patient.formatted("", "\"\""), ""));
    assertThat(find("FEED-Q").has("telecom")).isFalse();
    assertThat(find("FEED-Q").path("address").path(0).path("city").asText()).isEqualTo("Bern");
  }

  @Test
  void a_control_id_that_wrapped_is_taken_as_new_with_a_warning() throws Exception {
    send(adt("A01", "W-1", "2.5.1", "", "FEED-W", "Roe^Wilma", "1980", "F"));
    var reply = send(adt("A08", "W-1", "2.5.1", "", "FEED-W", "Roe^Wanda", "1980", "F"));
    assertThat(reply.code()).isEqualTo("AA");
    assertThat(reply.text()).contains("|205^").contains("|W|");
    assertThat(find("FEED-W").path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Wanda");
  }

  @Test
  void after_a_refusal_a_resend_is_processed_afresh() throws Exception {
    String wrong = adt("A01", "R-1", "2.5.1", "UTF-16", "FEED-R", "Roe^Rita", "1980", "F");
    assertThat(send(wrong).code()).isEqualTo("AR");
    assertThat(send(wrong.replace("|UTF-16", "|UNICODE UTF-8")).code()).isEqualTo("AA");
  }

  @Test
  void character_sets_are_read_by_msh_18_and_a_wrong_one_is_an_error() throws Exception {
    String text = adt("A01", "C-1", "2.5.1", "8859/1", "FEED-C", "Müller^Zoë", "1980", "F");
    assertThat(send(text.getBytes(Charset.forName("ISO-8859-1"))).code()).isEqualTo("AA");
    assertThat(find("FEED-C").path("name").path(0).path("family").asText()).isEqualTo("Müller");
    String lie = adt("A01", "C-2", "2.5.1", "UNICODE UTF-8", "FEED-C", "Müller^Zoë", "1980", "F");
    var reply = send(lie.getBytes(Charset.forName("ISO-8859-1")));
    assertThat(reply.code()).isEqualTo("AE");
    assertThat(reply.text()).contains("102");
  }

  @Test
  void identifiers_of_two_patients_go_to_review_and_change_neither() throws Exception {
    send(adt("A01", "T-1", "2.5.1", "", "FEED-T1", "Roe^Tina", "1980", "F"));
    send(adt("A01", "T-2", "2.5.1", "", "FEED-T2", "Roe^Tony", "1980", "M"));
    var reply =
        send(adt("A08", "T-3", "2.5.1", "", "FEED-T1^^^IT^MR~FEED-T2", "Roe^Both", "1980", "F"));
    assertThat(reply.code()).isEqualTo("AA");
    assertThat(reply.text()).contains("review");
    assertThat(find("FEED-T1").path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Tina");
    assertThat(find("FEED-T2").path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Tony");
  }

  @Test
  void a_social_security_number_never_joins_two_people() throws Exception {
    send(
        adt(
            "A01",
            "S-1",
            "2.5.1",
            "",
            "FEED-S1^^^IT^MR~123456789^^^USSSA^SS",
            "Roe^Sam",
            "1980",
            "M"));
    send(
        adt(
            "A01",
            "S-2",
            "2.5.1",
            "",
            "FEED-S2^^^IT^MR~123456789^^^USSSA^SS",
            "Roe^Sue",
            "1980",
            "F"));
    assertThat(find("FEED-S1").path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Sam");
    assertThat(find("FEED-S2").path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Sue");
  }

  @Test
  void a_number_that_names_nobody_is_kept_for_review_and_matches_nobody() throws Exception {
    var first =
        send(adt("A01", "N-1", "2.5.1", "", "987654321^^^USSSA^SS", "Roe^Ned", "1980", "M"));
    var second =
        send(adt("A01", "N-2", "2.5.1", "", "987654321^^^USSSA^SS", "Roe^Nell", "1980", "F"));
    assertThat(first.text()).contains("MSA|AA|N-1").contains("review");
    assertThat(second.text()).contains("MSA|AA|N-2").contains("review");
    assertThat(search("987654321")).isEmpty();
  }

  @Test
  void a_nul_character_is_refused_and_does_not_come_again_and_again() throws Exception {
    String message = adt("A01", "NUL-1", "2.5.1", "", "FEED-N", "Ro\0e^Nan", "1980", "F");
    assertThat(send(message).text()).contains("MSA|AE|NUL-1").contains("102");
  }

  @Test
  void what_is_no_hl7_or_not_supported_is_refused_and_the_server_goes_on() throws Exception {
    assertThat(send("hello").code()).isEqualTo("AR");
    assertThat(send("PID|1||X\r").code()).isEqualTo("AR");
    assertThat(send(adt("A99", "U-1", "2.5.1", "", "X", "Y", "", "F")).text())
        .contains("MSA|AA|U-1")
        .contains("|201^")
        .contains("|W|");
    assertThat(send("MSH|^~\\&|A|B|C|D|2026||VXU^V04|U-2|P|2.5.1\r").text())
        .contains("200^Unsupported message type");
    assertThat(send("MSH|^~\\&|A|B|C|D|2026||ADT^A01||P|2.5.1\r").text()).contains("101");
    try (Socket raw =
        new Socket(DemoSystem.installation().address(), DemoSystem.installation().port("mllp"))) {
      raw.getOutputStream()
          .write("GET / HTTP/1.1\r\n".repeat(200).getBytes(StandardCharsets.US_ASCII));
      raw.getOutputStream().flush();
      raw.setSoTimeout(10_000);
      assertThat(readQuietly(raw)).isEqualTo(-1);
    }
    assertThat(send(adt("A01", "U-3", "2.5.1", "", "FEED-U", "Roe^Una", "1980", "F")).code())
        .isEqualTo("AA");
  }

  @Test
  void a_message_of_nearly_ten_mebibytes_is_taken_and_a_longer_one_refused() throws Exception {
    String message = adt("A01", "L-1", "2.5.1", "", "FEED-L", "Roe^Lea", "1980", "F");
    String long1 = message + "NTE|1||" + "x".repeat(10 * 1024 * 1024 - message.length() - 8) + "\r";
    assertThat(send(long1).code()).isEqualTo("AA");
    assertThat(
            send(message.replace("L-1", "L-2") + "NTE|1||" + "x".repeat(11 * 1024 * 1024)).code())
        .isEqualTo("AR");
  }

  @Test
  void enhanced_mode_answers_as_msh_15_and_16_ask() throws Exception {
    String message = adt("A01", "E-1", "2.5.1", "", "FEED-E", "Roe^Eva", "1980", "F");
    assertThat(send(enhanced(message, "AL", "NE")).code()).isEqualTo("CA");
    try (var client = client()) {
      var accept =
          client.send(
              enhanced(message.replace("E-1", "E-2"), "AL", "AL").getBytes(StandardCharsets.UTF_8));
      assertThat(accept.code()).isEqualTo("CA");
      assertThat(client.receive().code()).isEqualTo("AA");
    }
    assertThat(
            send(enhanced(message.replace("E-1", "E-3").replace("2.5.1", "9.9"), "ER", "NE"))
                .code())
        .isEqualTo("CR");
  }

  @Test
  void published_messages_are_answered_as_they_ask_and_patients_found_with_their_facts()
      throws Exception {
    Path folder = Path.of(System.getProperty("wardline.test.data", "."));
    assumeTrue(Files.exists(folder.resolve("hl7v2/cases.json")), "no sample data in " + folder);
    List<String> wrong = new ArrayList<>();
    for (JsonNode published : JSON.readTree(folder.resolve("hl7v2/cases.json").toFile())) {
      String file = published.path("file").asText();
      switch (published.path("cls").asText()) {
        case "supported" -> check(folder, published, wrong);
        case "batch" -> {
          String answer = send(Files.readAllBytes(folder.resolve(file))).text();
          long items =
              Files.readString(folder.resolve(file))
                  .lines()
                  .filter(l -> l.startsWith("MSH"))
                  .count();
          if (answer.split("\rMSA", -1).length - 1 != items || !answer.contains("BTS|" + items)) {
            wrong.add(file + ": " + items + " items, " + answer.replace('\r', ' '));
          }
        }
        default -> { // whatever it is, it gets an answer that says what is wrong with it
          MllpClient.Reply reply = sendAndProbe(Files.readAllBytes(folder.resolve(file)));
          if (!reply.text().contains("MSA|")) {
            wrong.add(file + ": " + reply.text());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** A message that wants no answer is followed by one that does: its answer is the next. */
  private static MllpClient.Reply sendAndProbe(byte[] message) throws IOException {
    try (var client = client()) {
      String probe = "PROBE-" + System.nanoTime();
      client.write(message);
      client.write(
          adt("A08", probe, "2.5.1", "", "FEED-P", "Roe^Pia", "1980", "F")
              .getBytes(StandardCharsets.UTF_8));
      return client.receive();
    }
  }

  private static void check(Path folder, JsonNode published, List<String> wrong)
      throws IOException {
    String file = published.path("file").asText();
    byte[] message = Files.readAllBytes(folder.resolve(file));
    MllpClient.Reply reply = sendAndProbe(message);
    String[] header =
        new String(message, StandardCharsets.ISO_8859_1)
            .strip()
            .split("[\r\n]", 2)[0]
            .split("\\|", -1);
    boolean silent = header.length > 15 && header[14].equals("NE") && header[15].equals("NE");
    String expected = silent ? "PROBE-" : published.path("ctrl").asText();
    if (!reply.positive() || !reply.text().contains("A|" + expected)) {
      wrong.add(file + ": " + reply.text().replace('\r', ' '));
    }
    JsonNode facts = published.path("facts");
    if (facts.isObject()) {
      JsonNode name = null;
      for (JsonNode entry : search(facts.path("identifier").asText())) {
        JsonNode patient = entry.path("resource");
        if (said(facts, "family", patient.path("name").path(0).path("family"))
            && said(facts, "birthDate", patient.path("birthDate"))
            && said(facts, "gender", patient.path("gender"))) {
          name = patient;
        }
      }
      if (name == null) {
        wrong.add(file + ": not found with its facts");
      }
    }
  }

  /** What the message says is there; of what it does not say, nothing is expected. */
  private static boolean said(JsonNode facts, String fact, JsonNode found) {
    return !facts.has(fact) || facts.path(fact).asText().equals(found.asText());
  }

  private static int readQuietly(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1; // reset: closed as well
    }
  }

  private static String adt(
      String event,
      String controlId,
      String version,
      String set,
      String identifier,
      String... person) {
    String number = identifier.contains("^") ? identifier : identifier + "^^^IT^MR";
    if (identifier.endsWith("~FEED-T2")) {
      number = identifier + "^^^IT^MR";
    }
    return "MSH|^~\\&|ITADT|IT|WARDLINE|DEMO|20260101||ADT^"
        + event
        + "^ADT_A01|"
        + controlId
        + "|T|"
        + version
        + "||||||"
        + set
        + "\rEVN|"
        + event
        + "|20260101\rPID|1||"
        + number
        + "||"
        + person[0]
        + "||"
        + person[1]
        + "|"
        + person[2]
        + "\rPV1|1|I|3W^1^1\r";
  }

  private static String enhanced(String message, String accept, String application) {
    String[] segments = message.split("\r", 2);
    String[] fields = segments[0].split("\\|", -1);
    fields[14] = accept;
    fields[15] = application;
    return String.join("|", fields) + "\r" + segments[1];
  }

  private static MllpClient client() throws IOException {
    return new MllpClient(
        DemoSystem.installation().address(),
        DemoSystem.installation().port("mllp"),
        Duration.ofSeconds(30));
  }

  private static MllpClient.Reply send(String message) throws IOException {
    return send(message.getBytes(StandardCharsets.UTF_8));
  }

  private static MllpClient.Reply send(byte[] message) throws IOException {
    try (var client = client()) {
      return client.send(message);
    }
  }

  private static JsonNode search(String identifier) throws IOException {
    String token = DemoSystem.token("integration-engine", "system/Patient.rs");
    var answer =
        DemoSystem.fhir(
            "Patient?identifier=" + URLEncoder.encode(identifier, StandardCharsets.UTF_8), token);
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("entry");
  }

  private static JsonNode find(String identifier) throws IOException {
    JsonNode entries = search(identifier);
    assertThat(entries).hasSize(1);
    return entries.get(0).path("resource");
  }
}
