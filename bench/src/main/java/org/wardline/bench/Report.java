package org.wardline.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Medians of passes and of their ratios, as a table, as JSON and as a plot. */
final class Report {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private final Workload workload;
  private final List<Pass> passes;

  Report(Workload workload, List<Pass> passes) {
    this.workload = workload;
    this.passes = List.copyOf(passes);
  }

  /**
   * A contender at a number of connections, over all passes.
   *
   * @param ours median of our rate divided by its rate in the same pass
   */
  record Row(
      String contender,
      int connections,
      double rate,
      double p50,
      double p99,
      double cpu,
      double flushes,
      double kilobytes,
      double memory,
      double ours,
      long failed,
      long lost,
      long doubled) {}

  List<Row> rows() {
    Map<String, List<Pass>> groups = new LinkedHashMap<>();
    for (Pass pass : passes) {
      groups
          .computeIfAbsent(pass.connections() + "|" + pass.contender(), k -> new ArrayList<>())
          .add(pass);
    }
    return groups.values().stream().map(this::row).toList();
  }

  private Row row(List<Pass> group) {
    Pass first = group.get(0);
    return new Row(
        first.contender(),
        first.connections(),
        median(group, Pass::rate),
        median(group, Pass::p50),
        median(group, Pass::p99),
        median(group, Pass::cpu),
        median(group, Pass::flushes),
        median(group, Pass::kilobytes),
        median(group, Pass::memory),
        median(group, this::ratio),
        group.stream().mapToLong(Pass::failed).sum(),
        group.stream().mapToLong(p -> p.lost() == null ? 0 : p.lost()).sum(),
        group.stream().mapToLong(p -> p.doubled() == null ? 0 : p.doubled()).sum());
  }

  private double ratio(Pass pass) {
    return passes.stream()
        .filter(p -> p.contender().startsWith("Wardline"))
        .filter(p -> p.number() == pass.number() && p.connections() == pass.connections())
        .mapToDouble(p -> p.rate() / pass.rate())
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double median(List<Pass> group, ToDoubleFunction<Pass> value) {
    double[] sorted = group.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** True when nothing that was acknowledged is missing or there twice. */
  boolean whole() {
    return rows().stream().allMatch(r -> r.lost() == 0 && r.doubled() == 0);
  }

  String table() {
    var text = new StringBuilder(workload + ": " + workload.title() + "\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%-46s %5s %10s %8s %8s %8s %8s %7s %7s %9s %6s %5s %7s%n",
            "contender",
            "conn",
            "rate/s",
            "p50 ms",
            "p99 ms",
            "CPU ms",
            "flushes",
            "kB",
            "MiB",
            "Wardline/",
            "failed",
            "lost",
            "doubled"));
    for (Row r : rows()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-46s %5d %10.0f %8.2f %8.2f %8.3f %8.3f %7.2f %7.0f %9.2f %6d %5d %7d%n",
              r.contender(),
              r.connections(),
              r.rate(),
              r.p50(),
              r.p99(),
              r.cpu(),
              r.flushes(),
              r.kilobytes(),
              r.memory(),
              r.ours(),
              r.failed(),
              r.lost(),
              r.doubled()));
    }
    return text.toString();
  }

  /** Writes {@code name.json} and {@code name.svg}. */
  void write(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    var all = new LinkedHashMap<String, Object>();
    all.put("workload", workload.name());
    all.put("title", workload.title());
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("java", Runtime.version().toString());
    all.put("medians", rows());
    all.put("passes", passes);
    JSON.writeValue(folder.resolve(name + ".json").toFile(), all);
    Files.writeString(folder.resolve(name + ".svg"), Plot.bars(workload.title(), rows()));
  }
}
