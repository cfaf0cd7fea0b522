package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoDatabase.execute;
import static org.wardline.launcher.DemoDatabase.query;
import static org.wardline.launcher.DemoSystem.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sessions, lost phones, second factors: through the real pages, Keycloak's own among them. */
class AccountsIT extends BrowserJourney {
  private static final Duration WIPED_WITHIN = Duration.ofSeconds(5);
  private static final Duration SYNC = Duration.ofSeconds(40);

  @Test
  void a_lost_phone_is_wiped_by_an_administrator_who_confirms_with_his_second_factor() {
    endSessions("dr.bianchi"); // other tests leave pages behind without signing out
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900);
        BrowserPerson phone = BrowserPerson.signIn(browser, "dr.bianchi", 390, 844);
        BrowserPerson desk = BrowserPerson.signIn(browser, "dr.bianchi", 1440, 900)) {
      String stolen = phone.sessionToken();
      makeStale("admin.gray");
      Locator card = account(gray.page(), "Bianchi");
      assertThat(card).containsText("Signed in on 2 devices");
      button(card, "Wipe devices").click();
      picture(gray.page(), "accounts-desktop");
      button(card, "Wipe now").click();
      confirm(gray.page(), "admin.gray");
      assertThat(card).containsText("All devices are signed out.");
      assertThat(card).containsText("Not signed in");

      for (BrowserPerson device : new BrowserPerson[] {phone, desk}) {
        assertThat(device.page().getByText("This device was signed out.")).isVisible();
        assertThat(device.page().locator(".row")).hasCount(0);
      }
      picture(phone.page(), "wiped-phone");
      var answer =
          DemoSystem.get(DemoSystem.origin() + "/api/inbox", "Cookie", "__Host-wardline=" + stolen);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("Clear-Site-Data").orElse("")).contains("storage");
      // Keycloak's own session has ended, too: the finder of the phone meets the password page
      await("Keycloak was told", WIPED_WITHIN, () -> waiting("identity_task") == 0);
      phone.page().navigate(DemoSystem.origin() + "/");
      assertThat(phone.page().locator("#password")).isVisible();
    }
  }

  @Test
  void a_risky_act_with_an_old_proof_is_refused_and_says_what_is_needed() {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900)) {
      makeStale("admin.gray");
      String someone = query("select id from practitioner where username = 'nurse.cole'");
      var answer =
          DemoSystem.post(
              DemoSystem.origin() + "/api/accounts/" + someone + "/wipe",
              "{}",
              "Cookie",
              "__Host-wardline=" + gray.sessionToken(),
              "Content-Type",
              "application/json",
              "X-Wardline",
              "1");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("insufficient_user_authentication")
          .contains("acr_values=\"mfa-fresh\"")
          .contains("max_age=\"120\"");
    }
  }

  @Test
  void a_person_ends_his_session_on_another_device_and_nobody_else_may() {
    try (BrowserPerson here = BrowserPerson.signIn(browser, "pharm.dietz", 390, 844);
        BrowserPerson lost = BrowserPerson.signIn(browser, "pharm.dietz", 1440, 900)) {
      Page page = here.page();
      button(page, "You").click();
      assertThat(page.getByText("this one")).isVisible();
      picture(page, "you-phone");
      page.getByRole(AriaRole.MAIN)
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sign out"))
          .first()
          .click();
      assertThat(page.getByText("That device is signed out.")).isVisible();
      assertThat(lost.page().getByText("This device was signed out.")).isVisible();
      assertThat(page.getByText("this one")).isVisible();

      var refused =
          DemoSystem.get(
              DemoSystem.origin() + "/api/accounts?q=a",
              "Cookie",
              "__Host-wardline=" + here.sessionToken());
      assertThat(refused.statusCode()).isEqualTo(403);
    }
  }

  @Test
  void an_idle_session_ends_and_its_owner_finds_his_draft_again() {
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1440, 900)) {
      Page page = cole.page();
      button(page, "Compose").click();
      page.getByPlaceholder("Write a message").fill("Half a sentence");
      execute(
          "update web_session set last_seen_at = last_seen_at - interval '1 hour' where practitioner_id = "
              + "(select id from practitioner where username = 'nurse.cole') and revoked_at is null");
      assertThat(page.getByText("Your session ended.")).isVisible();
      assertThat(page.getByText("Half a sentence")).hasCount(0);
      picture(page, "locked-desktop");
      Page window = page.waitForPopup(() -> button(page, "Sign in again").click());
      BrowserPerson.password(window, "nurse.cole");
      BrowserPerson.codeBeside(window, "nurse.cole");
      assertThat(page.getByPlaceholder("Write a message")).hasValue("Half a sentence");
      assertThat(window.isClosed()).isTrue();
    }
  }

  @Test
  void a_passkey_is_enrolled_by_a_right_for_one_use_and_opens_the_door_from_then_on() {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900);
        BrowserPerson operator = BrowserPerson.open(browser, 390, 844)) {
      allowEnrolment(gray, "Eng", "operator.eng");
      Page page = operator.page();
      CDPSession authenticator = virtualAuthenticator(page);
      page.navigate(DemoSystem.origin() + "/");
      BrowserPerson.password(page, "operator.eng");
      page.locator("#registerWebAuthn").click();
      page.waitForURL(DemoSystem.origin() + "/**");
      page.getByRole(AriaRole.NAVIGATION).first().waitFor();
      await(
          "the right is gone once used",
          Duration.ofSeconds(20),
          () -> waiting("enrolment") == 0 && waiting("identity_task") == 0);

      // Keycloak's own records of it are on ours: the right that was given, the factor that was
      // added
      String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
      await(
          "what Keycloak saw is on record",
          Duration.ofSeconds(20),
          () -> {
            String trail = DemoSystem.fhir("AuditEvent?_count=300", token).body();
            return trail.contains("REALM_ROLE_MAPPING")
                && trail.contains("UPDATE_CREDENTIAL")
                && trail.contains("enrolment-allowed");
          });

      // from now on: password and passkey, and no way with the password alone
      operator.context().clearCookies();
      page.navigate(DemoSystem.origin() + "/");
      BrowserPerson.password(page, "operator.eng");
      page.locator("#authenticateWebAuthnButton").click();
      page.waitForURL(DemoSystem.origin() + "/**");
      page.getByRole(AriaRole.NAVIGATION).first().waitFor();
      authenticator.detach();
    }
  }

  @Test
  void an_open_page_alone_keeps_no_session_open() {
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      String mine =
          " from web_session where revoked_at is null and practitioner_id = (select id from practitioner where username = 'nurse.cole')"
              + " order by created_at desc limit 1";
      execute(
          "update web_session set last_seen_at = last_seen_at - interval '5 minutes' where id = (select id"
              + mine
              + ")");
      String before = query("select last_seen_at" + mine);
      Object opened =
          cole.page()
              .evaluate(
                  """
                  () => new Promise((done) => {
                    const socket = new WebSocket(`ws://${location.host}/live`);
                    socket.onopen = () => done('open');
                    socket.onerror = () => done('refused');
                  })""");
      assertThat(opened).isEqualTo("open");
      assertThat(query("select last_seen_at" + mine)).isEqualTo(before);
    }
  }

  @Test
  void whoever_is_deleted_in_keycloak_has_left() throws Exception {
    var keycloak = new KeycloakAdmin();
    keycloak.create("temp.worker");
    String active = "select count(*) from practitioner where username = 'temp.worker' and active";
    await("he is known", SYNC, () -> query(active).equals("1"));
    keycloak.delete("temp.worker");
    await("he has left", SYNC, () -> query(active).equals("0"));
    assertThat(query("select count(*) from practitioner where username = 'dr.adams' and active"))
        .isEqualTo("1");
  }

  @Test
  void recovery_codes_that_a_person_made_open_the_door_once() {
    try (BrowserPerson adams = BrowserPerson.signIn(browser, "dr.adams", 1440, 900);
        BrowserPerson again = BrowserPerson.open(browser, 1024, 768);
        BrowserPerson thief = BrowserPerson.open(browser, 1024, 768)) {
      Page page = adams.page();
      button(page, "You").click();
      Page window = page.waitForPopup(() -> button(page, "Make recovery codes").click());
      BrowserPerson.code(window, "dr.adams"); // only who confirms it adds a way in
      Locator codes = window.locator("#kc-recovery-codes-list li");
      codes.first().waitFor();
      String first = codes.first().innerText().replaceAll("^\\s*\\d+\\s*:", "").strip();
      window.locator("#kcRecoveryCodesConfirmationCheck").check();
      window.waitForClose(
          () -> window.locator("#saveRecoveryAuthnCodesBtn").dispatchEvent("click"));
      assertThat(button(page, "Make recovery codes")).isVisible();

      recoveryCode(again.page(), first);
      again.page().waitForURL(DemoSystem.origin() + "/**");
      again.page().getByRole(AriaRole.NAVIGATION).first().waitFor();
      recoveryCode(thief.page(), first);
      assertThat(thief.page().locator("#recoveryCodeInput")).isVisible();
      assertThat(thief.page().url()).contains("/realms/wardline/");
    }
  }

  private static void recoveryCode(Page page, String code) {
    page.navigate(DemoSystem.origin() + "/");
    BrowserPerson.password(page, "dr.adams");
    page.locator("#try-another-way").click();
    page.getByRole(
            AriaRole.HEADING, new Page.GetByRoleOptions().setName("Recovery Authentication Code"))
        .click();
    page.locator("#recoveryCodeInput").fill(code);
    page.locator("#kc-login").click();
  }

  private static void allowEnrolment(BrowserPerson gray, String family, String username) {
    Locator card = account(gray.page(), family);
    button(card, "Second factor").click();
    card.getByText("Passkey", new Locator.GetByTextOptions().setExact(true)).click();
    card.getByText("The old one is lost").click();
    picture(gray.page(), "enrolment-desktop");
    button(card, "Allow for 15 minutes").click();
    confirm(gray.page(), "admin.gray");
    Locator said = card.getByText("At the next sign-in");
    assertThat(said).isVisible();
    await("Keycloak was told", WIPED_WITHIN, () -> waiting("identity_task") == 0);
    assertThat(
            query(
                "select count(*) from enrolment e join practitioner p on p.id = e.practitioner_id where username = '"
                    + username
                    + "'"))
        .isEqualTo("1");
  }

  private static CDPSession virtualAuthenticator(Page page) {
    CDPSession session = page.context().newCDPSession(page);
    session.send("WebAuthn.enable");
    var options = new JsonObject();
    options.addProperty("protocol", "ctap2");
    options.addProperty("transport", "internal");
    options.addProperty("hasResidentKey", true);
    options.addProperty("hasUserVerification", true);
    options.addProperty("isUserVerified", true);
    var arguments = new JsonObject();
    arguments.add("options", options);
    session.send("WebAuthn.addVirtualAuthenticator", arguments);
    return session;
  }

  private static Locator account(Page page, String family) {
    button(page, "Accounts").click();
    page.getByRole(AriaRole.SEARCHBOX).fill(family);
    Locator card = page.locator(".card").filter(new Locator.FilterOptions().setHasText(family));
    assertThat(page.locator(".card")).hasCount(1);
    return card;
  }

  private static void endSessions(String username) {
    execute(
        "update web_session set revoked_at = now() where revoked_at is null and practitioner_id = "
            + "(select id from practitioner where username = '%s')".formatted(username));
  }

  /** As if he had proved himself some minutes ago, to us and to Keycloak. */
  private static void makeStale(String username) {
    execute(
        "update web_session set auth_time = auth_time - interval '10 minutes' where practitioner_id = "
            + "(select id from practitioner where username = '"
            + username
            + "')");
  }

  static int waiting(String table) {
    return Integer.parseInt(query("select count(*) from " + table));
  }
}
