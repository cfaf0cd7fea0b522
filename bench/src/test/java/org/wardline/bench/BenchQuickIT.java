package org.wardline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.output.TeeOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wardline.launcher.Wardline;

/** The short runs: nothing is lost or doubled. How fast it is, is asserted nowhere. */
class BenchQuickIT {
  private static final Path DATA = Path.of("target/it").toAbsolutePath();
  private static final int SHOWN = 8_000;
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
    succeeds("bench", "w1a", "w1b", "w2", "w3", "w9u", "w6", "w10", "w7", "--quick");
    for (String trial : List.of("w6", "w7", "w10")) {
      JsonNode result =
          new ObjectMapper().readTree(DATA.resolve("bench/" + trial + ".json").toFile());
      assertThat(result.path("lost").asInt(-1)).isZero();
      assertThat(result.path("doubled").asInt(-1)).isZero();
      assertThat(result.path("figures")).isNotEmpty();
    }
    for (String workload : List.of("w1a", "w1b", "w2", "w3", "w9u")) {
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
   * What it printed is in the failure: only that says which workload it was, and what it counted.
   */
  private static void succeeds(String... words) throws IOException {
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    int exit;
    try (var both = new PrintStream(new TeeOutputStream(out, printed), true, UTF_8);
        var errors = new PrintStream(new TeeOutputStream(err, printed), true, UTF_8)) {
      System.setOut(both);
      System.setErr(errors);
      exit = wardline(words);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    String text = printed.toString(UTF_8);
    assertThat(exit).as(text.substring(Math.max(0, text.length() - SHOWN))).isZero();
  }

  private static int wardline(String... words) throws IOException {
    var arguments = new ArrayList<>(List.of("--data", DATA.toString()));
    int port = freeBlock();
    for (String key : PORTS) {
      arguments.addAll(List.of("--set", key + "=" + port));
      port += 10; // further nodes take the ports between
    }
    arguments.addAll(Arrays.asList(words));
    return Wardline.run(arguments.toArray(String[]::new));
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
