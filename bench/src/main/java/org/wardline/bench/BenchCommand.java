package org.wardline.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.wardline.launcher.FurtherCommand;
import org.wardline.launcher.Installation;
import org.wardline.launcher.LauncherException;
import org.wardline.launcher.RunningSystem;
import org.wardline.launcher.Wardline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline bench}: measures on this machine, on data of its own. */
@Command(
    name = "bench",
    description = {
      "Measures workloads beside the limits of this machine and beside peers, and counts what was lost or doubled.",
      "w1a  HL7 v2 in, kept and accepted      w1b  HL7 v2 ADT in, processed",
      "w2   critical result in, alert out     w2s  the same, many under way",
      "w3   FHIR create                       w3d  FHIR create, and filing",
      "w4r, w4s  read, and search of messages",
      "w5a, w5p, w5d  audit trail by agent, patient, date",
      "w6   a destination away, and back      w7   killed under load, and back",
      "w8   growth                            w9u, w9d  photograph up, and down",
      "w10  live updates of open pages",
      "faults  several nodes under load while nodes, database and destinations fail",
      "Results go to the folder bench of the data."
    })
@SuppressWarnings("NullAway.Init")
public final class BenchCommand implements FurtherCommand {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "What is measured; or faults")
  private List<String> names;

  @Option(names = "--quick", description = "Short: shows that nothing is lost, measures nothing")
  private boolean quick;

  @Option(names = "--connections", split = ",", description = "Default: 1,8,32")
  private List<Integer> connections = List.of(1, 8, 32);

  @Option(names = "--nodes", description = "Of faults; default: 3")
  private int nodes = 3;

  @Option(names = "--minutes", description = "Of faults; default: 10")
  private int minutes = 10;

  @Option(names = "--passes", description = "Default: 5")
  private int passes = 5;

  @Option(names = "--seconds", description = "Length of a pass; default: 10")
  private int seconds = 10;

  @Option(names = "--warm-up", description = "Seconds for each contender, at least; default: 30")
  private int warmUp = 30;

  @Option(
      names = "--rows",
      description = "Of what is searched, or messages that are there; default: 100000")
  private int rows = 100_000;

  @Option(names = "--rate", description = "Messages a second in w6 (500) and w10 (200)")
  private int rate;

  @Option(names = "--pages", description = "Open in w10; default: 1000")
  private int pages = 1_000;

  @Option(names = "--phase", description = "Seconds of a part of w6, w8, w10; default: 60")
  private int phase = 60;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Only contenders whose name holds it, such as Wardline")
  private String only = "";

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (names.equals(List.of("faults"))) {
      faults(out);
      return;
    }
    names.forEach(BenchCommand::refuseUnknown);
    try (var sink = new MllpSink()) {
      Installation installation =
          new BenchSettings(wardline.installation()).filing(sink).installation(wardline.settings());
      try (var system = new RunningSystem(installation, true, line -> say(out, line))) {
        Runtime.getRuntime().addShutdownHook(new Thread(system::close));
        system.start();
        BenchTables.make(system);
        List<String> broken = new ArrayList<>();
        for (String name : names) {
          if (!measured(name.toLowerCase(Locale.ROOT), system, installation, sink, out)) {
            broken.add(name);
          }
        }
        if (!broken.isEmpty()) {
          throw new LauncherException(
              "Something that was acknowledged is missing or there twice in: "
                  + String.join(", ", broken)
                  + ".");
        }
      }
      say(out, "Nothing that was acknowledged is missing or there twice.");
    } catch (IOException | SQLException e) {
      throw new LauncherException("The benchmark failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean measured(
      String name, RunningSystem system, Installation installation, MllpSink sink, PrintWriter out)
      throws IOException, SQLException, InterruptedException {
    Path folder = wardline.installation().folder("bench");
    if (Trials.knows(name)) {
      int perSecond = rate > 0 ? rate : "w10".equals(name) ? 200 : 500;
      var size = new Trials.Size(perSecond, rows, pages, Duration.ofSeconds(phase));
      Figures figures =
          new Trials(system, installation, sink, size, quick)
              .trial(name, line -> say(out, line))
              .run();
      figures.write(folder, name);
      say(out, figures.table());
      return figures.whole();
    }
    Workload workload = Workload.valueOf(name.toUpperCase(Locale.ROOT));
    List<Pass> passes =
        new Bench(system, installation, plan(), sink, line -> say(out, line)).run(workload);
    var report = new Report(workload, passes);
    report.write(folder, name);
    say(out, report.table());
    return report.whole();
  }

  private Bench.Plan plan() {
    return quick
        ? new Bench.Plan(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1,
            List.of(8),
            Math.min(rows, 1_000),
            only)
        : new Bench.Plan(
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            passes,
            connections,
            rows,
            only);
  }

  private void faults(PrintWriter out) {
    Duration duration = Duration.ofSeconds(quick ? 60 : minutes * 60L);
    try (var wires = new Wires(wardline.installation())) {
      Installation installation =
          new BenchSettings(wardline.installation()).over(wires).installation(wardline.settings());
      Optional<DiskQuota> disk = DiskQuota.over(installation.folder("postgres"));
      try {
        faults(out, duration, installation, wires, disk);
      } finally {
        disk.ifPresent(DiskQuota::close);
      }
    } catch (IOException | SQLException e) {
      throw new LauncherException("The run failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void faults(
      PrintWriter out,
      Duration duration,
      Installation installation,
      Wires wires,
      Optional<DiskQuota> disk)
      throws IOException, SQLException, InterruptedException {
    try (var system = new RunningSystem(installation, true, nodes, line -> say(out, line))) {
      Runtime.getRuntime().addShutdownHook(new Thread(system::close));
      system.start();
      FaultRun.Result result =
          new FaultRun(system, installation, nodes, wires, disk, line -> say(out, line))
              .run(duration);
      say(out, "faults          " + result.faults());
      Tally.Count count = result.tally();
      say(
          out,
          String.format(
              Locale.ROOT,
              "accepted %d   lost %d   doubled %d   out of order %d   receipts missing %d   longest stall %.1f s",
              count.accepted(),
              count.lost(),
              count.doubled(),
              count.outOfOrder(),
              count.receiptsMissing(),
              result.longestStall().toMillis() / 1000.0));
      if (count.lost() + count.doubled() + count.outOfOrder() + count.receiptsMissing() > 0) {
        throw new LauncherException("Something was lost, doubled, out of order or not receipted.");
      }
    }
  }

  private static void refuseUnknown(String name) {
    if (Trials.knows(name)) {
      return;
    }
    try {
      Workload.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new LauncherException("There is no workload " + name + ".");
    }
  }

  private static synchronized void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
