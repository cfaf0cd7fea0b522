package org.wardline.web.keycloak;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Our cookies: HttpOnly, Secure, SameSite, bound to this host by their prefix (RFC 6265bis, {@code
 * __Host-}).
 */
final class Cookies {
  static final String SESSION = "__Host-wardline";
  static final String SIGN_IN = "__Host-wardline-signin";

  private Cookies() {}

  static Optional<String> read(HttpServletRequest request, String name) {
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
  static void session(HttpServletResponse response, String value) {
    response.addHeader(
        "Set-Cookie", SESSION + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax");
  }

  static void signIn(HttpServletResponse response, String value, Duration age) {
    response.addHeader(
        "Set-Cookie",
        SIGN_IN
            + "="
            + value
            + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="
            + age.toSeconds());
  }

  static void clear(HttpServletResponse response, String name) {
    response.addHeader("Set-Cookie", name + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
  }
}
