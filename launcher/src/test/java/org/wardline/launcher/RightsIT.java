package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An administrator gives a right to a role in one unit, and takes it away again. */
class RightsIT extends BrowserJourney {
  private static final String REVIEWS = "/api/emergency-reviews";
  private static final String ADMIN = "(select id from practitioner where username = 'admin.ives')";

  @Test
  void a_right_is_given_in_one_unit_and_taken_away_again() {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900);
        BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768);
        BrowserPerson baker = BrowserPerson.signIn(browser, "nurse.baker", 1024, 768)) {
      assertThat(status(cole, REVIEWS)).isEqualTo(403);
      Page page = gray.page();
      button(page, "Rights").click();
      Locator card = card(page, "Review emergency access");
      card.getByRole(AriaRole.COMBOBOX).selectOption("nurse");
      card.getByRole(AriaRole.TEXTBOX).fill("Emergency");
      button(card, "Give").click();
      picture(page, "rights-desktop");
      button(page, "Save rights").click();
      confirm(page, "admin.gray");
      assertThat(page.getByText("version 1 by Gray, Adam")).isVisible();
      await("she may", Duration.ofSeconds(10), () -> status(cole, REVIEWS) == 200);
      assertThat(status(baker, REVIEWS)).as("of another unit").isEqualTo(403);

      button(card(page, "Review emergency access"), "Take from nurse in Emergency").click();
      button(page, "Save rights").click();
      assertThat(page.getByText("version 2 by Gray, Adam")).isVisible();
      await("she may no more", Duration.ofSeconds(10), () -> status(cole, REVIEWS) == 403);

      // whoever takes it from himself could not give it back
      button(card(page, "Change rights and session limits"), "Take from administrator").click();
      button(page, "Save rights").click();
      assertThat(page.getByText("You would not be able to change rights any more.")).isVisible();
      String trail =
          DemoSystem.fhir(
                  "AuditEvent?_count=200",
                  DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
              .body();
      assertThat(trail).contains("rights-changed", "nurse, Emergency");
    }
  }

  @Test
  void an_administrator_sets_how_long_sessions_last_and_open_ones_follow() {
    try (BrowserPerson ives = BrowserPerson.signIn(browser, "admin.ives", 1440, 900);
        BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      assertThat(status(cole, "/api/session-limits")).isEqualTo(403);
      notUsedFor("nurse.cole", 4);
      assertThat(status(cole, "/api/me")).as("within the settings").isEqualTo(200);
      Page page = ives.page();
      button(page, "Rights").click();
      Locator desk = page.getByRole(AriaRole.GROUP, named("On a computer"));
      Locator idle = desk.getByLabel("Ends without use after");
      idle.fill("0");
      button(page, "Save limits").click();
      confirm(page, "admin.ives");
      assertThat(page.getByText("Without use, a session ends after")).isVisible();
      whatSomebodyElseChangedMeanwhileIsNotWrittenOver(page);
      idle.fill("3");
      picture(page, "session-limits-desktop");
      try {
        button(page, "Save limits").click();
        assertThat(page.getByText("Saved as version 1.")).isVisible();
        assertThat(page.getByText("version 1 by Ives")).isVisible();
        assertThat(cole.call("GET", "me").body()).contains("\"idleSeconds\":180");
        try (BrowserPerson baker = BrowserPerson.signIn(browser, "nurse.baker", 1024, 768)) {
          notUsedFor("nurse.cole", 4);
          notUsedFor("nurse.baker", 4);
          assertThat(status(cole, "/api/me")).as("was open before").isEqualTo(401);
          assertThat(status(baker, "/api/me")).as("began after").isEqualTo(401);
          await(
              "they are ended, not only refused",
              Duration.ofSeconds(60),
              () ->
                  open("nurse.cole", "idle_seconds = 180") == 0
                      && open("nurse.baker", "idle_seconds = 180") == 0);
        }
        DemoDatabase.execute(
            "update web_session set idle_seconds = null where revoked_at is null and practitioner_id = "
                + ADMIN);
        await(
            "what an earlier version began follows, too",
            Duration.ofSeconds(60),
            () -> open("admin.ives", "idle_seconds = 180") > 0);
      } finally { // the other tests have the settings
        DemoDatabase.execute("delete from session_limit");
        DemoDatabase.execute("update web_session set idle_seconds = null");
      }
      assertThat(
              DemoSystem.fhir(
                      "AuditEvent?subtype=session-limits-changed",
                      DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
                  .body())
          .contains("PT3M unused, PT12H in all");
    }
  }

  private static void whatSomebodyElseChangedMeanwhileIsNotWrittenOver(Page page) {
    String answer =
        (String)
            page.evaluate(
                """
                async () => {
                  const r = await (await fetch('/api/rights')).json();
                  const answer = await fetch('/api/rights', { method: 'PUT', headers: { 'X-Wardline': '1', 'Content-Type': 'application/json' },
                    body: JSON.stringify({ version: r.version + 5, grants: r.grants }) });
                  return answer.status + ' ' + await answer.text();
                }""");
    assertThat(answer).startsWith("409").contains("Somebody else");
  }

  private static int open(String username, String how) {
    return Integer.parseInt(
        DemoDatabase.query(
            "select count(*) from web_session where revoked_at is null and %s and practitioner_id = (select id from practitioner where username = '%s')"
                .formatted(how, username)));
  }

  private static void notUsedFor(String username, int minutes) {
    DemoDatabase.execute(
        "update web_session set last_seen_at = now() - interval '%d minutes' where revoked_at is null and practitioner_id = (select id from practitioner where username = '%s')"
            .formatted(minutes, username));
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static int status(BrowserPerson person, String path) {
    return DemoSystem.get(
            DemoSystem.origin() + path, "Cookie", "__Host-wardline=" + person.sessionToken())
        .statusCode();
  }

  private static Locator card(Page page, String meaning) {
    return page.locator(".card")
        .filter(
            new Locator.FilterOptions()
                .setHas(
                    page.getByRole(
                        AriaRole.HEADING, new Page.GetByRoleOptions().setName(meaning))));
  }
}
