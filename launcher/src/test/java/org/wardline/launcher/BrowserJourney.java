package org.wardline.launcher;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people do in a real browser against the running system; each test class has a browser. */
@ExtendWith(DemoSystem.class)
abstract class BrowserJourney {
  private static final Path PICTURES = Path.of("target/screenshots");

  /** Longest wait for what a page should show (ms): this machine runs all servers beside it. */
  private static final double PATIENCE = 20_000;

  private static Playwright playwright;
  static Browser browser;

  @BeforeAll
  static void openBrowser() {
    playwright = Playwright.create();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    browser = Browsers.launch(playwright);
  }

  @AfterAll
  static void closeBrowser() {
    playwright.close();
  }

  static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  static Locator button(Locator inside, String name) {
    return inside.getByRole(
        AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Confirms with the second factor in the window that opens, and comes back to the act. */
  static void confirm(Page page, String username) {
    Locator confirm = button(page.getByRole(AriaRole.DIALOG), "Confirm");
    confirm.waitFor();
    picture(page, "confirm-desktop");
    Page window = page.waitForPopup(confirm::click);
    BrowserPerson.codeBeside(window, username);
  }

  static void picture(Page page, String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
  }
}
