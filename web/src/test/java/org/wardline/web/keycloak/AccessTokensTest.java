package org.wardline.web.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wardline.setting.Settings;

/** Which access tokens open the door: keys and discovery come over real HTTP. */
class AccessTokensTest {
  @TempDir private static Path folder;
  private static RSAKey key;
  private static RSAKey foreign;
  private static HttpServer server;
  private static String issuer;

  private Instant now = Instant.now();
  private AccessTokens tokens;

  @BeforeAll
  static void startIssuer() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("good").generate();
    foreign = new RSAKeyGenerator(2048).keyID("good").generate();
    Files.writeString(
        folder.resolve("client.jwk"),
        new ECKeyGenerator(Curve.P_256).keyID("c").generate().toJSONString());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/test";
    server.createContext(
        "/realms/test/.well-known/openid-configuration",
        e ->
            answer(
                e,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\",\"authorization_endpoint\":\"%s/a\",\"token_endpoint\":\"%s/t\",\"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],\"id_token_signing_alg_values_supported\":[\"RS256\"]}"
                    .formatted(issuer, issuer, issuer, issuer)));
    server.createContext(
        "/realms/test/keys", e -> answer(e, new JWKSet(key.toPublicJWK()).toString()));
    server.start();
  }

  @AfterAll
  static void stopIssuer() {
    server.stop(0);
  }

  @BeforeEach
  void newDoor() {
    tokens = door(issuer);
  }

  @Test
  void a_token_of_another_audience_is_refused() throws Exception {
    assertThat(tokens.check(signed(claims().audience("another-api").build()))).isEmpty();
  }

  @Test
  void a_token_without_audience_is_refused() throws Exception {
    assertThat(tokens.check(signed(claims().audience((String) null).build()))).isEmpty();
  }

  @Test
  void an_expired_token_is_refused() throws Exception {
    var claims = claims().expirationTime(Date.from(now.minusSeconds(60))).build();
    assertThat(tokens.check(signed(claims))).isEmpty();
  }

  @Test
  void a_token_that_was_good_is_refused_once_it_expired() throws Exception {
    String token = signed(claims().expirationTime(Date.from(now.plusSeconds(60))).build());
    assertThat(tokens.check(token)).isPresent();
    now = now.plusSeconds(61);
    assertThat(tokens.check(token)).isEmpty();
  }

  @Test
  void a_token_of_another_issuer_is_refused() throws Exception {
    assertThat(tokens.check(signed(claims().issuer("https://evil.example").build()))).isEmpty();
  }

  @Test
  void a_token_that_is_no_access_token_is_refused() throws Exception {
    assertThat(tokens.check(signed(claims().claim("typ", "ID").build()))).isEmpty();
    assertThat(tokens.check(signed(claims().claim("typ", "Refresh").build()))).isEmpty();
  }

  @Test
  void a_token_signed_with_a_foreign_key_is_refused_although_it_names_ours() throws Exception {
    assertThat(tokens.check(signed(claims().build(), foreign))).isEmpty();
  }

  @Test
  void an_unsigned_token_and_one_signed_with_our_public_key_as_secret_are_refused()
      throws Exception {
    assertThat(tokens.check(new PlainJWT(claims().build()).serialize())).isEmpty();
    var confused =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("good").build(), claims().build());
    confused.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
    assertThat(tokens.check(confused.serialize())).isEmpty();
  }

  @Test
  void what_is_no_token_at_all_is_refused() {
    for (String nonsense : new String[] {"", "x", "a.b.c", "..", "\0"}) {
      assertThat(tokens.check(nonsense)).isEmpty();
    }
  }

  @Test
  void a_provider_that_is_away_refuses_by_its_own_name_and_lets_nobody_in() throws Exception {
    AccessTokens alone = door("http://127.0.0.1:1/realms/test");
    String token = signed(claims().build());
    assertThatThrownBy(() -> alone.check(token)).isInstanceOf(IdentityProviderAwayException.class);
  }

  @Test
  void a_good_token_gives_its_claims() throws Exception {
    assertThat(tokens.check(signed(claims().build())).orElseThrow().getSubject())
        .isEqualTo("somebody");
  }

  private AccessTokens door(String provider) {
    var settings =
        new Settings(
            k ->
                Optional.ofNullable(
                    Map.of(
                            "wardline.oidc.issuer",
                            provider,
                            "wardline.oidc.client-key.file",
                            folder.resolve("client.jwk").toString())
                        .get(k)));
    return new AccessTokens(new Oidc(settings), settings, clock());
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject("somebody")
        .audience("wardline-api")
        .claim("azp", "client")
        .claim("typ", "Bearer")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)))
        .jwtID(UUID.randomUUID().toString());
  }

  private static String signed(JWTClaimsSet claims) throws JOSEException {
    return signed(claims, key);
  }

  private static String signed(JWTClaimsSet claims, RSAKey by) throws JOSEException {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
    jwt.sign(new RSASSASigner(by));
    return jwt.serialize();
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
