package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.wardline.launcher.Installation;
import org.wardline.launcher.LauncherException;
import org.wardline.launcher.RunningSystem;

/**
 * Several nodes under steady load at every door, while one fault follows the other: nodes are
 * killed and started again, the database is stopped, the hospital's systems refuse, hang, answer
 * late or wrongly. A sender repeats what was not acknowledged, at another node, as an engine would.
 */
final class FaultRun {
  private static final Duration SETTLES_WITHIN = Duration.ofMinutes(4);
  private static final Duration COMES_BACK_WITHIN = Duration.ofMinutes(3);
  private static final List<String> MISBEHAVIOURS =
      List.of("HANG", "REFUSE", "BUSY", "LATE", "STRANGER", "DROP");
  private final RunningSystem system;
  private final Hospital hospital;
  private final int nodes;
  private final Consumer<String> say;
  private final Map<String, Integer> injected = new LinkedHashMap<>();
  private int next;
  private CompletableFuture<Void> restart = CompletableFuture.completedFuture(null);

  FaultRun(RunningSystem system, Installation installation, int nodes, Consumer<String> say) {
    this.system = system;
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
    switch (next++ % 4) {
      case 0 -> killNode(1 + next / 4 % nodes);
      case 1 -> misbehave("mllp");
      case 2 -> stopDatabase();
      default -> misbehave("fhir");
    }
  }

  /** The others work on while it comes back; one at a time. */
  private void killNode(int number) {
    if (!restart.isDone()) {
      return;
    }
    restart.join(); // one that never came back ends the run
    count("node killed");
    say.accept("node " + number + " is killed");
    system.node(number).ifPresent(ProcessHandle::destroyForcibly);
    restart =
        CompletableFuture.runAsync(
            () -> {
              system.node(number).ifPresent(FaultRun::awaitEnd);
              startAgain(number);
              say.accept("node " + number + " is back");
            },
            task -> new Thread(task, "restart").start());
  }

  /**
   * As a service manager would: a node that finds no database refuses to start, and is started
   * again.
   */
  private void startAgain(int number) {
    long end = System.nanoTime() + COMES_BACK_WITHIN.toNanos();
    while (true) {
      try {
        system.startNode(number);
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

  private void misbehave(String door) throws IOException {
    String mode = MISBEHAVIOURS.get(next / 2 % MISBEHAVIOURS.size());
    count(door + " " + mode.toLowerCase(java.util.Locale.ROOT));
    say.accept("the hospital's " + door + " door: " + mode);
    hospital.behave(door, mode, 3);
  }

  private synchronized void count(String fault) {
    injected.merge(fault, 1, Integer::sum);
  }
}
