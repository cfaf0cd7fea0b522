package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job, as people do it: sign in, write about a patient, be read, be filed, be accounted
 * for.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstMessageIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT =
      "Greta Hoffmann: potassium 6.8 mmol/l, ECG unchanged. Please see her now.";

  @Test
  @Order(1)
  void a_message_reaches_the_colleague_the_fhir_server_and_the_mllp_receiver() throws Exception {
    try (BrowserPerson bianchi = BrowserPerson.signIn(browser, "dr.bianchi", 390, 844);
        BrowserPerson adams = BrowserPerson.signIn(browser, "dr.adams", 1440, 900)) {
      picture(bianchi.page(), "inbox-empty-phone");
      picture(adams.page(), "inbox-empty-desktop");

      pictureOnFailure(adams.page(), () -> compose(adams.page()));
      Page sender = adams.page();
      assertThat(sender.locator(".bubble-text")).hasText(TEXT);
      assertThat(
              sender.getByRole(
                  AriaRole.HEADING, new Page.GetByRoleOptions().setName("Hoffmann, Greta")))
          .isVisible();

      // the colleague's open page has it at once, without its text: reading it leaves a receipt
      // alerts of others stand above it until somebody acknowledges them
      Locator row =
          bianchi
              .page()
              .locator(".row", new Page.LocatorOptions().setHasText("Hoffmann, Greta"))
              .first();
      assertThat(row).containsText("Adams, Anna");
      assertThat(row).containsText("New message");
      assertThat(bianchi.page().getByText(TEXT)).hasCount(0);
      assertThat(sender.locator(".bubble-foot")).containsText("delivered");
      picture(bianchi.page(), "inbox-unread-phone");

      row.click();
      assertThat(bianchi.page().locator(".bubble-text")).hasText(TEXT);
      assertThat(sender.locator(".bubble-foot")).containsText("Read by Bianchi, Luca");
      assertThat(
              sender.locator(".answer", new Page.LocatorOptions().setHasText("EHR record: filed")))
          .isVisible();
      assertThat(sender.locator(".answer", new Page.LocatorOptions().setHasText("AA DOC-")))
          .isVisible();
      picture(bianchi.page(), "conversation-phone");
      picture(sender, "conversation-desktop");

      bianchi.page().getByPlaceholder("Write a message").fill("On my way. أنا قادم. 🩺");
      bianchi
          .page()
          .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send to Adams, Anna"))
          .click();
      assertThat(sender.getByText("On my way. أنا قادم. 🩺")).isVisible();
      assertThat(bianchi.page().locator(".bubble-foot").last()).containsText("Read by Adams, Anna");
      picture(sender, "answered-desktop");
    }
    await(
        "the hospital keeps both messages",
        Duration.ofSeconds(20),
        () -> Hospital.hl7("On my way").size() == 1 && Hospital.fhir(TEXT).size() == 1);
    assertThat(Hospital.hl7(TEXT).get(0))
        .contains("MDM^T02")
        .contains("PID|1||MRN10001^^^DEMO^MR")
        .contains(TEXT);
    assertThat(Hospital.hl7("On my way").get(0)).contains("أنا قادم. 🩺");
    JsonNode filed = Hospital.fhir(TEXT).get(0);
    assertThat(filed.path("payload").path(0).path("contentString").asText()).isEqualTo(TEXT);
    assertThat(filed.path("subject").path("identifier").path("value").asText())
        .isEqualTo("MRN10001");
    assertThat(filed.path("contained").path(0).path("code").path(0).path("text").asText())
        .isEqualTo("physician");
  }

  @Test
  @Order(2)
  void every_act_of_it_is_on_record() throws Exception {
    String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    await(
        "sign-in is polled from Keycloak",
        Duration.ofSeconds(20),
        () -> acts(token).contains("sign-in"));
    assertThat(acts(token))
        .contains(
            "message-sent",
            "message-delivered",
            "message-read",
            "conversation-opened",
            "resources-searched",
            "interface-received",
            "patient-created",
            "delivery-intended",
            "delivery-ended");
    JsonNode sent = entry(token, "message-sent");
    assertThat(sent.path("meta").path("profile").path(0).asText())
        .endsWith("IHE.BasicAudit.PatientCreate");
    assertThat(sent.toString()).contains("commitment").doesNotContain("potassium");
  }

  @Test
  @Order(3)
  void whoever_signs_out_is_out() {
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      var cookies = cole.context().cookies();
      var session =
          cookies.stream().filter(c -> c.name.equals("__Host-wardline")).findFirst().orElseThrow();
      assertThat(session.httpOnly).isTrue();
      assertThat(session.secure).isTrue();
      String stolen = "__Host-wardline=" + session.value;
      assertThat(DemoSystem.get(DemoSystem.origin() + "/api/me", "Cookie", stolen).statusCode())
          .isEqualTo(200);
      cole.page()
          .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
          .click();
      cole.page().getByText("You are signed out.").waitFor();
      assertThat(DemoSystem.get(DemoSystem.origin() + "/api/me", "Cookie", stolen).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  @Order(4)
  void a_request_of_another_site_changes_nothing() {
    try (BrowserPerson dietz = BrowserPerson.signIn(browser, "pharm.dietz", 1024, 768)) {
      var session =
          dietz.context().cookies().stream()
              .filter(c -> c.name.equals("__Host-wardline"))
              .findFirst()
              .orElseThrow();
      var answer =
          DemoSystem.post(
              DemoSystem.origin() + "/api/messages",
              "{}",
              "Cookie",
              "__Host-wardline=" + session.value,
              "Content-Type",
              "application/json",
              "Origin",
              "https://evil.example",
              "X-Wardline",
              "1");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
    }
  }

  @Test
  @Order(5)
  void the_same_page_works_over_https() {
    try (BrowserPerson cole =
        BrowserPerson.signInAt(
            DemoSystem.installation().httpsOrigin(), browser, "nurse.cole", 360, 740)) {
      compose(cole.page());
      assertThat(cole.page().locator(".bubble-text")).hasText(TEXT);
      picture(cole.page(), "conversation-https-phone");
    }
  }

  private static void compose(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Compose")).click();
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Patient"))
        .pressSequentially("Hoffm");
    page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName("Hoffmann, Greta")).click();
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("To"))
        .pressSequentially("Cardiology");
    picture(page, "compose-desktop");
    page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName("Cardiology on call"))
        .click();
    page.getByText("Urgent", new Page.GetByTextOptions().setExact(true)).click();
    page.getByPlaceholder("Write a message").fill(TEXT);
    page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName("Send to Cardiology on call · urgent"))
        .click();
  }

  /** What the page looked like, for whoever must find the cause. */
  private static void pictureOnFailure(Page page, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      picture(page, "failure");
      throw e;
    }
  }

  private static String acts(String token) {
    return DemoSystem.fhir("AuditEvent?_count=500", token).body();
  }

  private static JsonNode entry(String token, String act) {
    for (JsonNode entry : read(acts(token)).path("entry")) {
      if (entry.path("resource").path("subtype").toString().contains("\"" + act + "\"")) {
        return entry.path("resource");
      }
    }
    throw new AssertionError("no AuditEvent of " + act);
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
