package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.wardline.launcher.RunningSystem;

/**
 * W6: a destination is away for a while under a steady stream of messages, and comes back. What
 * comes in must not feel it, and all of it must be filed then, once. Order is counted by the run of
 * faults.
 */
final class OutageTrial implements Trial {
  private static final int CONNECTIONS = 16;
  private static final Duration SETTLE = Duration.ofSeconds(60);

  private final RunningSystem system;
  private final WardlineDoor door;
  private final MllpSink sink;
  private final int perSecond;
  private final Duration phase;
  private final Consumer<String> say;

  /**
   * Of a running system.
   *
   * @param perSecond messages that come in
   * @param phase how long the destination is there, and then away
   */
  OutageTrial(
      RunningSystem system,
      WardlineDoor door,
      MllpSink sink,
      int perSecond,
      Duration phase,
      Consumer<String> say) {
    this.system = system;
    this.door = door;
    this.sink = sink;
    this.perSecond = perSecond;
    this.phase = phase;
    this.say = say;
  }

  @Override
  public Figures run() throws IOException, SQLException {
    String prefix = "W6" + Long.toString(System.currentTimeMillis() / 1000, 36) + ".";
    var figures = new Figures("W6: a destination is away, under " + perSecond + " messages/s");
    say.accept("warming up");
    int others = sink.count();
    long filed = load(prefix + "0").operations();
    sink.awaitCount(others + filed, SETTLE);
    say.accept("the destination is there");
    Load.Outcome usual = load(prefix + "1");
    figures.add("accepted/s while it is there", usual.rate());
    figures.add("p50 ms of a create while it is there", usual.percentile(0.5));
    figures.add("p99 ms of a create while it is there", usual.percentile(0.99));
    figures.add("MiB while it is there", memory());
    sink.awaitCount(others + filed + usual.operations(), SETTLE);
    say.accept("the destination is away");
    sink.away();
    Load.Outcome away = load(prefix + "2");
    figures.add("accepted/s while it is away", away.rate());
    figures.add("p50 ms of a create while it is away", away.percentile(0.5));
    figures.add("p99 ms of a create while it is away", away.percentile(0.99));
    figures.add("p99 away / p99 there", away.percentile(0.99) / usual.percentile(0.99));
    figures.add("MiB while it is away", memory());
    say.accept("the destination is back");
    long all = filed + usual.operations() + away.operations();
    drain(figures, others + all, away.operations());
    figures.add("MiB at the end", memory());
    List<String> arrived = sink.arrived(prefix);
    int different = new HashSet<>(arrived).size();
    figures.counted(Math.max(0, all - different), arrived.size() - different);
    return figures;
  }

  private Load.Outcome load(String prefix) throws IOException, SQLException {
    return Load.run(door, CONNECTIONS, phase, prefix, perSecond);
  }

  private void drain(Figures figures, long all, long waiting) throws IOException {
    long began = System.nanoTime();
    long before = sink.count();
    sink.back();
    sink.awaitCount(before + 1, SETTLE);
    long first = System.nanoTime();
    sink.awaitCount(all, SETTLE);
    figures.add("s until the first is filed", (first - began) / 1e9);
    figures.add("filed/s after that", waiting / ((System.nanoTime() - first) / 1e9));
  }

  private double memory() {
    return ProcessClock.memory(WardlineDoor.processes(system));
  }
}
