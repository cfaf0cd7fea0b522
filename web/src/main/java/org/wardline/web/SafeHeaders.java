package org.wardline.web;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.wardline.setting.Settings;

/**
 * Headers of every answer: nothing is kept by the browser, no foreign script runs, no foreign page
 * frames us.
 */
@Singleton
public class SafeHeaders {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
          + "connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ";
  private static final String ONE_YEAR = "31536000";
  private final String policy;

  @Inject
  public SafeHeaders(Settings settings) {
    // signing out is a form whose answer leads on to the identity provider
    URI issuer = URI.create(settings.text("wardline.oidc.issuer"));
    policy = POLICY + issuer.getScheme() + "://" + issuer.getAuthority();
  }

  /** Sets them; whoever answers may still change what is to be kept. */
  public void set(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Permissions-Policy", "geolocation=(), microphone=(), payment=(), usb=()");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (request.isSecure()) {
      response.setHeader("Strict-Transport-Security", "max-age=" + ONE_YEAR);
    }
    boolean asset = request.getRequestURI().startsWith("/assets/");
    response.setHeader(
        "Cache-Control", asset ? "public, max-age=" + ONE_YEAR + ", immutable" : "no-store");
  }
}
