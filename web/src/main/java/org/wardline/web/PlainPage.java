package org.wardline.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A plain page, for the moments when the app is not there. */
public final class PlainPage {
  private PlainPage() {}

  /**
   * Writes it.
   *
   * @param text what to say; words of ours alone, since they are written as they are
   * @param action what the way back to the app is called
   */
  public static void write(HttpServletResponse response, int status, String text, String action)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/html;charset=utf-8");
    String html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Wardline</title>"
            + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<link rel=\"stylesheet\" href=\"/assets/plain.css\"></head><body><main><h1>Wardline</h1><p>"
            + text
            + "</p><p><a href=\"/\">"
            + action
            + "</a></p></main></body></html>";
    response.getOutputStream().write(html.getBytes(StandardCharsets.UTF_8));
  }
}
