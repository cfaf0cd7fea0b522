package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs that others wrote, in the folder {@code peers}. */
final class Peers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIMIT_SECONDS = 60;

  private Peers() {}

  /** Runs a script to its end and gives what it printed, a line of JSON each. */
  static List<JsonNode> run(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(Path.of(System.getProperty("wardline.root")).resolve("peers").toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      var lines = new ArrayList<JsonNode>();
      for (String line :
          said.lines().filter(l -> l.startsWith("{") || l.startsWith("[")).toList()) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
