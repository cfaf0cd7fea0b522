package org.wardline.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The whole system as {@code wardline start} runs it, on free ports and empty data; one for all
 * tests.
 */
final class DemoSystem implements BeforeAllCallback {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** Where a test may start a mail server. */
  static final int MAIL_PORT = FreePorts.next();

  private static Installation installation;
  private static RunningSystem system;

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .getOrComputeIfAbsent(
            DemoSystem.class,
            key -> {
              start();
              return (AutoCloseable) () -> system.close();
            });
  }

  private static void start() {
    Path root = Path.of(System.getProperty("wardline.root"));
    Path data = root.resolve("launcher/target/e2e");
    Leftovers.stopAll(new Installation(root, data, Map.of()));
    Folders.delete(data);
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : Installation.PORTS) {
      settings.put(key, String.valueOf(FreePorts.next()));
    }
    Path archive = root.resolve("launcher/target/e2e-archive");
    Folders.delete(archive);
    settings.put("postgres.archive", archive.toString());
    settings.put("server.settings.file", ownSettings(root).toString());
    installation = new Installation(root, data, settings);
    restart();
  }

  /** Small files, so that an export has several, and soon; a mail server that is mostly away. */
  private static Path ownSettings(Path root) {
    try {
      return Files.writeString(
          root.resolve("launcher/target/e2e.properties"),
          """
          wardline.export.file-entries=25
          wardline.export.settle=PT2S
          wardline.emergency.notice.to=privacy@hospital.example
          wardline.mail.host=127.0.0.1
          wardline.mail.port=%d
          wardline.mail.security=none
          wardline.mail.from=wardline@hospital.example
          """
              .formatted(MAIL_PORT));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Starts on the data that are there. */
  static void restart() {
    system = new RunningSystem(installation, true, System.out::println);
    system.start();
  }

  static RunningSystem system() {
    return system;
  }

  static Installation installation() {
    return installation;
  }

  static String origin() {
    return installation.httpOrigin();
  }

  static String token(String client, String... scopes) {
    return new TokenRequest(installation, new SecretFiles(installation))
        .token(client, List.of(scopes));
  }

  static HttpResponse<String> get(String address, String... headers) {
    return send(HttpRequest.newBuilder(URI.create(address)), headers);
  }

  static HttpResponse<String> post(String address, String body, String... headers) {
    return send(
        HttpRequest.newBuilder(URI.create(address)).POST(HttpRequest.BodyPublishers.ofString(body)),
        headers);
  }

  static HttpResponse<String> send(String method, String address, String body, String... headers) {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .method(method, HttpRequest.BodyPublishers.ofString(body)),
        headers);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(
          request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static HttpResponse<String> fhir(String path, String token) {
    return get(origin() + "/fhir/" + path, "Authorization", "Bearer " + token);
  }

  static HttpResponse<String> hospitalFhir() {
    return get(hospital() + "/fhir/Communication?_count=1000");
  }

  /** Address of the demo hospital. */
  static String hospital() {
    return "http://127.0.0.1:" + installation.text("hospital.http.port");
  }

  static HttpResponse<String> hospitalHl7() {
    return get(hospital() + "/hl7");
  }

  static void tellHospital(String door, String mode, int times) {
    HttpResponse<String> answer =
        post(
            hospital()
                + "/behaviour?door="
                + door
                + "&mode="
                + mode
                + "&times="
                + times
                + "&delay=PT8S",
            "");
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.body());
    }
  }

  /** Waits for a condition, with a limit. */
  static void await(String what, Duration limit, BooleanSupplier condition) {
    Instant until = Instant.now().plus(limit);
    Object pause = new Object();
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(until)) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      synchronized (pause) {
        try {
          pause.wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError(e);
        }
      }
    }
  }
}
