package org.wardline.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All parts on one machine, started side by side and stopped together. */
public final class RunningSystem implements AutoCloseable {
  private static final int OLDEST_JAVA = 17;
  private final Installation installation;
  private final boolean demo;
  private final Consumer<String> say;
  private final PostgresPart postgres;
  private final KeycloakPart keycloak;
  private final ServerPart server;
  private final HospitalPart hospital;

  RunningSystem(Installation installation, boolean demo, Consumer<String> say) {
    this.installation = installation;
    this.demo = demo;
    this.say = say;
    var secrets = new SecretFiles(installation);
    this.postgres = new PostgresPart(installation, secrets);
    this.keycloak = new KeycloakPart(installation, secrets);
    this.server = new ServerPart(installation, secrets);
    this.hospital = new HospitalPart(installation);
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @throws LauncherException naming the part that did not come up; what was started is stopped
   */
  void start() {
    refuseOldJava();
    Leftovers.stopAll(installation)
        .forEach(name -> say.accept("stopped " + name + ", left over from an earlier run"));
    refuseTakenPorts();
    try {
      var database = timed("PostgreSQL", postgres::start);
      var identity =
          CompletableFuture.allOf(timed("Keycloak program", keycloak::prepare), database)
              .thenCompose(x -> timed("Keycloak", () -> keycloak.start(postgres, demo)));
      var application =
          database.thenCompose(x -> timed("Wardline", () -> server.start(postgres, demo)));
      var far = demo ? timed("demo hospital", hospital::start) : CompletableFuture.allOf();
      CompletableFuture.allOf(identity, application, far).join();
      if (demo) {
        admitDemoPatients();
      }
    } catch (CompletionException e) {
      close();
      throw e.getCause() instanceof LauncherException known
          ? known
          : new LauncherException("The start failed: " + e.getCause());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private CompletableFuture<Void> timed(String part, Runnable work) {
    return CompletableFuture.runAsync(
        () -> {
          Instant began = Instant.now();
          work.run();
          Duration took = Duration.between(began, Instant.now());
          say.accept(String.format("%-18s ready after %5.1f s", part, took.toMillis() / 1000.0));
        },
        task -> new Thread(task, part).start());
  }

  private void admitDemoPatients() {
    List<byte[]> messages = Hl7Files.messages(installation.config("demo/patients.hl7"));
    int accepted = 0;
    try (var client =
        new MllpClient(installation.address(), installation.port("mllp"), Duration.ofSeconds(10))) {
      for (byte[] message : messages) {
        accepted += client.send(message).positive() ? 1 : 0;
      }
    } catch (IOException e) {
      throw new LauncherException(
          "The demo patients cannot be admitted over MLLP: " + e.getMessage());
    }
    say.accept("demo patients      " + accepted + " of " + messages.size() + " admitted over HL7");
  }

  /** The part that ended by itself, if one did. */
  String ended() {
    return Stream.of(keycloak.child(), server.child(), hospital.child())
        .filter(Objects::nonNull)
        .filter(child -> !child.alive())
        .map(child -> child.name() + " ended by itself.\n" + child.lastLines())
        .findFirst()
        .orElse("");
  }

  /** Process numbers by part. */
  Map<String, Long> processes() {
    var found = new java.util.TreeMap<String, Long>();
    Stream.of(keycloak.child(), server.child(), hospital.child())
        .filter(Objects::nonNull)
        .forEach(child -> found.put(child.name(), child.pid()));
    return found;
  }

  @Override
  public void close() {
    Stream.of(server.child(), hospital.child(), keycloak.child())
        .filter(Objects::nonNull)
        .forEach(Child::stop);
    postgres.stop();
  }

  private static void refuseOldJava() {
    int version = Runtime.version().feature();
    if (version < OLDEST_JAVA) {
      throw new LauncherException(
          "Java " + version + " is too old: Wardline needs Java 17 or newer.");
    }
  }

  private void refuseTakenPorts() {
    List<String> taken =
        Installation.PORTS.stream()
            .filter(key -> demo || !key.startsWith("hospital."))
            .filter(key -> taken(installation, installation.number(key)))
            .map(key -> installation.number(key) + " (" + key + ")")
            .toList();
    // the database of a crashed run holds its port until it is stopped by its own part
    List<String> foreign =
        taken.stream().filter(t -> !(t.endsWith("(postgres.port)") && ownDatabase())).toList();
    if (!foreign.isEmpty()) {
      throw new LauncherException(
          "Another program uses port "
              + String.join(", ", foreign)
              + ". End it, or choose another port with --set "
              + "http.port=8081, for example; see config/launcher.properties.");
    }
  }

  private boolean ownDatabase() {
    return java.nio.file.Files.exists(
        installation.folder("postgres").resolve("data/postmaster.pid"));
  }

  static boolean taken(Installation installation, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(installation.address()), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
