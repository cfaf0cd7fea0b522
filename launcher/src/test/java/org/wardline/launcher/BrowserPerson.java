package org.wardline.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A person at a browser of his own, who signs in through Keycloak's own pages. */
final class BrowserPerson implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long STEP_SECONDS = 30;
  private static final Map<String, Long> USED_STEPS = new ConcurrentHashMap<>();

  private final BrowserContext context;
  private final Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  private BrowserPerson(BrowserContext context, Page page) {
    this.context = context;
    this.page = page;
    page.onPageError(faults::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            faults.add(message.text());
          }
        });
  }

  static BrowserPerson signIn(Browser browser, String username, int width, int height) {
    return signInAt(DemoSystem.origin(), browser, username, width, height);
  }

  static BrowserPerson signInAt(
      String origin, Browser browser, String username, int width, int height) {
    BrowserPerson person = open(browser, width, height);
    person.signInAs(username, origin);
    return person;
  }

  static BrowserPerson open(Browser browser, int width, int height) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setLocale("en-GB")
                .setIgnoreHTTPSErrors(true)); // the demo's own certificate
    context.setDefaultTimeout(20_000);
    return new BrowserPerson(context, context.newPage());
  }

  /** What the server answered to a call of the page. */
  record Answer(int status, String body) {}

  /** Calls the page's API with this person's session. */
  Answer call(String method, String path) {
    String script =
        "async ([method, path]) => { const r = await fetch('/api/' + path, { method, headers: { 'X-Wardline': '1' } });"
            + " return JSON.stringify({ status: r.status, body: await r.text() }); }";
    try {
      return JSON.readValue((String) page.evaluate(script, List.of(method, path)), Answer.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void signInAs(String username, String origin) {
    page.navigate(origin + "/");
    password(page, username);
    code(page, username);
    page.waitForURL(origin + "/**");
    page.getByRole(AriaRole.NAVIGATION).waitFor();
  }

  /** The first page of the sign-in. */
  static void password(Page page, String username) {
    page.locator("#password").waitFor();
    if (page.locator("#username").isVisible()) { // Keycloak may know already who comes back
      page.locator("#username").fill(username);
    }
    page.locator("#password").fill(known(username).password());
    page.locator("#kc-login").click();
  }

  /** The second one. */
  static void code(Page page, String username) {
    page.locator("#otp").fill(freshCode(username, known(username).totpSecret()));
    page.locator("#kc-login").click();
  }

  /** The same in a window beside the page, which closes once it is done. */
  static void codeBeside(Page window, String username) {
    window.locator("#otp").fill(freshCode(username, known(username).totpSecret()));
    window.waitForClose(() -> window.locator("#kc-login").dispatchEvent("click"));
  }

  private static Identities.DemoPerson known(String username) {
    return new Identities(DemoSystem.installation()).person(username).orElseThrow();
  }

  /** Token of the session cookie. */
  String sessionToken() {
    return context.cookies().stream()
        .filter(c -> c.name.equals("__Host-wardline"))
        .findFirst()
        .orElseThrow()
        .value;
  }

  /**
   * Keycloak takes each code once, and already the next one: the same person signs in again without
   * waiting.
   */
  static String freshCode(String username) {
    return freshCode(username, known(username).totpSecret());
  }

  private static String freshCode(String username, String secret) {
    long now = Instant.now().getEpochSecond() / STEP_SECONDS;
    long step = USED_STEPS.merge(username, now, (used, current) -> Math.max(used + 1, current));
    if (step > now + 1) {
      DemoSystem.await(
          "a code that was not used",
          java.time.Duration.ofSeconds(40),
          () -> Instant.now().getEpochSecond() / STEP_SECONDS >= step - 1);
    }
    return Totp.code(secret, Instant.ofEpochSecond(step * STEP_SECONDS));
  }

  Page page() {
    return page;
  }

  BrowserContext context() {
    return context;
  }

  Locator text(String text) {
    return page.getByText(text);
  }

  /** Fails when the pages had an error of their own, or something in them was forbidden. */
  @Override
  public void close() {
    context.close();
    if (!faults.isEmpty()) {
      throw new AssertionError("in the browser: " + faults);
    }
  }
}
