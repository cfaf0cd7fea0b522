package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hospital must not start with is refused, each with what to do. */
class ProductionSettingsTest {
  @TempDir private Path folder;

  @Test
  void what_is_whole_and_safe_is_taken() throws IOException {
    assertThat(problems(Map.of())).isEmpty();
  }

  @Test
  void what_is_missing_is_named() throws IOException {
    assertThat(problems(Map.of("wardline.keyring.file", "")))
        .containsExactly("wardline.keyring.file is missing.");
    assertThat(problems(Map.of("wardline.keyring.file", folder.resolve("none").toString())))
        .singleElement()
        .asString()
        .contains("there is no file");
    Files.delete(folder.resolve("server/wardline.db.password"));
    assertThat(problems(Map.of()).toString()).contains("wardline.db.password");
  }

  @Test
  void plain_http_and_an_open_way_to_the_database_are_refused() throws IOException {
    assertThat(problems(Map.of("wardline.web.origins", "http://wardline.hospital.example")))
        .singleElement()
        .asString()
        .contains("is not HTTPS");
    assertThat(problems(Map.of("wardline.oidc.issuer", "http://id.hospital.example/realms/w")))
        .singleElement()
        .asString()
        .contains("wardline.oidc.issuer");
    assertThat(
            problems(Map.of("wardline.db.url", "jdbc:postgresql://db.hospital.example/wardline")))
        .singleElement()
        .asString()
        .contains("sslmode=verify-full");
    assertThat(problems(Map.of("server.http.address", "0.0.0.0"))).hasSize(1);
  }

  @Test
  void secrets_that_others_can_read_and_files_of_the_demo_are_refused() throws IOException {
    Path ring = Path.of(secret("keyring.json"));
    Files.setPosixFilePermissions(ring, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(problems(Map.of())).singleElement().asString().contains("chmod 600");
    Files.setPosixFilePermissions(ring, PosixFilePermissions.fromString("rw-------"));
    Path demo = Files.createDirectories(folder.resolve("config/demo")).resolve("directory.json");
    Files.writeString(demo, "[]");
    assertThat(problems(Map.of("wardline.directory.file", demo.toString())))
        .singleElement()
        .asString()
        .contains("demo");
  }

  @Test
  void the_application_gets_its_own_settings_whatever_their_letters() throws IOException {
    Path file = folder.resolve("names.properties");
    Files.writeString(
        file, "wardline.organization.name=Universitätsklinikum\nserver.http.port=1\n");
    String passed = new ProductionSettings(file).application();
    assertThat(passed).contains("Universit\\u00E4tsklinikum").doesNotContain("server.http.port");
  }

  private List<String> problems(Map<String, String> changes) throws IOException {
    var settings = new TreeMap<String, String>();
    settings.put("server.https.keystore.file", secret("https.p12"));
    settings.put("server.https.keystore.password.file", secret("https.password"));
    settings.put("server.secrets.folder", folder.resolve("server").toString());
    settings.put("wardline.keyring.file", secret("keyring.json"));
    settings.put("wardline.oidc.client-key.file", secret("web.jwk.json"));
    settings.put("wardline.oidc.directory-key.file", secret("directory.jwk.json"));
    settings.put("wardline.oidc.issuer", "https://id.hospital.example/realms/wardline");
    settings.put(
        "wardline.db.url",
        "jdbc:postgresql://db.hospital.example:5432/wardline?sslmode=verify-full");
    settings.put("wardline.web.origins", "https://wardline.hospital.example");
    settings.put("wardline.organization.id", "01900000-0000-7000-8000-000000000002");
    settings.put("wardline.organization.name", "A hospital");
    if (!Files.exists(folder.resolve("server"))) {
      Files.createDirectories(folder.resolve("server"));
      Files.writeString(folder.resolve("server/wardline.db.password"), "secret");
    }
    settings.putAll(changes);
    var text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return new ProductionSettings(Files.writeString(folder.resolve("serve.properties"), text))
        .problems();
  }

  private String secret(String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      Files.writeString(file, "secret");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file.toString();
  }
}
