package org.wardline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.wardline.launcher.Installation;
import org.wardline.launcher.LauncherException;
import org.wardline.launcher.RunningSystem;

/**
 * Several nodes under steady load at every door, while one fault follows the other: nodes are
 * killed and started again, the database is stopped, its disk is full, connections are cut or slow,
 * clocks are wrong, the hospital's systems refuse, hang, answer late or wrongly. A sender repeats
 * what was not acknowledged, at another node, as an engine would.
 */
final class FaultRun {
  private static final Duration SETTLES_WITHIN = Duration.ofMinutes(4);
  private static final Duration COMES_BACK_WITHIN = Duration.ofMinutes(5);
  private static final List<String> MISBEHAVIOURS =
      List.of("HANG", "REFUSE", "BUSY", "LATE", "STRANGER", "DROP");
  private final RunningSystem system;
  private final Hospital hospital;
  private final int nodes;
  private final Wires wires;
  private final Optional<DiskQuota> disk;
  private final Optional<SkewedClock> clock;
  private final Consumer<String> say;
  private final Map<String, Integer> injected = new LinkedHashMap<>();
  private int next;
  private CompletableFuture<Void> restart = CompletableFuture.completedFuture(null);

  FaultRun(
      RunningSystem system,
      Installation installation,
      int nodes,
      Wires wires,
      Optional<DiskQuota> disk,
      Consumer<String> say)
      throws IOException {
    this.system = system;
    this.wires = wires;
    this.disk = disk;
    this.clock = SkewedClock.found();
    this.hospital = new Hospital(installation.number("hospital.http.port"));
    this.nodes = nodes;
    this.say = say;
  }

  /**
   * What came of it.
   *
   * @param faults injected, by kind
   * @param tally counted at the end
   */
  record Result(Map<String, Integer> faults, Tally.Count tally, Duration longestStall) {}

  Result run(Duration duration) throws IOException, SQLException, InterruptedException {
    if (disk.isEmpty()) {
      say.accept("left out: a full disk (only the superuser can mount a small one)");
    }
    if (clock.isEmpty()) {
      say.accept("left out: wrong clocks (libfaketime is not installed)");
    }
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      senders.add(Sender.mllp(system, nodes, i));
      senders.add(Sender.fhir(system, nodes, i));
    }
    senders.forEach(Sender::start);
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      TimeUnit.SECONDS.sleep(3);
      inject();
    }
    restart.join();
    hospital.behave("fhir", "ACCEPT", 0);
    hospital.behave("mllp", "ACCEPT", 0);
    for (Sender sender : senders) {
      sender.finish();
    }
    say.accept("the load has ended; waiting until everything is delivered");
    var tally = new Tally(system, hospital, senders);
    tally.awaitDelivered(SETTLES_WITHIN);
    return new Result(injected, tally.count(), Sender.longestStall(senders));
  }

  private void inject() throws IOException, InterruptedException {
    int round = next / 9;
    switch (next++ % 9) {
      case 0 -> killNode(1 + round % nodes, SkewedClock.seconds(round));
      case 1 -> misbehave("mllp", round);
      case 2 -> cutDatabase();
      case 3 -> cutDestinations();
      case 4 -> stopDatabase();
      case 5 -> misbehave("fhir", round);
      case 6 -> fillDisk();
      case 7 -> slow("database", wires::delayDatabase, Duration.ofMillis(100));
      default -> slow("destinations", wires::delayDestinations, Duration.ofSeconds(2));
    }
  }

  private void cutDatabase() {
    count("database cut");
    say.accept("all connections to the database are cut");
    wires.cutDatabase();
  }

  private void cutDestinations() {
    count("destinations cut");
    say.accept("all connections to the hospital's systems are cut");
    wires.cutDestinations();
  }

  private void slow(String what, Consumer<Duration> delay, Duration each)
      throws InterruptedException {
    count(what + " slow");
    say.accept("connections to the " + what + " take " + each.toMillis() + " ms for each piece");
    delay.accept(each);
    TimeUnit.SECONDS.sleep(4);
    delay.accept(Duration.ZERO);
  }

  /** The others work on while it comes back; one at a time. */
  private void killNode(int number, int skew) {
    if (!restart.isDone()) {
      return;
    }
    restart.join(); // one that never came back ends the run
    Map<String, String> environment = clock.map(c -> c.environment(skew)).orElse(Map.of());
    count("node killed");
    say.accept("node " + number + " is killed");
    system.node(number).ifPresent(ProcessHandle::destroyForcibly);
    restart =
        CompletableFuture.runAsync(
            () -> {
              system.node(number).ifPresent(FaultRun::awaitEnd);
              startAgain(number, environment);
              if (environment.isEmpty()) {
                say.accept("node " + number + " is back");
              } else {
                count("clock skewed");
                say.accept("node " + number + " is back, its clock wrong by " + skew + " s");
              }
            },
            task -> new Thread(task, "restart").start());
  }

  /**
   * As a service manager would: a node that finds no database refuses to start, and is started
   * again.
   */
  private void startAgain(int number, Map<String, String> environment) {
    long end = System.nanoTime() + COMES_BACK_WITHIN.toNanos();
    while (true) {
      try {
        system.startNode(number, environment);
        return;
      } catch (LauncherException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        count("start refused");
        say.accept("node " + number + " could not start; it is started again");
      }
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void stopDatabase() throws InterruptedException {
    count("database stopped");
    say.accept("the database is stopped");
    system.stopDatabase();
    TimeUnit.SECONDS.sleep(4);
    system.startDatabase();
    say.accept("the database is back");
  }

  /** The database refuses what it cannot keep, or ends; then there is room again. */
  private void fillDisk() throws IOException, InterruptedException {
    if (disk.isEmpty()) {
      return;
    }
    count("disk full");
    say.accept("the disk of the database is full");
    disk.get().fill();
    TimeUnit.SECONDS.sleep(5);
    disk.get().free();
    if (databaseAnswers()) {
      say.accept("the disk has room again");
    } else {
      system.startDatabase(); // it ends when it cannot write its log, and an operator starts it
      say.accept("the disk has room again, and the database was started again");
    }
  }

  private boolean databaseAnswers() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      try (Connection connection = system.database("wardline")) {
        return connection.isValid(1);
      } catch (SQLException e) {
        TimeUnit.SECONDS.sleep(1); // it may be recovering
      }
    }
    return false;
  }

  private void misbehave(String door, int round) throws IOException {
    String mode = MISBEHAVIOURS.get((round + ("fhir".equals(door) ? 3 : 0)) % MISBEHAVIOURS.size());
    count(door + " " + mode.toLowerCase(java.util.Locale.ROOT));
    say.accept("the hospital's " + door + " door: " + mode);
    hospital.behave(door, mode, 3);
  }

  private synchronized void count(String fault) {
    injected.merge(fault, 1, Integer::sum);
  }
}
