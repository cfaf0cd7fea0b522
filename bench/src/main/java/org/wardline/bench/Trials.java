package org.wardline.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/** The trials, by name. */
final class Trials {
  private static final List<String> NAMES = List.of("w6", "w7", "w8", "w10");
  private static final Duration LONGEST_LOAD = Duration.ofSeconds(10);
  private static final Size QUICK = new Size(50, 1_000, 20, Duration.ofSeconds(3));

  private final RunningSystem system;
  private final Installation installation;
  private final MllpSink sink;
  private final Size size;

  /**
   * How much.
   *
   * @param perSecond messages that come in
   * @param rows messages that are there
   * @param pages that are open
   * @param phase how long a part of a trial takes
   */
  record Size(int perSecond, int rows, int pages, Duration phase) {}

  Trials(RunningSystem system, Installation installation, MllpSink sink, Size size, boolean quick) {
    this.system = system;
    this.installation = installation;
    this.sink = sink;
    this.size = quick ? QUICK : size;
  }

  static boolean knows(String name) {
    return NAMES.contains(name.toLowerCase(Locale.ROOT));
  }

  /** The trial of that name. */
  Trial trial(String name, Consumer<String> say) {
    int http = installation.port("http");
    Consumer<String> named = line -> say.accept(name + "  " + line);
    return switch (name) {
      case "w6" ->
          new OutageTrial(
              system,
              WardlineDoor.reminder(system, http),
              sink,
              size.perSecond(),
              size.phase(),
              named);
      case "w7" ->
          new RestartTrial(
              system, installation.port("mllp"), size.rows(), shorter(size.phase()), named);
      case "w8" ->
          new GrowthTrial(
              system, WardlineDoor.create(system, http, true), size.rows(), size.phase(), named);
      case "w10" ->
          new LiveTrial(system, installation, size.perSecond(), size.pages(), size.phase(), named);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Duration shorter(Duration phase) {
    return phase.compareTo(LONGEST_LOAD) < 0 ? phase : LONGEST_LOAD;
  }
}
