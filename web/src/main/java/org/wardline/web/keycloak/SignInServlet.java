package org.wardline.web.keycloak;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.session.WebSession.Ending;
import org.wardline.session.WebSessions;
import org.wardline.web.Cookies;
import org.wardline.web.Origins;
import org.wardline.web.PlainPage;
import org.wardline.web.Problem;
import org.wardline.web.keycloak.SignIn.Pending;
import org.wardline.web.keycloak.SignIn.Purpose;
import org.wardline.web.keycloak.SignIn.SignInFailedException;

/**
 * Coming back from the sign-in page, signing out, and the provider's word that somebody signed out
 * elsewhere.
 */
@WebServlet("/auth/*")
@SuppressWarnings("NullAway.Init")
public class SignInServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SignInServlet.class);

  /** Factors that a person can add, and Keycloak's names of these actions. */
  private static final Map<String, String> ACTIONS =
      Map.of(
          "code",
          "CONFIGURE_TOTP",
          "passkey",
          "webauthn-register",
          "recovery-codes",
          "CONFIGURE_RECOVERY_AUTHN_CODES");

  @Inject private transient SignIn signIn;
  @Inject private transient WebSessions sessions;
  @Inject private transient Origins origins;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    try {
      switch (path(request)) {
        case "/callback" -> callback(request, response);
        case "/sign-in" -> depart(request, response);
        case "/done" -> done(response);
        case "/signed-out" ->
            PlainPage.write(response, 200, "You are signed out.", "Sign in again");
        default -> Problem.write(request, response, 404, "There is nothing here.");
      }
    } catch (IdentityProviderAwayException e) {
      LOG.warn("{}", e.getMessage());
      response.setHeader("Retry-After", "10");
      PlainPage.write(
          response,
          503,
          "The sign-in service does not answer. Please try again in a moment.",
          "Try again");
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    switch (path(request)) {
      case "/backchannel-logout" -> backchannel(request, response);
      case "/sign-out" -> signOut(request, response);
      default -> Problem.write(request, response, 404, "There is nothing here.");
    }
  }

  private void depart(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<String> origin = origins.of(request);
    if (origin.isEmpty()) {
      Problem.write(request, response, 400, "This is not an address of Wardline.");
      return;
    }
    String back = request.getParameter("back");
    SignIn.Departure departure =
        signIn.depart(origin.get(), back == null ? "/" : back, purpose(request));
    Cookies.passing(response, Cookies.SIGN_IN, departure.cookie(), SignIn.LIFETIME);
    response.sendRedirect(departure.location());
  }

  /** A session that ended is taken up only by who proves himself again, whatever else holds. */
  private Purpose purpose(HttpServletRequest request) {
    String factor = request.getParameter("factor");
    if (factor != null && ACTIONS.containsKey(factor)) {
      return new Purpose(Purpose.STEP_UP.level(), null, ACTIONS.get(factor));
    }
    if ("fresh".equals(request.getParameter("level"))) {
      return Purpose.STEP_UP;
    }
    boolean ended = Cookies.read(request, Cookies.SESSION).flatMap(sessions::ending).isPresent();
    return ended ? Purpose.SIGN_IN_AGAIN : Purpose.SIGN_IN;
  }

  private void callback(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<Pending> pending = Cookies.read(request, Cookies.SIGN_IN).flatMap(signIn::pending);
    Cookies.clear(response, Cookies.SIGN_IN);
    if (pending.isEmpty() || request.getQueryString() == null) {
      PlainPage.write(
          response,
          400,
          "This sign-in took too long, or was not begun in this browser.",
          "Sign in");
      return;
    }
    try {
      SignIn.Arrival arrival =
          signIn.arrive(
              pending.get(),
              request.getQueryString(),
              Clients.of(request),
              Cookies.read(request, Cookies.SESSION).orElse(""));
      Cookies.session(response, arrival.token());
      response.sendRedirect(arrival.location());
    } catch (SignInFailedException e) {
      PlainPage.write(response, 403, e.reason(), "Try again");
    }
  }

  private void signOut(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!origins.ours(request)) {
      Problem.write(request, response, 403, "This request does not come from a page of Wardline.");
      return;
    }
    Optional<String> idToken =
        Cookies.read(request, Cookies.SESSION).flatMap(t -> sessions.end(t, Ending.SIGNED_OUT));
    Cookies.clear(response, Cookies.SESSION);
    response.setHeader("Clear-Site-Data", "\"cache\", \"storage\"");
    String origin = origins.of(request).orElse("");
    try {
      String next = idToken.isPresent() ? signIn.leave(origin, idToken.get()) : "/auth/signed-out";
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", next);
    } catch (IdentityProviderAwayException e) {
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", "/auth/signed-out");
    }
  }

  private void backchannel(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String token = request.getParameter("logout_token");
    try {
      int ended = signIn.endedByProvider(token == null ? "" : token);
      LOG.info("back-channel logout ended {} sessions", ended);
      response.setStatus(HttpServletResponse.SC_OK);
    } catch (SignInFailedException e) {
      Problem.write(request, response, 400, e.reason());
    }
  }

  private static String path(HttpServletRequest request) {
    return request.getPathInfo() == null ? "" : request.getPathInfo();
  }

  /** The window beside the page tells it that one is signed in, and closes. */
  private static void done(HttpServletResponse response) throws IOException {
    response.setContentType("text/html;charset=utf-8");
    String html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Wardline</title>"
            + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<link rel=\"stylesheet\" href=\"/assets/plain.css\"><script src=\"/assets/done.js\"></script>"
            + "</head><body><main><h1>Wardline</h1><p>You are signed in. This window can be closed.</p>"
            + "<p><a href=\"/\">Go to Wardline</a></p></main></body></html>";
    response.getOutputStream().write(html.getBytes(StandardCharsets.UTF_8));
  }
}
