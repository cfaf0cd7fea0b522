package org.wardline.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * An access token by {@code private_key_jwt} (SMART Backend Services: ES384, an assertion of one
 * minute, used once).
 */
final class TokenRequest {
  private static final Duration LIFETIME = Duration.ofSeconds(60);
  private static final int SERVER_FAULT = 500;
  private static final int ATTEMPTS = 20;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private final Installation installation;
  private final SecretFiles secrets;

  TokenRequest(Installation installation, SecretFiles secrets) {
    this.installation = installation;
    this.secrets = secrets;
  }

  /** A token; a fault of Keycloak's own, such as after its database was away, is tried again. */
  String token(String client, List<String> scopes) {
    String endpoint = installation.issuer() + "/protocol/openid-connect/token";
    try {
      HttpResponse<String> response = ask(client, scopes, endpoint);
      for (int i = 1; i < ATTEMPTS && response.statusCode() >= SERVER_FAULT; i++) {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        response = ask(client, scopes, endpoint);
      }
      JsonNode answer = new ObjectMapper().readTree(response.body());
      if (response.statusCode() != 200) {
        throw new LauncherException(
            "Keycloak refused the token: "
                + answer.path("error").asText()
                + " "
                + answer.path("error_description").asText());
      }
      return answer.path("access_token").asText();
    } catch (IOException e) {
      throw new LauncherException(
          "Keycloak does not answer at " + endpoint + ": is Wardline started?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException("interrupted");
    }
  }

  /** Each time with an assertion of its own: Keycloak takes each once. */
  private HttpResponse<String> ask(String client, List<String> scopes, String endpoint)
      throws IOException, InterruptedException {
    String form =
        "grant_type=client_credentials&scope="
            + encode(String.join(" ", scopes))
            + "&client_assertion_type="
            + encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            + "&client_assertion="
            + assertion(client, endpoint);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String assertion(String client, String endpoint) {
    ECKey key = secrets.parse(secrets.demoKey(client));
    Instant now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(client)
            .subject(client)
            .audience(endpoint)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims);
    try {
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("the client key cannot sign", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
