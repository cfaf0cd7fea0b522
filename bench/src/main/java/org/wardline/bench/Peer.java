package org.wardline.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.LauncherException;
import org.wardline.launcher.RunningSystem;

/** A peer that takes HL7 v2 over MLLP, in a process of its own with the memory that we have. */
final class Peer implements Contender {
  private final RunningSystem system;
  private final PeerProgram.Kind kind;
  private @Nullable Process process;
  private int port;

  Peer(RunningSystem system, PeerProgram.Kind kind) {
    this.system = system;
    this.kind = kind;
  }

  @Override
  public String name() {
    return kind.title();
  }

  @Override
  public void start() throws IOException, SQLException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UseCodeCacheFlushing",
            "-cp",
            System.getProperty("java.class.path"),
            PeerProgram.class.getName(),
            kind.name());
    try (Connection connection = system.database(BenchTables.DATABASE)) {
      builder.environment().putAll(Map.of("PEER_DB_URL", connection.getMetaData().getURL()));
    }
    builder.environment().put("PEER_DB_PASSWORD", system.databasePassword());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    process = builder.start();
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    if (line == null) {
      throw new LauncherException("The peer " + kind.title() + " does not start.");
    }
    port = Integer.parseInt(line.strip());
  }

  @Override
  public Client client() throws IOException {
    return new MllpClient(port, id -> Samples.admission("BENCH", "", id), "MSA|AA");
  }

  @Override
  public List<Long> processes() {
    return process == null ? List.of() : List.of(process.pid());
  }

  @Override
  public @Nullable Kept kept(String prefix) throws SQLException {
    if (!kind.keeps()) {
      return null;
    }
    try (Connection connection = system.database(BenchTables.DATABASE)) {
      return BenchTables.kept(
          connection, "select count(*), count(distinct id) from message where id like ?", prefix);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
