package org.wardline.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.ServerPart.Node;

/** All parts on one machine, started side by side and stopped together. */
public final class RunningSystem implements AutoCloseable {
  private static final int OLDEST_JAVA = 17;
  private final Installation installation;
  private final boolean demo;
  private final Consumer<String> say;
  private volatile boolean closing;
  private final SecretFiles secrets;
  private final PostgresPart postgres;
  private final KeycloakPart keycloak;
  private final List<ServerPart> servers;
  private final @Nullable BalancerPart balancer;
  private final HospitalPart hospital;

  /** One node. */
  public RunningSystem(Installation installation, boolean demo, Consumer<String> say) {
    this(installation, demo, 1, say);
  }

  /**
   * Several nodes on one database.
   *
   * @param nodes 1 to 5; behind HAProxy where it is installed
   */
  public RunningSystem(Installation installation, boolean demo, int nodes, Consumer<String> say) {
    if (nodes < 1 || nodes > Installation.MOST_NODES) {
      throw new LauncherException("One to " + Installation.MOST_NODES + " nodes can be started.");
    }
    this.installation = installation;
    this.demo = demo;
    this.say = say;
    this.secrets = new SecretFiles(installation);
    this.postgres = new PostgresPart(installation, secrets);
    this.keycloak = new KeycloakPart(installation, secrets);
    this.balancer =
        nodes > 1 && BalancerPart.program().isPresent() ? new BalancerPart(installation) : null;
    int first = balancer == null ? 0 : 1;
    this.servers =
        IntStream.range(0, nodes)
            .mapToObj(i -> new Node(i + 1, i + first))
            .map(node -> new ServerPart(installation, secrets, node))
            .toList();
    this.hospital = new HospitalPart(installation);
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @throws LauncherException naming the part that did not come up; what was started is stopped
   */
  public void start() {
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
          database.thenCompose(
              x ->
                  CompletableFuture.allOf(
                      servers.stream().map(this::begin).toArray(CompletableFuture[]::new)));
      var far = demo ? timed("demo hospital", hospital::start) : CompletableFuture.allOf();
      CompletableFuture.allOf(identity, application, far).join();
      if (balancer != null) {
        balancer.start(servers.stream().map(ServerPart::node).toList());
      }
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

  private CompletableFuture<Void> begin(ServerPart server) {
    String name = servers.size() == 1 ? "Wardline" : "Wardline, node " + server.node().number();
    return timed(name, () -> start(server, Map.of()));
  }

  /**
   * The container can fail at starting, when two of its own services race, and ends then; as the
   * service manager of a hospital does, it is started again, once.
   */
  private void start(ServerPart server, Map<String, String> environment) {
    try {
      server.start(postgres, demo, environment);
    } catch (EndedEarlyException e) {
      if (closing) {
        throw e; // it was we who ended it
      }
      say.accept(e.getMessage());
      say.accept("It is started again.");
      server.setLogAside();
      server.start(postgres, demo, environment);
      Child again = server.child();
      if (closing && again != null) {
        again.stop();
      }
    }
  }

  /** Starts a node that was ended; comes back when it is ready. */
  public void startNode(int number) {
    startNode(number, Map.of());
  }

  /**
   * Starts a node that was ended; comes back when it is ready.
   *
   * @param environment further variables of its process
   */
  public void startNode(int number, Map<String, String> environment) {
    start(servers.get(number - 1), environment);
  }

  /** The process of a node; nothing when it does not run. */
  public Optional<ProcessHandle> node(int number) {
    Child child = servers.get(number - 1).child();
    return child == null ? Optional.empty() : ProcessHandle.of(child.pid());
  }

  /** The port of a node, such as {@code mllp} or {@code http}. */
  public int port(int number, String key) {
    return installation.port(key, servers.get(number - 1).node().place());
  }

  /** Stops the database, as a failure of its machine would: at once. */
  public void stopDatabase() {
    postgres.stop();
  }

  /** Stops Keycloak. */
  void stopIdentityProvider() {
    Child child = keycloak.child();
    if (child != null) {
      child.stop();
    }
  }

  /** Starts Keycloak again; comes back when it is ready. */
  void startIdentityProvider() {
    keycloak.start(postgres, demo);
  }

  public void startDatabase() {
    postgres.start();
  }

  /** Addresses of the nodes, when nothing stands before them; else none. */
  List<String> nodeAddresses() {
    return servers.size() == 1 || balancer != null
        ? List.of()
        : servers.stream()
            .map(
                server ->
                    "node "
                        + server.node().number()
                        + "           "
                        + installation.httpOrigin(server.node().place())
                        + "/   MLLP "
                        + installation.address()
                        + ":"
                        + installation.port("mllp", server.node().place()))
            .toList();
  }

  private Stream<Child> children() {
    return Stream.concat(
            servers.stream().map(ServerPart::child), Stream.of(hospital.child(), keycloak.child()))
        .filter(Objects::nonNull);
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
    return children()
        .filter(child -> !child.alive())
        .map(child -> child.name() + " ended by itself.\n" + child.lastLines())
        .findFirst()
        .orElse("");
  }

  /** Process numbers by part. */
  public Map<String, Long> processes() {
    var found = new java.util.TreeMap<String, Long>();
    children().forEach(child -> found.put(child.name(), child.pid()));
    return found;
  }

  /** An access token of a demo client. */
  public String token(String client, List<String> scopes) {
    return new TokenRequest(installation, secrets).token(client, scopes);
  }

  /** A connection to a database of this installation, with all rights. */
  public Connection database(String name) throws SQLException {
    return DriverManager.getConnection(postgres.url(name), "postgres", databasePassword());
  }

  /** The password of the database's first user. */
  public String databasePassword() {
    return secrets.read(secrets.password("postgres"));
  }

  @Override
  public void close() {
    closing = true;
    if (balancer != null && balancer.child() != null) {
      balancer.child().stop();
    }
    List<Thread> stopping =
        children().map(child -> new Thread(child::stop, "stop " + child.name())).toList();
    stopping.forEach(Thread::start);
    stopping.forEach(RunningSystem::join);
    postgres.stop();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuseOldJava() {
    int version = Runtime.version().feature();
    if (version < OLDEST_JAVA) {
      throw new LauncherException(
          "Java " + version + " is too old: Wardline needs Java 17 or newer.");
    }
  }

  private void refuseTakenPorts() {
    Stream<String> first =
        Installation.PORTS.stream()
            .filter(key -> demo || !key.startsWith("hospital."))
            .filter(key -> taken(installation, installation.number(key)))
            .map(key -> installation.number(key) + " (" + key + ")");
    Stream<String> further =
        servers.stream()
            .map(server -> server.node().place())
            .filter(place -> place > 0)
            .flatMap(
                place ->
                    Stream.of("http", "https", "mllp", "mllps")
                        .map(k -> installation.port(k, place)))
            .filter(port -> taken(installation, port))
            .map(port -> port + " (of a further node)");
    List<String> taken = Stream.concat(first, further).toList();
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
