package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What every page must keep, whatever it shows. */
final class PageChecks {
  private static final Path PICTURES = Path.of("target/screenshots");
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  private PageChecks() {}

  /** The rules of WCAG, nothing wider than the window, and a picture for people to look at. */
  static void check(Page page, String name) {
    check(page, name, List.of());
  }

  static void check(Page page, String name, List<String> without) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve("pages/" + name + ".png")));
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
        .as(name + " is wider than its window")
        .isNotPositive();
    var axe = new AxeBuilder(page).withTags(RULES);
    if (!without.isEmpty()) {
      axe.disableRules(without);
    }
    List<String> broken = axe.analyze().getViolations().stream().map(PageChecks::words).toList();
    assertThat(broken).as(name).isEmpty();
  }

  private static String words(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + rule.getNodes().stream().map(n -> "\n  " + n.getHtml() + n.getFailureSummary()).toList();
  }

  /** Presses Tab until what has that name has the focus. */
  static void tabTo(Page page, String name) {
    var passed = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      Object focused =
          page.evaluate(
              """
              () => {
                const e = document.activeElement;
                const label = e.labels?.[0] ?? (e.id && document.querySelector(`label[for="${e.id}"]`));
                return e.getAttribute('aria-label') || (label || e).textContent || e.placeholder || e.tagName;
              }""");
      passed.add(String.valueOf(focused));
      if (String.valueOf(focused).startsWith(name)) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("no key leads to " + name + ", only to " + passed);
  }
}
