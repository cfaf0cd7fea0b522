package org.wardline.ear;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The EAR on a real Payara Server: it deploys, starts all its parts, and a message goes through it.
 */
class FullServerIT {
  @Test
  @Timeout(600)
  void a_message_goes_through_the_ear_on_a_full_server() throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    int portBase = 20_000 + (int) (ProcessHandle.current().pid() % 400) * 100;
    try (EmbeddedPostgres postgres = database();
        TestIssuer issuer = new TestIssuer();
        var server = new PayaraServer(target, portBase)) {
      server.start(settings(postgres, issuer, target));
      server.deploy(target.resolve("wardline.ear"));
      server.awaitReady();
      hire(postgres);
      String token =
          issuer.machineToken(
              "engine", "system/Communication.crs system/Practitioner.rs system/Encounter.crs");
      HttpResponse<String> sent = post(server.httpPort(), token);
      assertThat(sent.statusCode()).as(sent.body() + server.log()).isEqualTo(201);
      String id =
          sent.headers()
              .firstValue("Location")
              .orElse("")
              .replaceAll(".*/fhir/", "")
              .replaceAll("/_history.*", "");
      HttpResponse<String> read = get(server.httpPort(), id, token);
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.body()).contains("Through the EAR").contains("commitment");
      assertThat(get(server.httpPort(), id, "nonsense").statusCode()).isEqualTo(401);
      assertThat(ofNobody(server.httpPort(), token).statusCode()).isEqualTo(422);
      assertThat(server.log())
          .as("what a client did wrong is no fault of ours")
          .doesNotContain("There is no such patient");
    }
  }

  /** People come from the identity provider's directory, which is not part of this test. */
  private static void hire(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = postgres.getDatabase("postgres", "wardline").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into practitioner (id, organization_id, username, subject, name, profession, department, bleep, roles, active, updated_at)"
              + " select gen_random_uuid(), id, 'dr.roe', 's', 'Roe, Rita', 'physician', 'Cardiology', '', 'physician', true, now()"
              + " from organization");
    }
  }

  private static EmbeddedPostgres database() throws Exception {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role wardline_owner login");
      statement.execute("create role wardline_app login");
      statement.execute("create database wardline owner wardline_owner");
    }
    return postgres;
  }

  private static Map<String, String> settings(
      EmbeddedPostgres postgres, TestIssuer issuer, Path target) throws Exception {
    Path key =
        Files.writeString(
            target.resolve("client.jwk"),
            new ECKeyGenerator(Curve.P_256).keyID("t").generate().toJSONString());
    Path ring = target.resolve("keyring.json");
    Files.writeString(
        ring,
        "{\"current\":\"a\",\"keys\":[{\"id\":\"a\",\"key\":\""
            + Base64.getEncoder().encodeToString(new byte[32])
            + "\"}]}");
    Files.setPosixFilePermissions(ring, PosixFilePermissions.fromString("rw-------"));
    Path password = Files.writeString(target.resolve("owner.password"), "unused");
    var settings = new LinkedHashMap<String, String>();
    settings.put(
        "wardline.db.url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/wardline");
    settings.put("wardline.db.user", "wardline_app");
    settings.put("wardline.db.password", "unused");
    settings.put("wardline.db.owner.password.file", password.toString());
    settings.put("wardline.keyring.file", ring.toString());
    settings.put("wardline.oidc.issuer", issuer.issuer());
    settings.put("wardline.oidc.client-key.file", key.toString());
    settings.put("wardline.mllp.port", String.valueOf(freePort()));
    return settings;
  }

  /** A stay of a patient who is not there: refused within the transaction. */
  private static HttpResponse<String> ofNobody(int port, String token) throws Exception {
    String body =
        "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},"
            + "\"subject\":{\"reference\":\"Patient/01900000-0000-7000-8000-0000000000ff\"}}";
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/fhir/Encounter"))
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        token);
  }

  /** A message to somebody. */
  private static HttpResponse<String> post(int port, String token) throws Exception {
    String body =
        "{\"resourceType\":\"Communication\",\"status\":\"in-progress\",\"recipient\":[{\"identifier\":"
            + "{\"system\":\"https://wardline.org/fhir/NamingSystem/username\",\"value\":\"dr.roe\"}}],"
            + "\"payload\":[{\"contentString\":\"Through the EAR\"}]}";
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/fhir/Communication"))
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        token);
  }

  private static HttpResponse<String> get(int port, String path, String token) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/fhir/" + path)), token);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String token)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** None that the system gives out by itself: before the server listens, it might. */
  private static int freePort() throws Exception {
    int port = 12_000 + new Random().nextInt(20_000);
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (BindException e) {
      return freePort();
    }
  }
}
