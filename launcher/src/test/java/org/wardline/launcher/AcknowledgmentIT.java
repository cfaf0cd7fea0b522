package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A critical result, from the laboratory to who is on duty, his answer, and back. */
class AcknowledgmentIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void who_is_on_duty_acknowledges_and_the_laboratory_is_told_when() throws Exception {
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 1440, 900)) {
      String alert = critical("ACK-1", "F-ACK-1");
      Page page = bianchi.page();
      page.navigate(DemoSystem.origin() + "/");
      Locator row = page.locator("a.row", new Page.LocatorOptions().setHasText("ACK-1"));
      assertThat(row).containsText("Needs your acknowledgment");
      PageChecks.check(page, "inbox-acknowledge-light-1440");
      row.click();
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        for (int width : List.of(360, 1440)) {
          page.setViewportSize(width, 800);
          assertThat(button(page, "Acknowledge")).isVisible();
          PageChecks.check(
              page,
              "acknowledge-" + scheme.name().toLowerCase(java.util.Locale.ROOT) + "-" + width);
        }
      }
      awaited("ACK-1");
      button(page, "Acknowledge").click();
      assertThat(page.locator(".acknowledged")).containsText("You acknowledged this");
      assertThat(button(page, "Acknowledge")).hasCount(0);
      PageChecks.check(page, "acknowledged-dark-1440");

      await("the laboratory is told", SOON, () -> documents("F-ACK-1").size() == 1);
      String document = documents("F-ACK-1").get(0);
      assertThat(document)
          .contains("ORC|RE|P-F-ACK-1|F-ACK-1", "PID|1||ACK-1^^^IT^MR")
          .contains("Critical result from IT:", "Potassium 7.2 mmol/L (HH)") // MSH-3
          .contains("|DELIVERED^", "|READ^", "|ACKNOWLEDGED^", "dr.bianchi^Bianchi")
          .contains("|ROLE^Addressed as^99WARDLINE||Cardiology on call|");
      // said twice, it is done once
      assertThat(acknowledge(bianchi, alert)).isEqualTo(200);
      afterAllElse("ACK-4");
      assertThat(documents("F-ACK-1")).hasSize(1);
    }
    JsonNode receipt = tasks("business-status=acknowledged").get(0);
    assertThat(receipt.path("status").asText()).isEqualTo("completed");
    assertThat(receipt.toString()).contains("acknowledged", "Bianchi");
  }

  @Test
  void an_alert_of_a_system_is_done_once_it_is_acknowledged() throws Exception {
    String id =
        FhirClient.kept(
                FhirClient.post(
                    "CommunicationRequest",
                    """
                    {"resourceType":"CommunicationRequest","status":"active","priority":"asap",
                     "identifier":[{"system":"urn:it","value":"ALERT-ACK"}],
                     "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"cardiology-on-call"}}],
                     "payload":[{"contentString":"Troponin, please look."}]}"""),
                201)
            .path("id")
            .asText();
    String mine = "CommunicationRequest?identifier=urn:it|ALERT-ACK&_sort=-authored&";
    assertThat(found(mine + "status=active&recipient:identifier=cardiology-on-call"))
        .containsExactly(id);
    assertThat(found(mine + "status:not=active")).isEmpty();
    assertThat(found(mine + "recipient:identifier=nobody")).isEmpty();
    assertThat(found(mine + "priority=stat")).isEmpty();
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 390, 844)) {
      assertThat(bianchi.call("GET", "conversations/" + conversation(id)).status()).isEqualTo(200);
      assertThat(found(mine + "status=completed")).isEmpty();
      JsonNode before = tree(FhirClient.get("CommunicationRequest/" + id).body());
      assertThat(acknowledge(bianchi, id)).isEqualTo(200);
      assertThat(found(mine + "status=completed&priority=asap,stat")).containsExactly(id);
      assertThat(found(mine + "status=active")).isEmpty();
      JsonNode done = tree(FhirClient.get("CommunicationRequest/" + id).body());
      assertThat(done.path("status").asText()).isEqualTo("completed");
      assertThat(done.at("/meta/versionId").asInt())
          .isGreaterThan(before.at("/meta/versionId").asInt());
      assertThat(found(mine + "_lastUpdated=ge" + done.at("/meta/lastUpdated").asText()))
          .containsExactly(id);
    }
  }

  private static List<String> found(String query) {
    List<String> ids = new ArrayList<>();
    tree(FhirClient.get(query.replace("|", "%7C").replace("+", "%2B")).body())
        .path("entry")
        .forEach(e -> ids.add(e.at("/resource/id").asText()));
    return ids;
  }

  @Test
  void only_who_was_told_acknowledges_and_only_an_alert() throws Exception {
    String alert = critical("ACK-2", "F-ACK-2");
    String plain =
        FhirClient.kept(
                FhirClient.post(
                    "Communication",
                    """
                    {"resourceType":"Communication","status":"in-progress",
                     "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
                     "payload":[{"contentString":"No alert."}]}"""),
                201)
            .path("id")
            .asText();
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 390, 844)) {
      assertThat(acknowledge(cole, alert)).isEqualTo(404);
      assertThat(acknowledge(cole, UUID.randomUUID().toString())).isEqualTo(404);
      assertThat(acknowledge(cole, plain)).isEqualTo(422);
    }
    afterAllElse("ACK-5");
    assertThat(documents("F-ACK-2")).isEmpty();
  }

  @Test
  void an_answer_that_is_refused_waits_for_a_person_and_changes_nothing_of_the_alert()
      throws Exception {
    String alert = critical("ACK-3", "F-ACK-3");
    await("the alert is filed", SOON, () -> Hospital.hl7("|ACK-3^").size() == 1);
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 1280, 800);
        BrowserPerson admin = BrowserPerson.signIn(browser, "admin.gray", 1280, 800)) {
      DemoSystem.tellHospital("mllp", "ERROR", 1);
      assertThat(acknowledge(bianchi, alert)).isEqualTo(200);
      await("it is parked", SOON, () -> letters(admin, alert).size() == 1);
      JsonNode letter = letters(admin, alert).get(0);
      assertThat(letter.path("kind").asText()).isEqualTo("answer");
      assertThat(bianchi.call("GET", "conversations/" + conversation(alert)).body())
          .contains("\"filed\"", "\"acknowledged\"")
          .doesNotContain("\"failed\"");
      String again = "dead-letters/" + letter.path("id").asText() + "/replay";
      assertThat(admin.call("POST", again).status()).isEqualTo(204);
      await("it is told then", SOON, () -> documents("F-ACK-3").size() == 1);
    }
  }

  /** An alert that was read is not done before it is acknowledged. */
  private static void awaited(String patient) {
    String read = "focus=Communication/%s&business-status=read&".formatted(alertOf(patient));
    await("it was read", SOON, () -> tasks(read + "status=received").size() == 1);
    JsonNode receipt = tasks(read + "status:not=completed").get(0);
    assertThat(receipt.path("status").asText()).isEqualTo("received");
    assertThat(receipt.at("/executionPeriod/end").isMissingNode()).isTrue();
    assertThat(tasks(read + "status=completed")).isEmpty();
    assertThat(tasks(read + "status:not=received")).isEmpty();
  }

  /** What was put into the lane before has left when something later is filed. */
  private static void afterAllElse(String patient) {
    critical(patient, "F-" + patient);
    await("a later one is filed", SOON, () -> !Hospital.hl7("|" + patient + "^").isEmpty());
  }

  @Test
  void a_result_of_two_orders_is_told_to_both_and_a_withdrawn_alert_needs_no_answer()
      throws Exception {
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "ACK-6",
            "ACK-6^^^IT^MR||Roe^Six",
            "PV1|1|I|3 West^9^1\nOBR|1|P-61|F-61|K^Potassium^L\nOBX|1|NM|K^Potassium^L||7.2|mmol/L|3.5-5.1|HH|||F\n"
                + "OBR|2|P-62|F-62|HB^Hemoglobin^L\nOBX|1|NM|HB^Hemoglobin^L||4|g/dL|12-16|LL|||F\n"));
    String both = alertOf("ACK-6");
    JsonNode raised =
        FhirClient.kept(
            FhirClient.post(
                "CommunicationRequest",
                """
                {"resourceType":"CommunicationRequest","status":"active","subject":{"identifier":{"value":"ACK-6"}},
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"cardiology-on-call"}}],
                 "payload":[{"contentString":"Monitor is off"}]}"""),
            201);
    FhirClient.kept(
        FhirClient.send(
            "PUT",
            "CommunicationRequest/" + raised.path("id").asText(),
            raised.toString().replace("\"active\"", "\"revoked\"")),
        200);
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 1280, 800)) {
      assertThat(acknowledge(bianchi, both)).isEqualTo(200);
      await("both orders are told", SOON, () -> !documents("F-61").isEmpty());
      assertThat(documents("F-61").get(0)).contains("ORC|RE|P-61|F-61", "ORC|RE|P-62|F-62");
      for (JsonNode row : tree(bianchi.call("GET", "inbox").body())) {
        if (row.at("/patient/recordNumber").asText().equals("ACK-6")) {
          assertThat(row.path("toAcknowledge").asInt()).isZero();
        }
      }
    }
  }

  /** A critical result of a patient; the message by which somebody was told. */
  private static String critical(String patient, String filler) {
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            patient,
            patient + "^^^IT^MR||Roe^" + patient,
            "PV1|1|I|3 West^9^1\nOBR|1|P-%1$s|%1$s|K^Potassium^L\nOBX|1|NM|K^Potassium^L||7.2|mmol/L|3.5-5.1|HH|||F\n"
                .formatted(filler)));
    return alertOf(patient);
  }

  private static String alertOf(String patient) {
    String query = "Communication?category=alert&patient.identifier=" + patient;
    var found = new ArrayList<String>();
    await(
        "somebody is told",
        SOON,
        () -> {
          found.clear();
          tree(FhirClient.get(query).body())
              .path("entry")
              .forEach(e -> found.add(e.at("/resource/id").asText()));
          return found.size() == 1;
        });
    return found.get(0);
  }

  private static String conversation(String message) {
    return tree(FhirClient.get("Communication/" + message).body())
        .at("/partOf/0/reference")
        .asText()
        .replaceFirst("^.*/", "");
  }

  private static List<JsonNode> tasks(String query) {
    List<JsonNode> found = new ArrayList<>();
    String token = DemoSystem.token("integration-engine", "system/Task.rs");
    tree(DemoSystem.fhir("Task?" + query, token).body())
        .path("entry")
        .forEach(e -> found.add(e.path("resource")));
    return found;
  }

  private static List<String> documents(String filler) {
    return Hospital.hl7("|" + filler + "|").stream().filter(m -> m.contains("|ORU^R01")).toList();
  }

  private static int acknowledge(BrowserPerson person, String message) {
    return person.call("POST", "messages/" + message + "/acknowledgment").status();
  }

  private static List<JsonNode> letters(BrowserPerson admin, String message) {
    return tree(admin.call("GET", "dead-letters").body()).findParents("messageId").stream()
        .filter(l -> l.path("messageId").asText().equals(message))
        .toList();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
