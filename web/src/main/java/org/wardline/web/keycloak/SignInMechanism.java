package org.wardline.web.keycloak;

import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.auth.message.AuthStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.session.WebSession;
import org.wardline.session.WebSession.Ending;
import org.wardline.session.WebSessions;
import org.wardline.setting.Settings;
import org.wardline.store.StoreException;
import org.wardline.web.Caller;
import org.wardline.web.Cookies;
import org.wardline.web.Origins;
import org.wardline.web.Problem;
import org.wardline.web.SafeHeaders;

/**
 * Who is it? A bearer token, else the browser session. Every request passes here; whatever goes
 * wrong ends in a refusal, never in a request without caller.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init")
public class SignInMechanism {
  private static final Logger LOG = LoggerFactory.getLogger(SignInMechanism.class);
  private static final String BEARER = "Bearer ";
  private static final Duration NO_USE = Duration.ofDays(365);

  @Inject private AccessTokens tokens;
  @Inject private Origins origins;
  @Inject private SignIn signIn;
  @Inject private AuditTrail audit;
  @Inject private SafeHeaders headers;
  @Inject private Settings settings;

  @EJB private Actors actors; // not @Inject: see docs/performance.md
  @EJB private WebSessions sessions;

  /** What becomes of a request; a refusal is written already. */
  public AuthStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, AuthenticationContext context) {
    headers.set(request, response);
    try {
      String authorization = request.getHeader("Authorization");
      if (authorization != null) {
        return bearer(authorization, request, response, context);
      }
      Optional<String> cookie = Cookies.read(request, Cookies.SESSION);
      if (cookie.isPresent() && context.isProtected()) {
        Optional<WebSession> session = sessions.use(cookie.get(), untouched(request));
        Optional<Actor> actor = session.flatMap(s -> actors.ofSession(s, request.getRemoteAddr()));
        if (actor.isPresent()) {
          return browser(actor.get(), session.orElseThrow(), request, response, context);
        }
      }
      return context.isProtected() ? challenge(request, response) : context.nobody();
    } catch (IdentityProviderAwayException e) {
      LOG.warn("{}", e.getMessage());
      return refuse(
          request, response, 503, "The sign-in service does not answer. Try again in a moment.");
    } catch (RuntimeException e) {
      if (StoreException.unavailable(e)) {
        LOG.warn("who asks cannot be checked: the database is away");
      } else {
        LOG.error("authentication failed", e);
      }
      return refuse(
          request, response, 503, "The system cannot check who you are. Try again in a moment.");
    }
  }

  private AuthStatus bearer(
      String authorization,
      HttpServletRequest request,
      HttpServletResponse response,
      AuthenticationContext context) {
    boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    Optional<JWTClaimsSet> claims =
        bearer ? tokens.check(authorization.substring(BEARER.length()).strip()) : Optional.empty();
    Optional<Actor> actor = claims.flatMap(c -> actors.ofToken(c, request.getRemoteAddr()));
    if (actor.isEmpty()) {
      audit.recordRefusal(settings.organization(), stranger(request), "access token refused");
      response.setHeader("WWW-Authenticate", "Bearer realm=\"wardline\", error=\"invalid_token\"");
      return refuse(request, response, 401, "The access token is not valid here.");
    }
    if (actor.get().throughApp() && !"/fhir".equals(request.getServletPath())) {
      audit.recordRefusal(actor.get(), "this is not done through an app", List.of());
      return refuse(request, response, 403, "This is done on Wardline's own pages only.");
    }
    return admit(actor.get(), null, context);
  }

  private AuthStatus browser(
      Actor actor,
      WebSession session,
      HttpServletRequest request,
      HttpServletResponse response,
      AuthenticationContext context) {
    if (!origins.trusted(request)) {
      audit.recordRefusal(actor, "a request of another site", List.of());
      return refuse(request, response, 403, "This request does not come from a page of Wardline.");
    }
    return admit(actor, session, context);
  }

  private static AuthStatus admit(
      Actor actor, @Nullable WebSession session, AuthenticationContext context) {
    Set<String> groups = actor.machine() ? Set.of("machine") : actor.roles();
    return context.admit(
        session == null
            ? new Caller(actor, null, false)
            : new Caller(actor, session.id(), session.phone()),
        groups);
  }

  /** For how long nobody touched the page; what a page asks by itself does not keep it open. */
  private static Duration untouched(HttpServletRequest request) {
    if (request.getRequestURI().equals("/live")) {
      return NO_USE; // a page connects again by itself
    }
    String seconds = request.getHeader("X-Wardline-Idle");
    return seconds != null && seconds.matches("[0-9]{1,5}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : Duration.ZERO;
  }

  private static SignIn.Purpose purpose(Optional<Ending> ending) {
    return ending.isPresent() ? SignIn.Purpose.SIGN_IN_AGAIN : SignIn.Purpose.SIGN_IN;
  }

  /**
   * A page leads to the sign-in; a program gets a clear 401. A device that was wiped empties
   * itself.
   */
  private AuthStatus challenge(HttpServletRequest request, HttpServletResponse response) {
    Optional<Ending> ending = Cookies.read(request, Cookies.SESSION).flatMap(sessions::ending);
    boolean wiped = ending.filter(e -> e == Ending.WIPED).isPresent();
    if (wiped) {
      response.setHeader("Clear-Site-Data", "\"cache\", \"storage\"");
    }
    String path = request.getRequestURI();
    String accept = request.getHeader("Accept");
    boolean page =
        "GET".equals(request.getMethod()) && accept != null && accept.contains("text/html");
    Optional<String> origin = origins.of(request);
    if (page && !Problem.program(path) && origin.isPresent()) {
      SignIn.Departure departure;
      try {
        departure = signIn.depart(origin.get(), path, purpose(ending));
      } catch (IdentityProviderAwayException e) {
        LOG.warn("{}", e.getMessage());
        return redirect(response, "/auth/sign-in"); // says so on a page
      }
      Cookies.passing(response, Cookies.SIGN_IN, departure.cookie(), SignIn.LIFETIME);
      response.setHeader("Cache-Control", "no-store");
      return redirect(response, departure.location());
    }
    if (path.startsWith("/fhir")) {
      audit.recordRefusal(settings.organization(), stranger(request), "no access token");
    }
    response.setHeader("WWW-Authenticate", "Bearer realm=\"wardline\"");
    return refuse(request, response, 401, wiped ? "This device was signed out." : "Sign in first.");
  }

  private static AuthStatus redirect(HttpServletResponse response, String location) {
    try {
      response.sendRedirect(location);
    } catch (IOException e) {
      LOG.debug("a redirect could not be written: {}", e.getMessage());
    }
    return AuthStatus.SEND_CONTINUE;
  }

  private static AuthStatus refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String text) {
    try {
      Problem.write(request, response, status, text);
    } catch (IOException e) {
      LOG.debug("a refusal could not be written: {}", e.getMessage());
    }
    return AuthStatus.SEND_FAILURE;
  }

  private static Agent stranger(HttpServletRequest request) {
    return new Agent(
        AgentPart.CLIENT,
        null,
        "unknown",
        null,
        "unknown",
        List.of(),
        request.getRemoteAddr(),
        null);
  }
}
