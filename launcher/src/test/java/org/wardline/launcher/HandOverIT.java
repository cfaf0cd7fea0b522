package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody who left had not read reaches whoever is on duty, once, and all see it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HandOverIT extends BrowserJourney {
  private static final String STAFF =
      "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||MFN^M02^MFN_M02|%s|T|2.5.1\rMFI|PRA|HR|UPD|||AL\rMFE|%s|||nurse.baker\rSTF|nurse.baker||Baker^Nina\r";
  private static final Duration SOON = Duration.ofSeconds(40);

  @Test
  void what_a_leaver_had_not_read_is_passed_on_to_who_is_on_duty_where_the_patient_lies()
      throws Exception {
    Hl7.taken(Hl7.message("ADT^A01", "HO-1", "HANDED^^^IT^MR||Roe^Hanna", "PV1|1|I|3 West^4^B\r"));
    JsonNode first = send("Potassium 2.9, please repeat", "routine", "");
    JsonNode second =
        send("Still waiting for it", "urgent", ",\"partOf\":" + first.path("partOf").toString());
    String conversation = first.path("partOf").path(0).path("reference").asText();
    assertThat(receipt(first).path("businessStatus").toString()).contains("queued");

    Hl7.taken(STAFF.formatted("HO-2", "MDC"));
    try {
      await("passed on", SOON, () -> receipt(first).toString().contains("escalated"));
      await("passed on", SOON, () -> receipt(second).toString().contains("escalated"));
      assertThat(receipt(first).path("status").asText()).isEqualTo("in-progress");

      List<JsonNode> messages = messages(conversation);
      assertThat(messages).hasSize(3);
      JsonNode told = messages.get(2);
      assertThat(told.path("payload").path(0).path("contentString").asText())
          .endsWith(
              "has left and had not read 2 messages of this conversation. Please look after them.");
      assertThat(told.path("priority").asText()).isEqualTo("urgent");
      assertThat(told.path("recipient").toString()).contains("Cardiology on call");

      try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 360, 800)) {
        Page page = bianchi.page();
        page.navigate(
            DemoSystem.origin() + "/c/" + conversation.substring("Communication/".length()));
        assertThat(page.getByText("Potassium 2.9, please repeat")).isVisible();
        assertThat(page.getByText("had not read 2 messages of this conversation")).isVisible();
        assertThat(page.getByText("passed on to Cardiology on call").first()).isVisible();
      }
    } finally {
      Hl7.taken(STAFF.formatted("HO-3", "MUP"));
      await("she is back", SOON, HandOverIT::back);
    }
    assertThat(messages(conversation)).as("told once").hasSize(3);
    try (BrowserPerson baker = BrowserPerson.signIn(browser, "nurse.baker", 1280, 800)) {
      baker
          .page()
          .navigate(
              DemoSystem.origin() + "/c/" + conversation.substring("Communication/".length()));
      await("she reads it after all", SOON, () -> receipt(first).toString().contains("\"read\""));
    }
  }

  @Test
  void what_was_written_by_name_about_no_patient_goes_to_nobody() throws Exception {
    JsonNode sent =
        kept(
            FhirClient.post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","payload":[{"contentString":"See you at the farewell"}],
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.baker"}}]}"""),
            201);
    Hl7.taken(STAFF.formatted("HO-4", "MDC"));
    try {
      await("settled", SOON, () -> receipt(sent).toString().contains("passed on to nobody"));
      assertThat(messages(sent.path("partOf").path(0).path("reference").asText())).hasSize(1);
    } finally {
      Hl7.taken(STAFF.formatted("HO-5", "MUP"));
      await("she is back", SOON, HandOverIT::back);
    }
  }

  private static boolean back() {
    return DemoDatabase.query(
            "select count(*) from practitioner where username = 'nurse.baker' and active")
        .equals("1");
  }

  private static JsonNode send(String text, String priority, String more) throws IOException {
    return kept(
        FhirClient.post(
            "Communication",
            """
            {"resourceType":"Communication","status":"in-progress","priority":"%s","subject":{"reference":"Patient/%s"},
             "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.baker"}}],
             "payload":[{"contentString":"%s"}]%s}"""
                .formatted(priority, patient(), text, more)),
        201);
  }

  private static String patient() throws IOException {
    return kept(FhirClient.get("Patient?identifier=HANDED"), 200)
        .path("entry")
        .path(0)
        .path("resource")
        .path("id")
        .asText();
  }

  /** Of the person to whom it was sent. */
  private static JsonNode receipt(JsonNode message) {
    try {
      JsonNode found =
          kept(
              DemoSystem.fhir(
                  "Task?focus=Communication/" + message.path("id").asText(),
                  DemoSystem.token("integration-engine", "system/Task.rs")),
              200);
      for (JsonNode entry : found.path("entry")) {
        if (entry.path("resource").path("owner").path("reference").asText().startsWith("Pract")) {
          return entry.path("resource");
        }
      }
      throw new AssertionError(found.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Oldest first. */
  private static List<JsonNode> messages(String conversation) throws IOException {
    JsonNode found =
        kept(
            DemoSystem.fhir(
                "Communication?_sort=sent&part-of=" + conversation,
                DemoSystem.token("integration-engine", "system/Communication.crs")),
            200);
    return found.path("entry").findValues("resource");
  }
}
