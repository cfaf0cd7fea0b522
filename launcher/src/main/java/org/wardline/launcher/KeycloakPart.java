package org.wardline.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Keycloak: unpacked and built once for all data folders, then started directly, on PostgreSQL.
 * What was built knows no path and holds no secret, so that a copy does as well.
 */
final class KeycloakPart {
  private static final String BUILT = "wardline-built";
  private static final String SHARED = "wardline-shared";
  private final Installation installation;
  private final SecretFiles secrets;
  private @Nullable Child child;

  KeycloakPart(Installation installation, SecretFiles secrets) {
    this.installation = installation;
    this.secrets = secrets;
  }

  /** Unpacks and builds, when that was not done for this version. */
  void prepare() {
    Path home = home();
    Path archive = installation.built("launcher/target/servers/keycloak.zip");
    Path shared = archive.resolveSibling("keycloak-built");
    try {
      String version = String.valueOf(Files.size(archive));
      if (says(home.resolve(BUILT), version)) {
        return;
      }
      if (says(shared.resolve(SHARED), version)) {
        Folders.copy(shared, home);
      } else {
        build(archive, home);
        share(home, shared, version);
      }
      Files.writeString(home.resolve(BUILT), version);
    } catch (IOException e) {
      throw new LauncherException("Keycloak cannot be unpacked: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException("The start was interrupted.");
    }
  }

  private static boolean says(Path mark, String version) throws IOException {
    return Files.exists(mark) && Files.readString(mark).equals(version);
  }

  /** For the next data folder; where nothing can be written, that one builds for itself. */
  private static void share(Path home, Path shared, String version) throws IOException {
    Path folder = shared.getParent();
    if (Files.isWritable(folder)) {
      Path draft = Files.createTempDirectory(folder, "keycloak-");
      Folders.copy(home, draft);
      Files.writeString(draft.resolve(SHARED), version);
      Folders.delete(shared);
      Files.move(draft, shared);
    }
  }

  private void build(Path archive, Path home) throws IOException, InterruptedException {
    unpack(archive, home);
    List<String> command = java("-Xmx512m", List.of());
    command.addAll(
        List.of(
            "build",
            "--db=postgres",
            "--health-enabled=true",
            "--features-disabled=admin,account,impersonation,device-flow,ciba,kerberos,client-policies"));
    Process process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(installation.log("keycloak-build").toFile())
            .start();
    int exit = process.waitFor();
    if (exit != 0 && exit != 10) {
      throw new LauncherException(
          "Keycloak cannot be built; see " + installation.log("keycloak-build") + ".");
    }
  }

  void start(PostgresPart postgres, boolean demo) {
    Path realm = home().resolve("data/import/wardline-realm.json");
    write(realm, new RealmFile(installation, secrets, installation.origins()).content(demo));
    Map<String, String> environment = new HashMap<>();
    environment.put("KC_DB_USERNAME", "keycloak");
    environment.put("KC_DB_PASSWORD", secrets.read(secrets.password("db-keycloak")));
    // without an administrator, anybody on this machine could make himself one through Keycloak's
    // welcome page
    environment.put("KC_BOOTSTRAP_ADMIN_CLIENT_ID", "wardline-bootstrap");
    environment.put(
        "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET", secrets.read(secrets.password("keycloak-bootstrap")));
    List<String> command =
        java(
            installation.text("keycloak.jvm"),
            List.of("-XX:MaxMetaspaceSize=256m", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(
        List.of(
            "start",
            "--optimized",
            "--import-realm",
            "--cache=local",
            "--server-async-bootstrap=false",
            "--http-enabled=true",
            "--http-host=" + installation.address(),
            "--http-port=" + installation.port("keycloak"),
            "--http-management-port=" + installation.number("keycloak.health.port"),
            "--hostname=http://localhost:" + installation.port("keycloak"),
            "--db-url=" + postgres.url("keycloak"),
            "--db-pool-initial-size=1",
            "--db-pool-min-size=1",
            "--db-pool-max-size=10",
            "--log-level=INFO,io.smallrye.health:ERROR"));
    Child started = Child.start(installation, "keycloak", command, environment);
    child = started;
    try {
      started.awaitReady(
          health(installation), Duration.ofSeconds(installation.number("ready.seconds")));
    } finally {
      delete(realm); // it holds the demo people's secrets
    }
  }

  static String health(Installation installation) {
    return "http://"
        + installation.address()
        + ":"
        + installation.number("keycloak.health.port")
        + "/health/ready";
  }

  @Nullable Child child() {
    return child;
  }

  private Path home() {
    return installation.folder("keycloak");
  }

  private List<String> java(String options, List<String> further) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options.split(" +", -1)));
    command.addAll(further);
    command.addAll(
        List.of(
            "-Dfile.encoding=UTF-8",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Duser.language=en",
            "-Dkc.home.dir=" + home(),
            "-Djboss.server.config.dir=" + home().resolve("conf"),
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dpicocli.disable.closures=true",
            "-Dquarkus-log-max-startup-records=10000",
            "-cp",
            home().resolve("lib/quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
    return command;
  }

  /** Unpacks below the home, without the archive's own top folder. */
  private static void unpack(Path archive, Path home) throws IOException {
    try (InputStream in = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        int top = entry.getName().indexOf('/');
        Path target = home.resolve(entry.getName().substring(top + 1)).normalize();
        if (!target.startsWith(home)) {
          throw new IOException("the archive leaves its folder");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      Files.createFile(
          file,
          java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
              java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
