package org.wardline.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.wardline.setting.Settings;

/**
 * Headers of every answer: nothing is kept by the browser, no foreign script runs, no foreign page
 * frames us.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
@SuppressWarnings("NullAway.Init")
public class Headers implements Filter {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
          + "connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ";

  @Inject private Settings settings;

  /** Signing out is a form whose answer leads on to the identity provider. */
  private String policy() {
    URI issuer = URI.create(settings.text("wardline.oidc.issuer"));
    return POLICY + issuer.getScheme() + "://" + issuer.getAuthority();
  }

  @Override
  public void doFilter(
      ServletRequest plainRequest, ServletResponse plainResponse, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) plainRequest;
    var response = (HttpServletResponse) plainResponse;
    response.setHeader("Content-Security-Policy", policy());
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Permissions-Policy", "geolocation=(), microphone=(), payment=(), usb=()");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (request.isSecure()) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }
    boolean asset = request.getRequestURI().startsWith("/assets/");
    response.setHeader("Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-store");
    chain.doFilter(request, response);
  }
}
