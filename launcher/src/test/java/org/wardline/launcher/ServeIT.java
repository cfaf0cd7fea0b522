package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * As a hospital runs it: the application alone, over HTTPS, beside a database and Keycloak that
 * run.
 */
@ExtendWith(DemoSystem.class)
class ServeIT {
  private static final Path ROOT = Path.of(System.getProperty("wardline.root"));
  private static final Path DATA = ROOT.resolve("launcher/target/e2e-serve");
  private static final String WARD =
      "https://hospital.example/fhir/StructureDefinition/ward-patient";

  @SuppressWarnings("NullAway.Init")
  private static AtomicReference<Process> serve;

  @SuppressWarnings("NullAway.Init")
  private static HttpClient client;

  private static String origin = "";

  @BeforeAll
  static void the_application_alone_comes_up_over_https() throws Exception {
    Folders.delete(DATA);
    int https = FreePorts.next();
    origin = "https://localhost:" + https;
    Path settings = settings(Files.createDirectories(DATA), https);
    serve = new AtomicReference<>(launch(ROOT, DATA, settings));
    client = client();
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create(origin + "/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    await(
        "it is ready",
        Duration.ofMinutes(3),
        () -> running(serve, ROOT, DATA, settings) && status(client, ready) == 200);
  }

  @AfterAll
  static void it_ends_when_asked() throws Exception {
    serve.get().destroy();
    assertThat(serve.get().waitFor(60, TimeUnit.SECONDS)).isTrue();
    await(
        "the server has ended with it",
        Duration.ofSeconds(20),
        () -> !RunningSystem.taken(DemoSystem.installation(), URI.create(origin).getPort()));
    assertThat(DATA.resolve("serve.log"))
        .as("what it said to its end")
        .content()
        .contains("ready in")
        .doesNotContain("cannot be started");
  }

  @Test
  void nobody_comes_in_unknown_and_browsers_stay_on_https() throws Exception {
    HttpResponse<String> page =
        client.send(
            HttpRequest.newBuilder(URI.create(origin + "/api/me")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
    assertThat(page.headers().firstValue("Server")).as("what runs here").isEmpty();
  }

  @Test
  void what_does_not_keep_to_the_hospitals_profiles_is_refused_with_its_place() throws Exception {
    String without = patient("without", "");
    HttpResponse<String> refused = post("Patient", without);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("\"expression\":[\"Patient\"]", "birthDate", WARD);
    HttpResponse<String> taken = post("Patient", patient("with", ",\"birthDate\":\"1980-02-03\""));
    assertThat(taken.statusCode()).isEqualTo(201);

    HttpResponse<String> asked = post("Patient/$validate", without);
    assertThat(asked.statusCode()).isEqualTo(200);
    assertThat(asked.body()).contains("birthDate").doesNotContain("It would be taken");
    assertThat(post("Patient/$validate", patient("sound", ",\"birthDate\":\"1980-02-03\"")).body())
        .contains("It would be taken");
    assertThat(send(request("metadata").GET()).body())
        .contains("\"supportedProfile\":[\"" + WARD + "\"]");
  }

  @Test
  void the_entries_of_a_bundle_keep_to_them_too() throws Exception {
    String number = UUID.randomUUID().toString();
    String entries =
        Stream.of(patient(number, ",\"birthDate\":\"1980-02-03\""), patient(number + "-b", ""))
            .map(
                p ->
                    "{\"resource\":"
                        + p
                        + ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}")
            .collect(Collectors.joining(","));
    HttpResponse<String> whole = post("", bundle("transaction", entries));
    assertThat(whole.statusCode()).isEqualTo(422);
    assertThat(whole.body()).contains("Bundle.entry[1].resource").doesNotContain("entry[0]");
    assertThat(send(request("Patient?identifier=urn:wards|" + number).GET()).body())
        .as("nothing of it is kept")
        .doesNotContain("\"entry\"");
    HttpResponse<String> each = post("", bundle("batch", entries));
    assertThat(each.statusCode()).isEqualTo(200);
    assertThat(each.body())
        .contains("\"status\":\"201 Created\"", "\"status\":\"422\"", "birthDate");
  }

  @Test
  void what_replaces_or_patches_keeps_to_them_too() throws Exception {
    String born = ",\"birthDate\":\"1980-02-03\"";
    String patient = id(post("Patient", patient(UUID.randomUUID().toString(), born)));
    HttpResponse<String> replaced =
        send(
            request("Patient/" + patient)
                .header("Content-Type", "application/fhir+json")
                .PUT(
                    HttpRequest.BodyPublishers.ofString(
                        patient("x", ",\"id\":\"" + patient + "\""))));
    assertThat(replaced.statusCode()).isEqualTo(422);
    String result =
        "{\"resourceType\":\"Observation\",\"meta\":{\"profile\":[\"https://hospital.example/fhir/StructureDefinition/signed-result\"]},\"status\":\"final\",\"code\":{\"text\":\"K\"},\"subject\":{\"reference\":\"Patient/%s\"},\"performer\":[{\"display\":\"Laboratory\"}]}"
            .formatted(patient);
    String kept = id(post("Observation", result));
    HttpResponse<String> patched =
        send(
            request("Observation/" + kept)
                .header("Content-Type", "application/json-patch+json")
                .method(
                    "PATCH",
                    HttpRequest.BodyPublishers.ofString(
                        "[{\"op\":\"remove\",\"path\":\"/performer\"}]")));
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(422);
    assertThat(patched.body()).contains("performer", "signed-result");
  }

  @Test
  void who_may_not_write_learns_nothing_of_profiles() throws Exception {
    HttpResponse<String> refused =
        send(
            request("Patient", "system/Patient.rs")
                .header("Content-Type", "application/fhir+json")
                .POST(HttpRequest.BodyPublishers.ofString(patient("x", ""))));
    assertThat(refused.statusCode()).isEqualTo(403);
  }

  @Test
  void a_profile_that_is_not_there_stops_the_start() throws Exception {
    Path data = ROOT.resolve("launcher/target/e2e-serve-faulty");
    Folders.delete(data);
    Path settings = settings(Files.createDirectories(data), FreePorts.next());
    Files.writeString(
        settings,
        "wardline.fhir.profiles.required=Observation=" + WARD + "\n",
        StandardOpenOption.APPEND);
    Process faulty = launch(ROOT, data, settings);
    try {
      assertThat(faulty.waitFor(3, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(faulty.exitValue()).isNotZero();
      assertThat(data.resolve("serve.log"))
          .content()
          .contains(
              "wardline.fhir.profiles.required: a profile of Observation is not there",
              "Not started: the reason stands above.")
          .doesNotContain("cannot be started");
    } finally {
      faulty.destroy();
    }
  }

  private static String patient(String number, String more) {
    return "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:wards\",\"value\":\"%s\"}],\"name\":[{\"family\":\"Moor\"}]%s}"
        .formatted(number, more);
  }

  private static String bundle(String type, String entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}".formatted(type, entries);
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String id(HttpResponse<String> made) {
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return made.headers()
        .firstValue("Location")
        .orElseThrow()
        .replaceFirst(".*/fhir/\\w+/([^/]+).*", "$1");
  }

  private static HttpRequest.Builder request(String path) {
    return request(path, "system/Patient.crus", "system/Observation.crus");
  }

  private static HttpRequest.Builder request(String path, String... scopes) {
    return HttpRequest.newBuilder(URI.create(origin + "/fhir/" + path.replace("|", "%7C")))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + DemoSystem.token("integration-engine", scopes));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
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
            "server.http.port=" + FreePorts.next(),
            "server.jvm=-Xms128m -Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
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
            "wardline.fhir.profiles.directory="
                + ROOT.resolve("profiles/src/test/resources/sample"),
            "wardline.fhir.profiles.required=Patient=" + WARD,
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
}
