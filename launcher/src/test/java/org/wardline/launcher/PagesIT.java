package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.PageChecks.check;
import static org.wardline.launcher.PageChecks.tabTo;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every page at every width, light and dark, enlarged, by keyboard alone, with long and Arabic
 * names, without a connection: nothing is cut off, and the rules of WCAG 2.2 AA that a program can
 * judge are kept.
 */
@ExtendWith(DemoSystem.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PagesIT {
  /** While its list is open React Aria hides all else from screen readers, with what has focus. */
  private static final List<String> OPEN_LIST =
      List.of("aria-hidden-focus", "label-content-name-mismatch", "page-has-heading-one", "region");

  private static final String ARABIC = "عبد الرحمن, فاطمة الزهراء";
  private static final String LONG =
      "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Maximiliana Theodora Alexandrina";
  private static final String LATER = "Seen; repeat at noon.";
  private static Playwright playwright;
  private static Browser browser;
  private static BrowserPerson adams;

  @BeforeAll
  static void admitAndOpenBrowser() throws IOException {
    admit("P-1", "PAGES-1", "عبد الرحمن^فاطمة الزهراء");
    admit(
        "P-2",
        "PAGES-2-00000000000000000",
        "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh^Maximiliana^Theodora Alexandrina");
    playwright = Playwright.create();
    browser = Browsers.launch(playwright);
    adams = BrowserPerson.signIn(browser, "dr.adams", 360, 740);
  }

  @AfterAll
  static void closeBrowser() {
    adams.close();
    playwright.close();
  }

  @Test
  @Order(1)
  void a_message_is_written_and_read_by_keyboard_alone() {
    try (BrowserPerson sender = BrowserPerson.signIn(browser, "nurse.baker", 1024, 768)) {
      Page page = sender.page();
      page.keyboard().press("Tab");
      assertThat(page.locator(":focus")).hasText("Skip to content");
      tabTo(page, "Compose");
      page.keyboard().press("Enter");
      tabTo(page, "Patient");
      page.keyboard().type("فاطمة");
      option(page, "فاطمة").waitFor();
      page.keyboard().press("ArrowDown");
      page.locator("[role=option][data-focused]").waitFor();
      page.keyboard().press("Enter");
      assertThat(page.locator(".conversation-head h1")).hasText(ARABIC);
      tabTo(page, "To");
      page.keyboard().type("Adams");
      option(page, "Adams").waitFor();
      page.keyboard().press("ArrowDown");
      page.locator("[role=option][data-focused]").waitFor();
      page.keyboard().press("Enter");
      tabTo(page, "Write a message");
      page.keyboard().type("رجاء مراجعة النتائج: Na 128 mmol/l.");
      tabTo(page, "Routine");
      page.keyboard().press("ArrowRight"); // the next of the group
      tabTo(page, "Send to Adams, Anna");
      assertThat(page.locator(":focus")).hasCSS("outline-style", "solid");
      page.keyboard().press("Enter");
      assertThat(page.locator(".bubble-text")).hasText("رجاء مراجعة النتائج: Na 128 mmol/l.");
    }
  }

  @Test
  @Order(2)
  void pages_keep_the_rules_at_every_width_in_light_and_dark() {
    try (BrowserPerson sender = BrowserPerson.signIn(browser, "nurse.baker", 1440, 900)) {
      compose(sender.page(), "Wolfesch", "Switchboard", "Stat");
      sender.page().locator(".bubble-text").waitFor();
    }
    Page page = adams.page();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      for (int width : List.of(360, 768, 1440)) {
        page.setViewportSize(width, width == 360 ? 740 : 900);
        String name = scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        page.navigate(DemoSystem.origin() + "/");
        page.locator(".row").first().waitFor();
        check(page, "inbox-" + name);
        page.navigate(DemoSystem.origin() + "/new");
        check(page, "compose-" + name);
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Patient"))
            .pressSequentially("Hoff");
        option(page, "Hoff").waitFor();
        check(page, "search-" + name, OPEN_LIST);
        for (String patient : List.of(ARABIC, LONG)) {
          openAbout(page, patient);
          check(page, (patient.equals(LONG) ? "long-" : "arabic-") + name);
        }
      }
    }
  }

  @Test
  @Order(2)
  void what_was_put_on_record_says_when_it_was() throws IOException {
    FhirClient.kept(
        FhirClient.post(
            "Communication",
            """
            {"resourceType":"Communication","status":"completed","sent":"2021-03-04T05:06:07Z","topic":{"text":"Told by telephone"},
             "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"dr.adams"}}],
             "payload":[{"contentString":"Potassium 6.8 told to the ward."}]}"""),
        201);
    Page page = adams.page();
    for (int width : List.of(360, 1440)) {
      page.setViewportSize(width, width == 360 ? 740 : 900);
      page.navigate(DemoSystem.origin() + "/");
      page.locator(".row")
          .filter(new Locator.FilterOptions().setHasText("Told by telephone"))
          .click();
      assertThat(page.locator(".bubble-foot"))
          .containsText("put on record, not sent; it was 4 Mar 2021");
      check(page, "recorded-" + width);
    }
  }

  @Test
  @Order(3)
  void twice_enlarged_nothing_is_cut_off() {
    Page page = adams.page();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.setViewportSize(720, 450); // 1440 x 900 at 200 %
    page.navigate(DemoSystem.origin() + "/");
    page.locator(".row").first().waitFor();
    check(page, "inbox-200");
    openAbout(page, LONG);
    check(page, "conversation-200");
    assertThat(page.getByPlaceholder("Write a message")).isInViewport();
    assertThat(page.locator(".conversation-head h1")).isInViewport();
  }

  @Test
  @Order(4)
  void without_a_connection_the_text_stays_and_goes_when_it_is_back() {
    Page page = adams.page();
    page.setViewportSize(390, 844);
    openAbout(page, ARABIC);
    page.getByPlaceholder("Write a message").fill(LATER);
    adams.context().route("**/api/**", Route::abort);
    button(page, "Send to").click();
    assertThat(page.getByText("Your text is still here.")).isVisible();
    check(page, "not-sent-phone");
    button(page, "Back to the inbox").click();
    page.goBack();
    assertThat(page.getByPlaceholder("Write a message")).hasValue(LATER);
    adams.context().unroute("**/api/**");
    button(page, "Send to").click();
    assertThat(page.locator(".bubble-text").last()).hasText(LATER);
    assertThat(page.getByPlaceholder("Write a message")).hasValue("");
  }

  @Test
  @Order(5)
  void a_conversation_that_is_not_there_says_so() {
    try (BrowserPerson person = BrowserPerson.signIn(browser, "nurse.cole", 390, 844)) {
      Page page = person.page();
      page.navigate(DemoSystem.origin() + "/c/00000000-0000-7000-8000-000000000000");
      page.getByText("Back to the inbox").waitFor();
      check(page, "not-there-phone");
    }
  }

  @Test
  @Order(6)
  void the_pages_about_accounts_keep_the_rules() {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900)) {
      Page page = gray.page();
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        for (int width : List.of(360, 1440)) {
          page.setViewportSize(width, width == 360 ? 740 : 900);
          String name = scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
          page.navigate(DemoSystem.origin() + "/me");
          page.getByText("this one").waitFor();
          check(page, "you-" + name);
          page.navigate(DemoSystem.origin() + "/rights");
          page.getByText("Change rights").waitFor();
          check(page, "rights-" + name);
          page.navigate(DemoSystem.origin() + "/accounts");
          page.getByRole(AriaRole.SEARCHBOX).fill("Adams");
          Locator card = page.locator(".card").first();
          assertThat(card).containsText("Adams");
          check(page, "accounts-" + name);
          card.getByText("Second factor").click();
          card.getByText("Passkey", new Locator.GetByTextOptions().setExact(true)).waitFor();
          check(page, "enrolment-" + name);
          adams.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          adams.page().setViewportSize(width, width == 360 ? 740 : 900);
          adams.page().navigate(DemoSystem.origin() + "/emergency");
          adams.page().getByLabel("Why you need it").waitFor();
          check(adams.page(), "emergency-" + name);
          card.getByText("Wipe devices").click();
          card.getByText("Wipe now").waitFor();
          check(page, "wipe-" + name);
        }
      }
    }
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  /** While it searches, the list says so in a row of its own. */
  private static Locator option(Page page, String words) {
    return page.getByRole(AriaRole.OPTION)
        .filter(new Locator.FilterOptions().setHasText(words))
        .first();
  }

  private static void openAbout(Page page, String patient) {
    page.navigate(DemoSystem.origin() + "/");
    page.locator(".row", new Page.LocatorOptions().setHasText(patient)).first().click();
    page.locator(".bubble-text").first().waitFor();
  }

  private static void compose(Page page, String patient, String recipient, String priority) {
    button(page, "Compose").click();
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Patient"))
        .pressSequentially(patient);
    option(page, patient).click();
    assertThat(page.locator(".conversation-head h1")).hasText(LONG);
    for (String words : List.of(recipient, "Adams")) {
      page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("To"))
          .pressSequentially(words);
      option(page, words).click();
    }
    page.getByText(priority, new Page.GetByTextOptions().setExact(true)).click();
    page.getByPlaceholder("Write a message")
        .fill("Blood pressure 70/40 after the second unit. " + "Please come at once. ".repeat(8));
    button(page, "Send to 2").click();
  }

  private static void admit(String id, String number, String name) throws IOException {
    String message =
        String.join(
            "\r",
            "MSH|^~\\&|DEMOADT|DEMO|WARDLINE|DEMO|20260101080000+0000||ADT^A01^ADT_A01|"
                + id
                + "|T|2.5.1||||||UNICODE UTF-8",
            "PID|1||" + number + "^^^DEMO^MR||" + name + "||19750504|F",
            "PV1|1|I|Intensive Care Step Down Unit North^12^1",
            "");
    Installation installation = DemoSystem.installation();
    try (var client =
        new MllpClient(
            installation.address(), installation.number("mllp.port"), Duration.ofSeconds(10))) {
      assertThat(client.send(message.getBytes(StandardCharsets.UTF_8)).positive()).isTrue();
    }
  }
}
