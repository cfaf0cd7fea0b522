package org.wardline.web.ehr;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.message.BusinessIdentifier;
import org.wardline.web.SealedStates;

/**
 * The EHR launch of SMART App Launch 2.2: the EHR opens Wardline, says by OAuth which patient is
 * open there, and by its FHIR server under which numbers he goes. It says nothing of who sits
 * there: that is proved to Wardline as always, with two factors.
 */
@Singleton
public class EhrLaunch {
  private static final Logger LOG = LoggerFactory.getLogger(EhrLaunch.class);

  static final String CALLBACK = "/auth/launched";

  /** How long somebody may take at the EHR. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final Scope SCOPE = new Scope("launch", "patient/Patient.r");
  private static final String UNDER_WAY = "ehr-launch";
  private static final String CONTEXT = "ehr-context";
  private static final int LONGEST_ID = 64; // FHIR R4, id

  /** What browsers keep of a cookie, less its name and attributes (characters). */
  private static final int LONGEST_COOKIE = 3800;

  private final EhrSystems systems;
  private final EhrClient client;
  private final SealedStates states;

  @Inject
  public EhrLaunch(EhrSystems systems, EhrClient client, SealedStates states) {
    this.systems = systems;
    this.client = client;
    this.states = states;
  }

  /** Where to send the browser, and what to remember meanwhile. */
  record Departure(String location, String cookie) {}

  /**
   * A launch under way.
   *
   * @param verifier PKCE
   * @param origin of our own pages, which the browser used
   */
  record Pending(String iss, String state, String verifier, String origin, long until)
      implements SealedStates.State {}

  /**
   * Who is open in an EHR: known to us by his numbers only.
   *
   * @param key of the launch, which the window that was opened knows
   * @param ehr its name
   */
  public record Context(String key, String ehr, List<BusinessIdentifier> numbers, long until)
      implements SealedStates.State {}

  /**
   * Begins.
   *
   * @param iss the EHR, as it names itself
   * @param launch its key of what is open there
   * @throws LaunchFailedException when that EHR may not open Wardline, or does not answer
   */
  Departure depart(String iss, String launch, String origin) throws LaunchFailedException {
    EhrSystem ehr = listed(iss);
    EhrClient.Endpoints endpoints = client.endpoints(ehr);
    var state = new State();
    var verifier = new CodeVerifier();
    URI location =
        new AuthorizationRequest.Builder(ResponseType.CODE, new ClientID(ehr.clientId()))
            .endpointURI(endpoints.authorization())
            .redirectionURI(URI.create(origin + CALLBACK))
            .scope(SCOPE)
            .state(state)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .customParameter("launch", launch)
            .customParameter("aud", ehr.iss())
            .build()
            .toURI();
    var pending =
        new Pending(
            ehr.iss(), state.getValue(), verifier.getValue(), origin, states.until(LIFETIME));
    return new Departure(location.toString(), states.seal(UNDER_WAY, pending));
  }

  /** The launch that a cookie stands for; empty when there is none. */
  Optional<Pending> pending(String cookie) {
    return states.open(UNDER_WAY, cookie, Pending.class);
  }

  /** Who was open in the EHR, by the cookie that says so; empty when none does. */
  public Optional<Context> context(String cookie) {
    return states.open(CONTEXT, cookie, Context.class);
  }

  /**
   * Ends.
   *
   * @param query of the callback
   * @return the cookie that says who is open, and where its window goes
   * @throws LaunchFailedException when the EHR refused, said nothing of a patient, or did not
   *     answer
   */
  Departure arrive(Pending pending, String query) throws LaunchFailedException {
    EhrSystem ehr = listed(pending.iss());
    try {
      JsonNode answer = exchange(ehr, pending, code(pending, query));
      String patient = answer.path("patient").asText("");
      String token = answer.path("access_token").asText("");
      if (patient.isEmpty() || patient.length() > LONGEST_ID || token.isEmpty()) {
        throw new LaunchFailedException("No patient was open when Wardline was opened.");
      }
      var context =
          new Context(
              pending.state(),
              ehr.name(),
              numbers(client.patient(ehr, patient, token)),
              states.until(LIFETIME));
      String cookie = states.seal(CONTEXT, context);
      if (cookie.length() > LONGEST_COOKIE) {
        throw new LaunchFailedException("This patient has more numbers than can be looked at.");
      }
      return new Departure("/launch/" + context.key(), cookie);
    } catch (ParseException | IllegalArgumentException e) {
      throw new LaunchFailedException("The answer of the hospital's record system is not valid.");
    }
  }

  private EhrSystem listed(String iss) throws LaunchFailedException {
    return systems
        .of(iss)
        .orElseThrow(() -> new LaunchFailedException("This system may not open Wardline."));
  }

  private static AuthorizationCode code(Pending pending, String query)
      throws ParseException, LaunchFailedException {
    var response =
        AuthorizationResponse.parse(URI.create(pending.origin() + CALLBACK + "?" + query));
    State state = response.getState();
    if (state == null || !state.getValue().equals(pending.state())) {
      throw new LaunchFailedException("Wardline was not opened from this browser.");
    }
    if (!response.indicatesSuccess()) {
      throw new LaunchFailedException("The hospital's record system did not open Wardline.");
    }
    return response.toSuccessResponse().getAuthorizationCode();
  }

  private JsonNode exchange(EhrSystem ehr, Pending pending, AuthorizationCode code)
      throws LaunchFailedException {
    URI endpoint = client.endpoints(ehr).token();
    var grant =
        new AuthorizationCodeGrant(
            code, URI.create(pending.origin() + CALLBACK), new CodeVerifier(pending.verifier()));
    Optional<PrivateKeyJWT> proof = proof(ehr, endpoint);
    TokenRequest request =
        proof.isPresent()
            ? new TokenRequest.Builder(endpoint, proof.get(), grant).build()
            : new TokenRequest.Builder(endpoint, new ClientID(ehr.clientId()), grant).build();
    return client.token(ehr, endpoint, String.valueOf(request.toHTTPRequest().getBody()));
  }

  /** The key was good at the start; one that was changed since is our fault, not the EHR's. */
  private static Optional<PrivateKeyJWT> proof(EhrSystem ehr, URI endpoint)
      throws LaunchFailedException {
    try {
      return ehr.proof(endpoint);
    } catch (IllegalArgumentException e) {
      LOG.error("{}", e.getMessage());
      throw new LaunchFailedException("Wardline cannot prove itself to the record system.");
    }
  }

  /**
   * The numbers by which he goes now. All of them count: with one left out, two patients could look
   * like one.
   */
  private static List<BusinessIdentifier> numbers(JsonNode patient) {
    var numbers = new ArrayList<BusinessIdentifier>();
    for (JsonNode identifier : patient.path("identifier")) {
      String system = identifier.path("system").asText("");
      String value = identifier.path("value").asText("");
      boolean sound =
          !system.isBlank()
              && !value.isBlank()
              && system.length() <= BusinessIdentifier.MAX_LENGTH
              && value.length() <= BusinessIdentifier.MAX_LENGTH
              && (system + value).chars().noneMatch(Character::isISOControl);
      if (sound && !identifier.path("use").asText("").equals("old")) {
        numbers.add(new BusinessIdentifier(system, value));
      }
    }
    return numbers;
  }
}
