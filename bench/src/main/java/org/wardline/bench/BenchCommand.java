package org.wardline.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
      "w3   FHIR create                       w3d  FHIR create, and filing",
      "faults  several nodes under load while nodes, database and destinations fail",
      "Results go to the folder bench of the data."
    })
@SuppressWarnings("NullAway.Init")
public final class BenchCommand implements FurtherCommand {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "Workloads: w1a, w1b, w3, w3d, w4r, w4s, w5a, w5p, w5d; or faults")
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

  @Option(names = "--rows", description = "Of what is searched; default: 100000")
  private int rows = 100_000;

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
    List<Workload> workloads = names.stream().map(BenchCommand::workload).toList();
    Installation installation = installation(null);
    Bench.Plan plan =
        quick
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
    try (var system = new RunningSystem(installation, true, line -> say(out, line))) {
      Runtime.getRuntime().addShutdownHook(new Thread(system::close));
      system.start();
      BenchTables.make(system);
      boolean whole = true;
      for (Workload workload : workloads) {
        List<Pass> measured =
            new Bench(system, installation, plan, line -> say(out, line)).run(workload);
        var report = new Report(workload, measured);
        report.write(
            wardline.installation().folder("bench"), workload.name().toLowerCase(Locale.ROOT));
        say(out, report.table());
        whole &= report.whole();
      }
      if (!whole) {
        throw new LauncherException("Something that was acknowledged is missing or there twice.");
      }
      say(out, "Nothing that was acknowledged is missing or there twice.");
    } catch (IOException | SQLException e) {
      throw new LauncherException("The benchmark failed: " + e.getMessage());
    }
  }

  private void faults(PrintWriter out) {
    Duration duration = Duration.ofSeconds(quick ? 60 : minutes * 60L);
    try (var wires = new Wires(wardline.installation())) {
      Installation installation = installation(wires);
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

  /** On data of its own, with a server that is tuned as one that serves a hospital. */
  private Installation installation(@Nullable Wires wires) {
    Installation usual = wardline.installation();
    Path data = usual.folder("bench").resolve("data");
    try {
      Path files = Files.createDirectories(data.resolve("run"));
      Path sources =
          Files.writeString(
              files.resolve("sources.json"),
              "[{\"name\":\"bench-kept\",\"application\":\"BENCH-KEPT\",\"acknowledge\":\"archived\"},{\"name\":\"any\"}]");
      var own =
          new TreeMap<String, String>(Map.of("wardline.hl7.sources.file", sources.toString()));
      if (wires != null) {
        own.putAll(wires.settings(usual, files));
      }
      var text = new StringBuilder();
      own.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
      Path settings = Files.writeString(files.resolve("bench.properties"), text);
      Map<String, String> overrides = new LinkedHashMap<>(wardline.settings());
      overrides.putIfAbsent("server.settings.file", settings.toString());
      overrides.putIfAbsent(
          "server.jvm", "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:-UseCodeCacheFlushing");
      return new Installation(usual.root(), data, overrides);
    } catch (IOException e) {
      throw new LauncherException("The folder " + data + " cannot be written: " + e.getMessage());
    }
  }

  private static Workload workload(String name) {
    try {
      return Workload.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new LauncherException("There is no workload " + name + ".");
    }
  }

  private static synchronized void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
