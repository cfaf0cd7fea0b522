package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * As a hospital runs it: the application alone, over HTTPS, beside a database and Keycloak that
 * run.
 */
@ExtendWith(DemoSystem.class)
class ServeIT {
  @Test
  void the_application_alone_comes_up_over_https_and_ends_when_asked() throws Exception {
    Path root = Path.of(System.getProperty("wardline.root"));
    Path data = root.resolve("launcher/target/e2e-serve");
    Folders.delete(data);
    int https = freePort();
    Path settings = settings(Files.createDirectories(data), https);
    var serve = new AtomicReference<Process>(launch(root, data, settings));
    try {
      HttpClient client = client();
      HttpRequest ready =
          HttpRequest.newBuilder(URI.create("https://localhost:" + https + "/health/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      await(
          "it is ready",
          Duration.ofMinutes(2),
          () -> running(serve, root, data, settings) && status(client, ready) == 200);
      HttpResponse<String> page =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + https + "/api/me")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(401);
      assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
    } finally {
      serve.get().destroy();
    }
    assertThat(serve.get().waitFor(60, TimeUnit.SECONDS)).isTrue();
    await(
        "the server has ended with it",
        Duration.ofSeconds(20),
        () -> !RunningSystem.taken(DemoSystem.installation(), https));
  }

  /**
   * The container can fail at starting (two of its own services race for a list), and ends then; a
   * service manager starts it again.
   */
  private static boolean running(
      AtomicReference<Process> serve, Path root, Path data, Path settings) {
    if (serve.get().isAlive()) {
      return true;
    }
    try {
      serve.set(launch(root, data, settings));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return false;
  }

  private static Path settings(Path data, int https) throws IOException {
    Installation demo = DemoSystem.installation();
    var secrets = new SecretFiles(demo);
    return Files.writeString(
        data.resolve("serve.properties"),
        String.join(
            "\n",
            "server.https.port=" + https,
            "server.http.port=" + freePort(),
            "server.jvm=-Xms128m -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "server.https.keystore.file=" + secrets.keyStore(),
            "server.https.keystore.password.file=" + secrets.password("https"),
            "server.secrets.folder=" + secrets.serverFolder(),
            "wardline.organization.id=01900000-0000-7000-8000-000000000001",
            "wardline.organization.name=Demo hospital",
            "wardline.db.url=jdbc:postgresql://127.0.0.1:" + demo.port("postgres") + "/wardline",
            "wardline.db.user=wardline_app",
            "wardline.db.owner.password.file=" + secrets.password("db-wardline_owner"),
            "wardline.keyring.file=" + secrets.keyRing(),
            "wardline.oidc.issuer=" + demo.issuer(),
            "wardline.oidc.client-key.file=" + secrets.clientKey("wardline-web"),
            "wardline.oidc.directory-key.file=" + secrets.clientKey("wardline-directory"),
            "wardline.web.origins=https://localhost:" + https,
            "wardline.mllp.port=-1",
            ""));
  }

  private static Process launch(Path root, Path data, Path settings) throws IOException {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dwardline.root=" + root,
            "-cp",
            System.getProperty("java.class.path"),
            "org.wardline.launcher.Wardline",
            "--data",
            data.toString(),
            "serve",
            settings.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(data.resolve("serve.log").toFile())
        .start();
  }

  private static HttpClient client() throws Exception {
    var secrets = new SecretFiles(DemoSystem.installation());
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var in = Files.newInputStream(secrets.certificate("https"))) {
      store.setCertificateEntry(
          "wardline",
          java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder()
        .sslContext(context)
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  private static int status(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // not there yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
