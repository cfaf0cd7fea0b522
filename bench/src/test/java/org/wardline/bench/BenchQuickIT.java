package org.wardline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wardline.launcher.Wardline;

/** The short runs: nothing is lost or doubled. How fast it is, is asserted nowhere. */
class BenchQuickIT {
  private static final Path DATA = Path.of("target/it").toAbsolutePath();
  private static final int SHOWN = 8_000;
  private static final Duration LONGEST = Duration.ofMinutes(9);
  private static final List<String> PORTS =
      List.of(
          "http.port",
          "https.port",
          "mllp.port",
          "mllps.port",
          "keycloak.port",
          "keycloak.health.port",
          "postgres.port",
          "hospital.http.port",
          "hospital.mllp.port");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void what_is_acknowledged_is_there_once_for_every_workload() throws Exception {
    succeeds("bench", "w1a", "w1b", "w2", "w2s", "w3", "w9u", "w6", "w10", "w7", "--quick");
    for (String trial : List.of("w6", "w7", "w10")) {
      JsonNode result =
          new ObjectMapper().readTree(DATA.resolve("bench/" + trial + ".json").toFile());
      assertThat(result.path("lost").asInt(-1)).isZero();
      assertThat(result.path("doubled").asInt(-1)).isZero();
      assertThat(result.path("figures")).isNotEmpty();
    }
    for (String workload : List.of("w1a", "w1b", "w2", "w2s", "w3", "w9u")) {
      JsonNode result =
          new ObjectMapper().readTree(DATA.resolve("bench/" + workload + ".json").toFile());
      JsonNode ours = result.path("medians").path(result.path("medians").size() - 1);
      assertThat(ours.path("contender").asText()).startsWith("Wardline");
      assertThat(ours.path("rate").asDouble()).isPositive();
      assertThat(ours.path("lost").asInt(-1)).isZero();
      assertThat(ours.path("doubled").asInt(-1)).isZero();
      assertThat(DATA.resolve("bench/" + workload + ".svg")).content().contains("<svg");
    }
  }

  @Test
  @Timeout(value = 12, unit = TimeUnit.MINUTES)
  void nothing_is_lost_or_doubled_while_nodes_database_and_destinations_fail() throws Exception {
    succeeds("bench", "faults", "--quick", "--nodes", "2");
  }

  /**
   * As the command runs it: a program of its own, with the libraries that are shipped. What it
   * printed is in the failure: only that says which workload it was, and what it counted.
   */
  private static void succeeds(String... words) throws IOException, InterruptedException {
    Path printed = Files.createDirectories(DATA).resolve("printed.log");
    Process program =
        new ProcessBuilder(command(words))
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    try {
      boolean ended = program.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
      String text = Files.readString(printed);
      assertThat(ended ? program.exitValue() : -1)
          .as(text.substring(Math.max(0, text.length() - SHOWN)))
          .isZero();
    } finally {
      program.destroy(); // it stops what it started
      if (!program.waitFor(1, TimeUnit.MINUTES)) {
        program.destroyForcibly();
      }
    }
  }

  private static List<String> command(String... words) throws IOException {
    Path built = Path.of("target").toAbsolutePath();
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-Dwardline.root=" + System.getProperty("wardline.root"),
                "-cp",
                built.resolve("wardline-bench.jar") + ":" + built.resolve("lib") + "/*",
                Wardline.class.getName(),
                "--data",
                DATA.toString()));
    int port = freeBlock();
    for (String key : PORTS) {
      command.addAll(List.of("--set", key + "=" + port));
      port += 10; // further nodes take the ports between
    }
    command.addAll(Arrays.asList(words));
    return command;
  }

  /** The first of a row of ports that nobody uses. */
  private static int freeBlock() throws IOException {
    for (int first = 20_000; first < 60_000; first += 100) {
      int from = first;
      if (Stream.iterate(from, p -> p < from + 100, p -> p + 1).allMatch(BenchQuickIT::free)) {
        return first;
      }
    }
    throw new IOException("no free ports");
  }

  private static boolean free(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
