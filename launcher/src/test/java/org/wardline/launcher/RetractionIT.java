package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages that their authors take back: here, on open pages, and in the hospital's systems. */
@ExtendWith(DemoSystem.class)
class RetractionIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TAKEN_BACK = "THIS MESSAGE WAS TAKEN BACK";

  @Test
  void what_was_filed_is_taken_back_in_both_systems_and_nobody_gets_its_text_any_more()
      throws Exception {
    String text = "Wrong patient " + UUID.randomUUID();
    String id = send(text);
    await(
        "it is filed in both",
        SOON,
        () -> Hospital.fhir(text).size() == 1 && Hospital.hl7(text).size() == 1);
    String document = txa(Hospital.hl7(text).get(0), 12);

    HttpResponse<String> taken = takeBack(id, "entered-in-error", "integration-engine");
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
    JsonNode now = JSON.readTree(taken.body());
    assertThat(now.path("status").asText()).isEqualTo("entered-in-error");
    assertThat(now.has("payload")).isFalse();
    assertThat(now.path("statusReason").path("text").asText()).contains("another patient");
    assertThat(now.path("meta").path("versionId").asInt()).isGreaterThan(1);
    assertThat(read(id).body()).doesNotContain(text).contains("entered-in-error");
    String history =
        DemoSystem.fhir("Communication/" + id + "/_history", token("integration-engine")).body();
    assertThat(history).contains("\"in-progress\"", "entered-in-error").doesNotContain(text);

    await("the document is replaced", SOON, () -> Hospital.hl7("|" + document + "|").size() == 2);
    String replacement = Hospital.hl7(TAKEN_BACK).get(Hospital.hl7(TAKEN_BACK).size() - 1);
    assertThat(replacement).contains("MDM^T10^MDM_T02").doesNotContain(text);
    assertThat(txa(replacement, 13)).isEqualTo(document);
    await("the copy is in error", SOON, () -> copies(id, "entered-in-error") == 1);
    assertThat(DemoSystem.hospitalFhir().body()).doesNotContain(text);

    // said twice, it is done once
    assertThat(takeBack(id, "entered-in-error", "integration-engine").statusCode()).isEqualTo(200);
    await("nothing waits", SOON, () -> read(id).body().contains("entered-in-error"));
    assertThat(Hospital.hl7("|" + document + "|")).hasSize(2);
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(DemoSystem.fhir("AuditEvent?entity=Communication/" + id, auditor).body())
        .containsOnlyOnce("message-retracted");
  }

  @Test
  void what_nobody_had_seen_never_leaves() throws Exception {
    try (var admin = BrowserPerson.signIn(browser, "admin.ives", 1280, 800)) {
      for (String name : List.of("ehr-hl7", "ehr-fhir")) {
        assertThat(admin.call("POST", "destinations/" + name + "/pause").status()).isEqualTo(204);
      }
      String text = "Never mind " + UUID.randomUUID();
      String id = send(text);
      JsonNode taken = JSON.readTree(takeBack(id, "stopped", "integration-engine").body());
      assertThat(taken.path("status").asText()).isEqualTo("stopped");
      String later = "Later " + UUID.randomUUID();
      send(later);
      for (String name : List.of("ehr-hl7", "ehr-fhir")) {
        assertThat(admin.call("POST", "destinations/" + name + "/resume").status()).isEqualTo(204);
      }
      await(
          "the next is filed",
          SOON,
          () -> Hospital.fhir(later).size() == 1 && Hospital.hl7(later).size() == 1);
      assertThat(Hospital.hl7(text)).isEmpty();
      assertThat(Hospital.fhir(text)).isEmpty();
      assertThat(copies(id, "entered-in-error")).isZero();
    }
  }

  @Test
  void a_retraction_waits_for_its_message_while_that_is_parked_and_follows_it() throws Exception {
    try (var admin = BrowserPerson.signIn(browser, "admin.ives", 1280, 800)) {
      DemoSystem.tellHospital("mllp", "ERROR", 1);
      String text = "Parked and wrong " + UUID.randomUUID();
      String id = send(text);
      await("it is parked", SOON, () -> letters(admin, id).size() == 1);
      takeBack(id, "entered-in-error", "integration-engine");
      await("both are parked", SOON, () -> letters(admin, id).size() == 2);
      assertThat(letters(admin, id).get(1).path("kind").asText()).isEqualTo("retraction");
      String original = letters(admin, id).get(0).path("id").asText();
      assertThat(admin.call("POST", "dead-letters/" + original + "/replay").status())
          .isEqualTo(204);
      await("it is filed, then taken back", SOON, () -> Hospital.hl7(text).size() == 1);
      String document = txa(Hospital.hl7(text).get(0), 12);
      await("it is replaced", SOON, () -> Hospital.hl7("|" + document + "|").size() == 2);
      assertThat(letters(admin, id)).isEmpty();
    }
  }

  @Test
  void a_message_that_is_put_back_after_its_retraction_is_still_taken_back() throws Exception {
    try (var admin = BrowserPerson.signIn(browser, "admin.ives", 1280, 800)) {
      DemoSystem.tellHospital("mllp", "ERROR", 1);
      String text = "Put back too late " + UUID.randomUUID();
      String id = send(text);
      await("it is parked", SOON, () -> letters(admin, id).size() == 1);
      String original = letters(admin, id).get(0).path("id").asText();
      assertThat(admin.call("POST", "destinations/ehr-hl7/pause").status()).isEqualTo(204);
      takeBack(id, "entered-in-error", "integration-engine"); // it waits, since all is paused
      assertThat(admin.call("POST", "dead-letters/" + original + "/replay").status())
          .isEqualTo(204);
      assertThat(admin.call("POST", "destinations/ehr-hl7/resume").status()).isEqualTo(204);
      await("it is filed", SOON, () -> Hospital.hl7(text).size() == 1);
      String document = txa(Hospital.hl7(text).get(0), 12);
      await("and replaced", SOON, () -> Hospital.hl7("|" + document + "|").size() == 2);
    }
  }

  @Test
  void an_alert_that_was_taken_back_is_shown_to_nobody() throws Exception {
    String text = "Wrong alert " + UUID.randomUUID();
    String alert =
        """
        {"resourceType":"CommunicationRequest","status":"active","recipient":[{"identifier":
          {"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"switchboard"}}],
         "payload":[{"contentString":"%s"}]}"""
            .formatted(text);
    String id = tree(FhirClient.post("CommunicationRequest", alert).body()).path("id").asText();
    assertThat(FhirClient.get("CommunicationRequest/" + id).body()).contains(text);
    assertThat(takeBack(id, "entered-in-error", "integration-engine").statusCode()).isEqualTo(200);
    JsonNode now = tree(FhirClient.get("CommunicationRequest/" + id).body());
    assertThat(now.path("status").asText()).isEqualTo("entered-in-error");
    assertThat(now.toString()).doesNotContain(text);
    assertThat(FhirClient.get("CommunicationRequest?_id=" + id).body()).doesNotContain(text);
  }

  @Test
  void only_the_author_may_and_nothing_else_can_be_changed() {
    String text = "Mine " + UUID.randomUUID();
    String id = send(text);
    assertThat(takeBack(id, "entered-in-error", "ehr").statusCode()).isEqualTo(403);
    assertThat(takeBack(id, "completed", "integration-engine").statusCode()).isEqualTo(422);
    assertThat(
            takeBack(UUID.randomUUID().toString(), "entered-in-error", "integration-engine")
                .statusCode())
        .isEqualTo(404);
    assertThat(read(id).body()).contains(text);
  }

  @Test
  void a_person_takes_a_message_back_and_it_goes_from_the_colleagues_open_page() {
    String text = "Not for you " + UUID.randomUUID();
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 390, 844);
        BrowserPerson adams = BrowserPerson.signIn(browser, "dr.adams", 1440, 900)) {
      Page author = adams.page();
      write(author, text);
      author.waitForURL("**/c/*");
      cole.page().navigate(author.url()); // others may have written to her before
      assertThat(cole.page().getByText(text)).isVisible();
      assertThat(author.locator(".bubble-foot").last()).containsText("Read by");

      button(author, "Take back").last().click();
      picture(author, "take-back-desktop");
      Locator dialog = author.getByRole(AriaRole.DIALOG);
      assertThat(button(dialog, "Take it back")).isDisabled();
      dialog.getByText("It went to the wrong person").click();
      button(dialog, "Take it back").click();

      assertThat(author.getByText(text)).hasCount(0);
      assertThat(cole.page().getByText(text)).hasCount(0);
      assertThat(cole.page().locator(".taken-back").last())
          .containsText("Taken back by Adams, Anna");
      assertThat(author.locator(".taken-back").last()).containsText("One person had read it.");
      picture(author, "taken-back-desktop");
      picture(cole.page(), "taken-back-phone");
      cole.page().reload();
      assertThat(cole.page().locator(".taken-back").last()).isVisible();
      assertThat(cole.page().getByText(text)).hasCount(0);
    }
  }

  private static void write(Page page, String text) {
    button(page, "Compose").click();
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("To"))
        .pressSequentially("Cole");
    page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName("Cole")).first().click();
    page.getByPlaceholder("Write a message").fill(text);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send to Cole")).click();
    assertThat(page.getByText(text)).isVisible();
  }

  private static String send(String text) {
    HttpResponse<String> sent =
        FhirClient.sendAs(
            token("integration-engine"),
            "POST",
            "Communication",
            """
            {"resourceType":"Communication","status":"in-progress",
             "subject":{"identifier":{"system":"urn:wardline:authority:DEMO","value":"MRN10001"}},
             "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
             "payload":[{"contentString":"%s"}]}"""
                .formatted(text));
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
    return tree(sent.body()).path("id").asText();
  }

  private static HttpResponse<String> takeBack(String id, String status, String client) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("resourceType", "Communication")
            .put("id", id)
            .put("status", status);
    body.putObject("statusReason")
        .putArray("coding")
        .addObject()
        .put("system", "https://wardline.org/fhir/CodeSystem/retraction-reason")
        .put("code", "wrong-patient");
    return FhirClient.sendAs(token(client), "PUT", "Communication/" + id, body.toString());
  }

  private static HttpResponse<String> read(String id) {
    return DemoSystem.fhir("Communication/" + id, token("integration-engine"));
  }

  private static String token(String client) {
    return DemoSystem.token(client, "system/Communication.crus");
  }

  private static List<JsonNode> letters(BrowserPerson admin, String message) {
    return tree(admin.call("GET", "dead-letters").body()).findParents("messageId").stream()
        .filter(l -> l.path("messageId").asText().equals(message))
        .toList();
  }

  private static long copies(String id, String status) {
    return Hospital.fhir("urn:uuid:" + id).stream()
        .filter(c -> c.path("status").asText().equals(status))
        .count();
  }

  private static String txa(String message, int field) {
    return Arrays.stream(message.split("[\r\n]+"))
        .filter(s -> s.startsWith("TXA|"))
        .map(s -> s.split("\\|", -1)[field])
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
