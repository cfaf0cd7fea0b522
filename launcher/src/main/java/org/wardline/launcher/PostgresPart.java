package org.wardline.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL: real, persistent, with passwords, and a role for each who uses it. */
final class PostgresPart {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration RECOVERY = Duration.ofMinutes(30);
  private final Installation installation;
  private final SecretFiles secrets;
  private @Nullable EmbeddedPostgres postgres;

  PostgresPart(Installation installation, SecretFiles secrets) {
    this.installation = installation;
    this.secrets = secrets;
  }

  void start() {
    Path data = installation.folder("postgres").resolve("data");
    boolean fresh = !Files.exists(data.resolve("PG_VERSION"));
    stopLeftOver(data);
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setPort(installation.port("postgres"))
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setOverrideWorkingDirectory(installation.folder("postgres/program").toFile())
              .setPGStartupWait(Files.exists(data.resolve("recovery.signal")) ? RECOVERY : START)
              .setServerConfig("listen_addresses", installation.address())
              // the library starts it without: a commit must be on the disk when it is answered
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("max_connections", "120")
              .setServerConfig("log_error_verbosity", "terse") // details hold values of rows
              .setServerConfig("shared_buffers", "128MB")
              .setOutputRedirector(
                  ProcessBuilder.Redirect.appendTo(installation.log("postgres").toFile()))
              .setErrorRedirector(
                  ProcessBuilder.Redirect.appendTo(installation.log("postgres").toFile()));
      if (archive().isPresent()) {
        builder.setServerConfig("archive_mode", "on").setServerConfig("archive_timeout", "60");
      }
      if (!fresh) {
        builder.setConnectConfig("password", secrets.read(secrets.password("postgres")));
      }
      postgres = builder.start();
      if (fresh) {
        prepare(data);
      }
      if (archive().isPresent()) {
        archiveTo(archive().get());
      }
    } catch (IOException | SQLException | IllegalStateException e) {
      throw new LauncherException(
          "PostgreSQL does not start: "
              + e.getMessage()
              + " See "
              + installation.log("postgres")
              + ".");
    }
  }

  private void prepare(Path data) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", null);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "alter role postgres password '" + secrets.read(secrets.password("postgres")) + "'");
      for (String role : List.of("wardline_owner", "wardline_app", "keycloak")) {
        String password = secrets.read(secrets.password("db-" + role));
        statement.execute("create role " + role + " login password '" + password + "'");
      }
      statement.execute(
          "create database wardline owner wardline_owner encoding 'UTF8' template template0");
      statement.execute(
          "create database keycloak owner keycloak encoding 'UTF8' template template0");
      statement.execute("revoke all on database wardline, keycloak from public");
      statement.execute("grant connect on database wardline to wardline_app");
      Files.writeString(
          data.resolve("pg_hba.conf"),
          "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n");
      try (ResultSet reloaded = statement.executeQuery("select pg_reload_conf()")) {
        reloaded.next();
      }
    }
  }

  /** Where the log of the database is archived; empty when it is not. */
  private Optional<Path> archive() {
    String folder = installation.text("postgres.archive");
    return folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder).toAbsolutePath());
  }

  /** PostgreSQL manual, section 25.3.1: a file that is there is never written again. */
  private void archiveTo(Path folder) throws SQLException, IOException {
    Files.createDirectories(folder);
    try (Connection connection =
            DriverManager.getConnection(
                url("postgres"), "postgres", secrets.read(secrets.password("postgres")));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "alter system set archive_command = 'test ! -f \"%1$s/%%f\" && cp \"%%p\" \"%1$s/%%f.part\" && mv \"%1$s/%%f.part\" \"%1$s/%%f\"'"
              .formatted(folder.toString().replace("'", "''")));
      statement.execute("select pg_reload_conf()");
    }
  }

  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + installation.port("postgres") + "/" + database;
  }

  void stop() {
    if (postgres != null) {
      try {
        postgres.close();
      } catch (IOException e) {
        throw new LauncherException("PostgreSQL does not stop: " + e.getMessage());
      }
    }
  }

  /**
   * A crash of the launcher leaves the database running: it is asked to stop fast, as an operator
   * would.
   */
  private static void stopLeftOver(Path data) {
    try {
      Optional<ProcessHandle> process = process(data);
      if (process.isPresent()) {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.get().pid()))
            .start()
            .waitFor(5, TimeUnit.SECONDS);
        process.get().onExit().get(30, TimeUnit.SECONDS);
      }
    } catch (IOException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new LauncherException(
          "A PostgreSQL of an earlier run does not stop: end its process by hand (number in "
              + data.resolve("postmaster.pid")
              + ").");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server that runs on these data. */
  static Optional<ProcessHandle> process(Path data) throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    long pid = Long.parseLong(Files.readString(file).lines().findFirst().orElse("0").strip());
    return ProcessHandle.of(pid).filter(p -> p.info().command().orElse("").contains("postgres"));
  }
}
