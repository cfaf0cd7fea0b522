package org.wardline.web.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wardline.setting.Settings;

/**
 * Keycloak's admin REST API, as a client that may read people and events, and change what belongs
 * to a person's sign-in.
 */
@Singleton
public class AdminApi {
  private static final String KEY = "wardline.oidc.directory-key.file";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Oidc oidc;
  private final Settings settings;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
  private @Nullable AccessToken token;
  private Instant tokenUntil = Instant.EPOCH;

  @Inject
  public AdminApi(Oidc oidc, Settings settings, Clock clock) {
    this.oidc = oidc;
    this.settings = settings;
    this.clock = clock;
  }

  /** True when the operator gave us a key for it. */
  boolean configured() {
    return settings.file(KEY).isPresent();
  }

  /**
   * Gets a JSON array or object.
   *
   * @param path below the realm, such as {@code /users?max=100}
   * @throws IdentityProviderAwayException when Keycloak does not answer, or refuses us
   */
  synchronized JsonNode get(String path) {
    try {
      return JSON.readTree(send("GET", path, ""));
    } catch (IOException e) {
      throw new IdentityProviderAwayException(e);
    }
  }

  /**
   * Sends a change.
   *
   * @param body JSON; may be empty
   * @throws IdentityProviderAwayException when Keycloak does not answer, or refuses it
   * @throws GoneException when there is nothing of that name
   * @throws RefusedException when it may or can not be done
   */
  synchronized byte[] send(String method, String path, String body) {
    String issuer = oidc.issuer().getValue();
    int realms = issuer.indexOf("/realms/");
    URI uri = URI.create(issuer.substring(0, realms) + "/admin" + issuer.substring(realms) + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Authorization", accessToken().toAuthorizationHeader())
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 404) {
        throw new GoneException();
      }
      if (response.statusCode() == 400
          || response.statusCode() == 403
          || response.statusCode() == 409) {
        throw new RefusedException(response.statusCode());
      }
      if (response.statusCode() / 100 != 2) {
        token = null;
        throw new IdentityProviderAwayException(new IOException("HTTP " + response.statusCode()));
      }
      return response.body();
    } catch (IOException e) {
      throw new IdentityProviderAwayException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IdentityProviderAwayException(e);
    }
  }

  /** It answers, and will not do this: asking for something else is no worse for it. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(int status) {
      super("HTTP " + status);
    }
  }

  /** What was to be changed is not there any more. */
  static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private AccessToken accessToken() {
    AccessToken known = token;
    if (known != null && clock.instant().isBefore(tokenUntil)) {
      return known;
    }
    ECKey key = Oidc.key(settings, KEY);
    var client = new ClientID(settings.text("wardline.oidc.directory-client-id"));
    URI endpoint = oidc.provider().metadata().getTokenEndpointURI();
    try {
      var request =
          new TokenRequest.Builder(
                  endpoint, Oidc.proof(client, key, endpoint), new ClientCredentialsGrant())
              .build();
      TokenResponse response = TokenResponse.parse(Oidc.bounded(request.toHTTPRequest()).send());
      if (!response.indicatesSuccess()) {
        throw new IdentityProviderAwayException(new IOException("our client was refused"));
      }
      AccessToken fresh = response.toSuccessResponse().getTokens().getAccessToken();
      token = fresh;
      tokenUntil = clock.instant().plusSeconds(Math.max(1, fresh.getLifetime() - 20));
      return fresh;
    } catch (IOException | ParseException e) {
      throw new IdentityProviderAwayException(e);
    }
  }
}
