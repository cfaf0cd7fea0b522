package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.wardline.bench.Contender.Kept;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/**
 * Runs a workload: all contenders in turn, in an order that rotates from pass to pass, so that what
 * else happens on the machine meets all of them. What was acknowledged is counted in the database
 * after each pass.
 */
final class Bench {
  private static final Duration WARM_UP_SLICE = Duration.ofSeconds(10);
  private static final int LONGEST_WARM_UP = 6;
  private static final double STILL_FASTER = 1.05;

  private final RunningSystem system;
  private final Installation installation;
  private final Plan plan;
  private final MllpSink sink;
  private final Consumer<String> say;

  /**
   * How long and how often.
   *
   * @param warmUp of each contender before the first pass, at least
   * @param pass length of one
   * @param passes number of them
   * @param connections each is measured by itself
   * @param rows of the table or trail that is searched
   * @param only what the names of the contenders must hold; empty: all are measured
   */
  record Plan(
      Duration warmUp,
      Duration pass,
      int passes,
      List<Integer> connections,
      int rows,
      String only) {}

  Bench(
      RunningSystem system,
      Installation installation,
      Plan plan,
      MllpSink sink,
      Consumer<String> say) {
    this.sink = sink;
    this.system = system;
    this.installation = installation;
    this.plan = plan;
    this.say = say;
  }

  List<Pass> run(Workload workload) throws IOException, SQLException {
    List<Contender> contenders =
        workload.contenders(system, installation, plan.rows(), sink).stream()
            .filter(c -> c.name().contains(plan.only()))
            .toList();
    List<Pass> passes = new ArrayList<>();
    try (var meter = new DatabaseMeter(system)) {
      for (Contender contender : contenders) {
        contender.start();
        warmUp(workload, contender, contenders.indexOf(contender));
      }
      int steps = plan.connections().size() * plan.passes() * contenders.size();
      List<Contender> order = new ArrayList<>(contenders);
      for (int connections : plan.connections()) {
        for (int number = 1; number <= plan.passes(); number++) {
          for (Contender contender : order) {
            progress(workload, contender.name(), 100 * passes.size() / steps);
            String prefix = prefix(workload, contenders.indexOf(contender), passes.size() + 1);
            passes.add(measure(contender, connections, number, prefix, meter));
          }
          Collections.rotate(order, 1);
        }
      }
    } finally {
      for (Contender contender : contenders) {
        contender.close();
      }
    }
    return passes;
  }

  /**
   * At least as long as planned, and then while it still gets faster: the JIT compiler takes
   * minutes over an application server on a small machine, and what is measured before it is done
   * is the interpreter.
   */
  private void warmUp(Workload workload, Contender contender, int index)
      throws IOException, SQLException {
    progress(workload, "warming up " + contender.name(), 0);
    Duration slice = plan.warmUp().compareTo(WARM_UP_SLICE) < 0 ? plan.warmUp() : WARM_UP_SLICE;
    Duration longest = plan.warmUp().multipliedBy(LONGEST_WARM_UP);
    double best = Double.MAX_VALUE;
    boolean faster = false;
    for (Duration done = Duration.ZERO;
        done.compareTo(plan.warmUp()) < 0 || (faster && done.compareTo(longest) < 0);
        done = done.plus(slice)) {
      double rate = Load.run(contender, 8, slice, prefix(workload, index, 0)).rate();
      faster = rate > best * STILL_FASTER;
      best = best == Double.MAX_VALUE ? rate : Math.max(best, rate);
    }
  }

  /** Unique in the database: control ids have at most 20 characters. */
  private static String prefix(Workload workload, int contender, int step) {
    String now = Long.toString(System.currentTimeMillis() / 1000, 36);
    return workload.name()
        + Integer.toString(contender, 36)
        + now.substring(now.length() - 5)
        + Integer.toString(step, 36)
        + ".";
  }

  private Pass measure(
      Contender contender, int connections, int number, String prefix, DatabaseMeter meter)
      throws IOException, SQLException {
    double cpuBefore = ProcessClock.millis(contender.processes());
    DatabaseMeter.Reading before = meter.read();
    Load.Outcome outcome = Load.run(contender, connections, plan.pass(), prefix);
    DatabaseMeter.Reading after = meter.read();
    double cpu =
        ProcessClock.millis(contender.processes()) - cpuBefore + after.millis() - before.millis();
    double operations = Math.max(1, outcome.operations());
    Kept kept = contender.kept(prefix);
    return new Pass(
        contender.name(),
        connections,
        number,
        outcome.rate(),
        outcome.percentile(0.5),
        outcome.percentile(0.99),
        cpu / operations,
        (after.flushes() - before.flushes()) / operations,
        (after.bytes() - before.bytes()) / 1024 / operations,
        ProcessClock.memory(contender.processes()),
        outcome.failed(),
        kept == null ? null : Math.max(0, outcome.operations() - kept.different()),
        kept == null ? null : kept.rows() - kept.different());
  }

  private void progress(Workload workload, String what, int percent) {
    String bar = "#".repeat(percent / 5) + ".".repeat(20 - percent / 5);
    say.accept(String.format("%-4s [%s] %3d %%  %s", workload, bar, percent, what));
  }
}
