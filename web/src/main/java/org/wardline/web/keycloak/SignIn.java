package org.wardline.web.keycloak;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.claims.ACR;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wardline.access.StepUpRequiredException;
import org.wardline.directory.Practitioner;
import org.wardline.session.SignInFloor;
import org.wardline.session.WebSession.Ending;
import org.wardline.session.WebSessions;
import org.wardline.session.WebSessions.Client;
import org.wardline.session.WebSessions.SignedIn;
import org.wardline.setting.Settings;
import org.wardline.web.SealedStates;

/**
 * The authorization code flow with PKCE (OpenID Connect Core 1.0 section 3.1, RFC 7636), as
 * confidential client.
 */
@Singleton
public class SignIn {
  static final String CALLBACK = "/auth/callback";

  /** Where a window ends that was opened beside the page: it says so, and closes. */
  static final String DONE = "/auth/done";

  /** How long somebody may take at the sign-in page. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final String PURPOSE = "sign-in";
  private static final Set<String> LEVELS = Set.of("mfa", "mfa-fresh");

  private final Oidc oidc;
  private final AccessTokens tokens;
  private final Actors actors;
  private final WebSessions sessions;
  private final SealedStates states;
  private final Settings settings;
  private final SignInFloor floor;

  @Inject
  public SignIn(
      Oidc oidc,
      AccessTokens tokens,
      Actors actors,
      WebSessions sessions,
      SealedStates states,
      Settings settings,
      SignInFloor floor) {
    this.oidc = oidc;
    this.tokens = tokens;
    this.actors = actors;
    this.sessions = sessions;
    this.states = states;
    this.settings = settings;
    this.floor = floor;
  }

  /**
   * One sign-in under way.
   *
   * @param verifier PKCE
   * @param back path to return to
   * @param origin of our own pages, which the browser used
   * @param level the {@code acr} that was asked for
   * @param until epoch seconds
   */
  record Pending(
      String state,
      String nonce,
      String verifier,
      String back,
      String origin,
      String level,
      long until)
      implements SealedStates.State {}

  /** The sign-in that a cookie stands for; empty when there is none. */
  Optional<Pending> pending(String cookie) {
    return states.open(PURPOSE, cookie, Pending.class);
  }

  /** Where to send the browser, and what to remember meanwhile. */
  record Departure(String location, String cookie) {}

  /** A session that began, and where the person wanted to go. */
  record Arrival(String token, String location) {}

  /** Why a sign-in did not work: fit to be shown. */
  static final class SignInFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    SignInFailedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * Why somebody is sent there.
   *
   * @param level the {@code acr} that is asked for
   * @param prompt {@code login} to have him prove himself whatever he did before; else null
   * @param action what he wants to do there (Keycloak's {@code kc_action}), such as to add a
   *     factor; else null
   */
  record Purpose(String level, @Nullable String prompt, @Nullable String action) {
    static final Purpose SIGN_IN = new Purpose("mfa", null, null);
    static final Purpose SIGN_IN_AGAIN = new Purpose("mfa", "login", null);
    static final Purpose STEP_UP = new Purpose(StepUpRequiredException.LEVEL, null, null);
  }

  Departure depart(String origin, String back, Purpose purpose) {
    oidc.requireAnswer();
    var state = new State();
    var nonce = new Nonce();
    var verifier = new CodeVerifier();
    AuthenticationRequest.Builder request =
        new AuthenticationRequest.Builder(
                ResponseType.CODE,
                new Scope("openid", "profile"),
                oidc.client(),
                URI.create(origin + CALLBACK))
            .endpointURI(oidc.provider().metadata().getAuthorizationEndpointURI())
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .acrValues(List.of(new ACR(purpose.level())));
    if (purpose.prompt() != null) {
      request.prompt(Prompt.Type.LOGIN);
    }
    if (purpose.action() != null) {
      request.customParameter("kc_action", purpose.action());
    }
    URI location = request.build().toURI();
    var pending =
        new Pending(
            state.getValue(),
            nonce.getValue(),
            verifier.getValue(),
            local(back),
            origin,
            purpose.level(),
            states.until(LIFETIME));
    return new Departure(location.toString(), states.seal(PURPOSE, pending));
  }

  /**
   * Ends a sign-in.
   *
   * @param query of the callback
   * @param earlier token of the session that this one takes the place of; may be empty
   */
  Arrival arrive(Pending pending, String query, Client client, String earlier)
      throws SignInFailedException {
    try {
      AuthorizationCode code = code(pending, query);
      OIDCTokens received = exchange(pending, code);
      IDTokenClaimsSet id =
          new IDTokenValidator(oidc.issuer(), oidc.client(), oidc.keySelector(), null)
              .validate(received.getIDToken(), new Nonce(pending.nonce()));
      JWTClaimsSet access =
          tokens
              .check(received.getAccessToken().getValue())
              .orElseThrow(
                  () -> new SignInFailedException("The access token is not for this system."));
      String acr = id.getACR() == null ? "" : id.getACR().getValue();
      if (!LEVELS.contains(acr) || id.getAuthenticationTime() == null) {
        throw new SignInFailedException("A second factor is required.");
      }
      if (pending.level().equals(StepUpRequiredException.LEVEL) && !acr.equals(pending.level())) {
        throw new SignInFailedException("The second factor was not confirmed.");
      }
      Practitioner person = actors.keep(access);
      if (!floor.allows(person.id(), id.getAuthenticationTime().toInstant())) {
        throw new SignInFailedException("Your devices were signed out. Sign in anew.");
      }
      String sid = access.getClaim("sid") instanceof String text ? text : "";
      var signedIn =
          new SignedIn(
              settings.organization(),
              person.id(),
              sid,
              access.getSubject(),
              acr,
              id.getAuthenticationTime().toInstant(),
              received.getIDTokenString(),
              client);
      if (!earlier.isEmpty()) {
        sessions.end(earlier, Ending.REPLACED);
      }
      return new Arrival(sessions.begin(signedIn), pending.origin() + pending.back());
    } catch (ParseException | java.text.ParseException | BadJOSEException e) {
      throw new SignInFailedException("The answer of the sign-in service is not valid.");
    } catch (JOSEException | IOException e) {
      throw new IdentityProviderAwayException(e);
    }
  }

  private AuthorizationCode code(Pending pending, String query)
      throws ParseException, SignInFailedException {
    AuthenticationResponse response =
        AuthenticationResponseParser.parse(URI.create(pending.origin() + CALLBACK + "?" + query));
    boolean stateFits =
        response.getState() != null && response.getState().getValue().equals(pending.state());
    boolean issuerFits =
        response.getIssuer() == null || response.getIssuer().equals(oidc.issuer()); // RFC 9207
    if (!stateFits || !issuerFits) {
      throw new SignInFailedException("This sign-in was not begun here.");
    }
    if (!response.indicatesSuccess()) {
      throw new SignInFailedException("The sign-in was not completed.");
    }
    return response.toSuccessResponse().getAuthorizationCode();
  }

  private OIDCTokens exchange(Pending pending, AuthorizationCode code)
      throws ParseException, IOException, SignInFailedException {
    var grant =
        new AuthorizationCodeGrant(
            code, URI.create(pending.origin() + CALLBACK), new CodeVerifier(pending.verifier()));
    var request =
        new TokenRequest.Builder(
                oidc.provider().metadata().getTokenEndpointURI(), oidc.proof(), grant)
            .build();
    TokenResponse response =
        OIDCTokenResponseParser.parse(Oidc.bounded(request.toHTTPRequest()).send());
    if (!response.indicatesSuccess()) {
      throw new SignInFailedException("The sign-in service refused the code.");
    }
    return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
  }

  /** Where to send the browser to end the session at the provider, too. */
  String leave(String origin, String idToken) {
    try {
      return new LogoutRequest(
              oidc.provider().metadata().getEndSessionEndpointURI(),
              com.nimbusds.jwt.JWTParser.parse(idToken),
              URI.create(origin + "/auth/signed-out"),
              null)
          .toURI()
          .toString();
    } catch (java.text.ParseException e) {
      return origin + "/auth/signed-out";
    }
  }

  /** The provider ends sessions (OpenID Connect Back-Channel Logout 1.0). Gives how many ended. */
  int endedByProvider(String logoutToken) throws SignInFailedException {
    try {
      LogoutTokenClaimsSet claims =
          new LogoutTokenValidator(oidc.issuer(), oidc.client(), false, oidc.keySelector(), null)
              .validate(com.nimbusds.jwt.JWTParser.parse(logoutToken));
      String sid = claims.getSessionID() == null ? "" : claims.getSessionID().getValue();
      String subject = claims.getSubject() == null ? "" : claims.getSubject().getValue();
      return sessions.endedByProvider(sid, subject);
    } catch (java.text.ParseException | BadJOSEException | JOSEException e) {
      throw new SignInFailedException("The logout token is not valid.");
    }
  }

  /** Only a path of our own: never an address that somebody put into a link. */
  private static String local(String back) {
    boolean path =
        back.startsWith("/")
            && !back.startsWith("//")
            && back.indexOf('\\') < 0
            && back.length() < 500;
    boolean ours = back.equals(DONE) || !back.startsWith("/auth/");
    return path && back.chars().allMatch(c -> c > ' ' && c < 127) && ours ? back : "/";
  }
}
