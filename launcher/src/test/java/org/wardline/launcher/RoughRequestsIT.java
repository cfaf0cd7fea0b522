package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests as no browser sends them harm nobody else, and learn nothing of what runs here. */
@ExtendWith(DemoSystem.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RoughRequestsIT {
  private static final List<String> TELLING = List.of("Payara", "GlassFish", "Exception", "\tat ");

  @BeforeEach
  void all_is_well() throws Exception {
    assertThat(health().statusCode()).isEqualTo(200);
  }

  @Test
  void headers_that_are_too_long_are_refused_and_others_go_on() throws Exception {
    for (int i = 0; i < 4; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(secureOrigin() + "/health"))
              .timeout(Duration.ofSeconds(20))
              .header("X-Long", "a".repeat(20_000))
              .build();
      try {
        HttpResponse<String> answer = client().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isBetween(400, 499);
      } catch (IOException cutOff) {
        continue; // and others go on: looked at before the next one
      }
      assertThat(health().statusCode()).as("for others").isEqualTo(200);
    }
    assertThat(health().statusCode()).as("for others").isEqualTo(200);
  }

  @Test
  void a_client_that_asks_to_upgrade_gets_its_answer() throws Exception {
    String token = DemoSystem.token("integration-engine", "system/Communication.crs");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/Communication"))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"resourceType\":\"Communication\"}"))
            .build();
    HttpResponse<String> answer = client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
  }

  @Test
  void what_the_container_refuses_by_itself_tells_nothing() throws Exception {
    for (String line :
        List.of(
            "PROPFIND /api/me",
            "FOO /health",
            "TRACE /health",
            "GET /metrics/..;/api/me",
            "GET /assets/nope.js",
            "GET /%zz",
            "GET /fhir/%zz",
            "GET /../../etc/passwd",
            "GET /api/%c0%ae%c0%ae/me",
            "GET /health?" + "a".repeat(9_000))) {
      String answer = raw(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(line.substring(0, Math.min(40, line.length()))).startsWith("HTTP/1.1 ");
      assertThat(body(answer))
          .as(line.substring(0, Math.min(40, line.length())))
          .doesNotContain(TELLING);
    }
    for (String rubbish : List.of("\0\1\2\3\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n")) {
      assertThat(body(raw(rubbish))).doesNotContain(TELLING);
    }
    String missing =
        raw("GET /assets/nope.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(missing).startsWith("HTTP/1.1 404").contains("application/problem+json");
    String method =
        raw("FOO /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(method).contains("application/fhir+json").contains("OperationOutcome");
  }

  private static String body(String answer) {
    return answer.substring(Math.max(0, answer.indexOf("\r\n\r\n")));
  }

  /** As it is, so that nothing is put right on the way; ends with the connection. */
  private static String raw(String request) throws IOException {
    try (var socket =
        new Socket(
            InetAddress.getLoopbackAddress(),
            Integer.parseInt(DemoSystem.installation().text("http.port")))) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return "cut off";
    } catch (SocketTimeoutException e) {
      return "no answer to what is no request";
    }
  }

  private static HttpResponse<String> health() throws Exception {
    return client()
        .send(
            HttpRequest.newBuilder(URI.create(secureOrigin() + "/health"))
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String secureOrigin() {
    return "https://localhost:" + DemoSystem.installation().text("https.port");
  }

  private static SSLContext trusting() throws Exception {
    Path certificate = new SecretFiles(DemoSystem.installation()).certificate("https");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "https", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Takes HTTP/2 where it is offered, as browsers do; a connection of its own. */
  private static HttpClient client() throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_2)
        .sslContext(trusting())
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }
}
