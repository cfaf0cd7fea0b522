package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartedAddressesTest {
  @TempDir private Path root;

  @BeforeEach
  void settings() throws Exception {
    Files.createDirectories(root.resolve("config"));
    var text = new StringBuilder("address=127.0.0.1\nmemory=1\n");
    Installation.PORTS.forEach(key -> text.append(key).append("=1\n"));
    Files.writeString(root.resolve("config/launcher.properties"), text);
  }

  private Path data() {
    return root.resolve("data");
  }

  private Installation installation(Map<String, String> settings) {
    return new Installation(root, data(), settings);
  }

  @Test
  void a_file_that_cannot_be_read_is_said() throws Exception {
    Files.createDirectories(data().resolve("run/addresses.properties"));
    assertThatThrownBy(() -> StartedAddresses.under(data(), Map.of()))
        .isInstanceOf(LauncherException.class);
  }

  @Test
  void before_the_first_start_there_is_only_what_the_command_line_says() {
    assertThat(StartedAddresses.under(data(), Map.of("http.port", "8081")))
        .containsExactly(Map.entry("http.port", "8081"));
  }

  @Test
  void what_was_started_elsewhere_is_found_there() {
    StartedAddresses.keep(installation(Map.of("keycloak.port", "8090", "memory", "2")));
    Installation found = installation(StartedAddresses.under(data(), Map.of()));
    assertThat(found.port("keycloak")).isEqualTo(8090);
    assertThat(found.port("http")).isEqualTo(1);
    assertThat(found.text("memory")).isEqualTo("1");
  }

  @Test
  void the_command_line_has_the_last_word() {
    StartedAddresses.keep(installation(Map.of("keycloak.port", "8090")));
    assertThat(StartedAddresses.under(data(), Map.of("keycloak.port", "8091")))
        .containsEntry("keycloak.port", "8091");
  }
}
