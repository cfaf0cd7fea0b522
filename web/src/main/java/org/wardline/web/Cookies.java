package org.wardline.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Our cookies: HttpOnly, Secure, SameSite, bound to this host by their prefix (RFC 6265bis, {@code
 * __Host-}).
 */
public final class Cookies {
  /** The browser session. */
  public static final String SESSION = "__Host-wardline";

  /** A sign-in under way, sealed. */
  public static final String SIGN_IN = "__Host-wardline-signin";

  /** An EHR launch under way, and then whom it was about, sealed. */
  public static final String LAUNCH = "__Host-wardline-launch";

  private Cookies() {}

  /** The value of one; empty when it is not there. */
  public static Optional<String> read(HttpServletRequest request, String name) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return Optional.empty();
    }
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name) && !cookie.getValue().isEmpty()) {
        return Optional.of(cookie.getValue());
      }
    }
    return Optional.empty();
  }

  /**
   * The session cookie: gone when the browser closes; Lax, because one comes back from the sign-in
   * page by a link.
   */
  public static void session(HttpServletResponse response, String value) {
    response.addHeader(
        "Set-Cookie", SESSION + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax");
  }

  /** A cookie of a way through other pages; gone after that age. */
  public static void passing(
      HttpServletResponse response, String name, String value, Duration age) {
    response.addHeader(
        "Set-Cookie",
        name
            + "="
            + value
            + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="
            + age.toSeconds());
  }

  /** Ends it. */
  public static void clear(HttpServletResponse response, String name) {
    passing(response, name, "", Duration.ZERO);
  }
}
