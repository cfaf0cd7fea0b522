package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Breaking the glass, from the closed door to the privacy officer's verdict. */
class EmergencyIT extends BrowserJourney {
  private static final String SECRET = "Allergic to penicillin, told by the wife.";
  private static final String REASON = "Unconscious in the corridor, nobody of the team reachable.";

  @Test
  void a_clinician_reads_in_an_emergency_and_the_privacy_officer_reviews_it() {
    try (BrowserPerson adams = BrowserPerson.signIn(browser, "dr.adams", 1440, 900);
        BrowserPerson fisk = BrowserPerson.signIn(browser, "auditor.fisk", 1440, 900);
        BrowserPerson dietz = BrowserPerson.signIn(browser, "pharm.dietz", 390, 844)) {
      String conversation = write(adams.page());
      Page page = dietz.page();
      page.navigate(DemoSystem.origin() + "/c/" + conversation);
      assertThat(page.getByText("only who takes part may read a conversation")).isVisible();
      assertThat(list(dietz, patient(conversation))).isEqualTo(403);
      assertThat(chart(dietz, patient(conversation))).isEqualTo(403);
      assertThat(chart(adams, patient(conversation))).as("nobody read it yet").isEqualTo(403);

      button(page, "Emergency").click();
      choose(page, "Patient", "Hoffm", "Hoffmann, Greta");
      assertThat(button(page, "Open the conversations")).isDisabled();
      page.getByLabel("Why you need it").fill(REASON);
      picture(page, "emergency-phone");
      button(page, "Open the conversations").click();
      page.locator("a[href='/c/" + conversation + "']").click();
      assertThat(page.locator(".bubble-text").first()).hasText(SECRET);
      assertThat(page.getByText("Emergency access until")).isVisible();
      assertThat(page.getByPlaceholder("Write a message")).hasCount(0);
      picture(page, "emergency-conversation-phone");
      assertThat(chart(dietz, patient(conversation))).isEqualTo(200);
      toldByMail();

      Page office = fisk.page();
      button(office, "Reviews (1)").click();
      Locator card = office.locator(".card").first();
      assertThat(card).containsText("Dietz, Paul");
      assertThat(card).containsText("Hoffmann, Greta");
      assertThat(card).containsText(REASON);
      picture(office, "reviews-desktop");
      card.getByLabel("Note (if you like)").fill("Talked to him.");
      button(card, "Not justified").click();
      assertThat(card).containsText("Not justified – Talked to him.");
      assertThat(button(office, "Reviews")).isVisible();

      // what was not justified ends at once
      assertThat(list(dietz, patient(conversation))).isEqualTo(403);
      assertThat(chart(dietz, patient(conversation))).isEqualTo(403);
      String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
      String trail = DemoSystem.fhir("AuditEvent?_count=200", token).body();
      assertThat(trail)
          .contains("emergency-opened", "emergency-read", "emergency-reviewed", "\"BTG\"")
          .doesNotContain("Unconscious");
    }
  }

  /** The mail server was away until now: the notice waited for it. */
  private static void toldByMail() {
    Notice notice = waitingNotice().orElseThrow();
    var mails =
        new GreenMail(
            new ServerSetup(DemoSystem.MAIL_PORT, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mails.start();
    try {
      assertThat(mails.waitForIncomingEmail(60_000, 1)).isTrue();
      MimeMessage mail = mails.getReceivedMessages()[0];
      assertThat(mail.getMessageID()).isEqualTo("<" + notice.id() + "@hospital.example>");
      assertThat(mail.getAllRecipients())
          .extracting(String::valueOf)
          .containsExactly("privacy@hospital.example");
      assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(String.valueOf(mail.getSubject()) + mail.getContent())
          .contains("Emergency access", DemoSystem.origin() + "/reviews")
          .doesNotContain("Hoffmann", "Greta", "Dietz", "dietz", REASON);
      DemoSystem.await(
          "the notice waits no longer", Duration.ofSeconds(20), () -> waitingNotice().isEmpty());
      assertThat(mails.getReceivedMessages()).hasSize(1);
    } catch (MessagingException | IOException e) {
      throw new AssertionError(e);
    } finally {
      mails.stop();
    }
    String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(DemoSystem.fhir("AuditEvent?subtype=emergency-notice-sent", token).body())
        .contains(notice.access());
  }

  private record Notice(String id, String access) {}

  private static Optional<Notice> waitingNotice() {
    try (var connection = DemoSystem.system().database("wardline");
        var statement =
            connection.prepareStatement("select id, access_id from notice where sent_at is null");
        var rows = statement.executeQuery()) {
      return rows.next()
          ? Optional.of(new Notice(rows.getString(1), rows.getString(2)))
          : Optional.empty();
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void who_has_no_clinical_role_cannot_break_the_glass_and_a_reason_is_needed() {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900);
        BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1440, 900)) {
      String body = "{\"patientId\":\"00000000-0000-7000-8000-000000000000\",\"reason\":\"";
      assertThat(open(gray, body + "because I can, really\"}")).isEqualTo(403);
      assertThat(open(cole, body + "short\"}")).isEqualTo(422);
      assertThat(open(cole, body + "there is no such patient\"}")).isEqualTo(404);
    }
  }

  private static int open(BrowserPerson person, String body) {
    return DemoSystem.post(
            DemoSystem.origin() + "/api/emergencies",
            body,
            "Cookie",
            "__Host-wardline=" + person.sessionToken(),
            "Content-Type",
            "application/json",
            "X-Wardline",
            "1")
        .statusCode();
  }

  private static int list(BrowserPerson person, String patient) {
    return DemoSystem.get(
            DemoSystem.origin() + "/api/emergencies/" + patient + "/conversations",
            "Cookie",
            "__Host-wardline=" + person.sessionToken())
        .statusCode();
  }

  private static int chart(BrowserPerson person, String patient) {
    return DemoSystem.get(
            DemoSystem.origin() + "/api/patients/" + patient + "/chart",
            "Cookie",
            "__Host-wardline=" + person.sessionToken())
        .statusCode();
  }

  private static String patient(String conversation) {
    try (var connection = DemoSystem.system().database("wardline");
        var statement =
            connection.prepareStatement("select patient_id from conversation where id = ?::uuid")) {
      statement.setString(1, conversation);
      var rows = statement.executeQuery();
      rows.next();
      return rows.getString(1);
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String write(Page page) {
    button(page, "Compose").click();
    choose(page, "Patient", "Hoffm", "Hoffmann, Greta");
    choose(page, "To", "Bianchi", "Bianchi");
    page.getByPlaceholder("Write a message").fill(SECRET);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send to Bianchi, Luca"))
        .click();
    assertThat(page.locator(".bubble-text")).hasText(SECRET);
    return page.url().replaceAll(".*/c/", "");
  }

  private static void choose(Page page, String field, String words, String option) {
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName(field))
        .pressSequentially(words);
    page.getByRole(AriaRole.OPTION)
        .filter(new Locator.FilterOptions().setHasText(option))
        .first()
        .click();
  }
}
