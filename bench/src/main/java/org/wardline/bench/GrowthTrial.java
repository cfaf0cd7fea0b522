package org.wardline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.wardline.launcher.RunningSystem;

/**
 * W8: messages come in by the FHIR door until there are so many; at each power of ten, how fast it
 * still is, how much a message takes on disk, and the memory of the server. Nothing is filled in by
 * hand: it takes as long as it takes.
 */
final class GrowthTrial implements Trial {
  private static final int CONNECTIONS = 8;
  private static final int FIRST = 1_000;

  private final RunningSystem system;
  private final WardlineDoor door;
  private final int most;
  private final Duration phase;
  private final Consumer<String> say;
  private final String prefix = "W8" + Long.toString(System.currentTimeMillis() / 1000, 36) + ".";
  private int slice;

  /**
   * Of a running system.
   *
   * @param most how many messages there are at the end
   * @param phase how long the load runs at a time
   */
  GrowthTrial(
      RunningSystem system, WardlineDoor door, int most, Duration phase, Consumer<String> say) {
    this.phase = phase;
    this.system = system;
    this.door = door;
    this.most = most;
    this.say = say;
  }

  @Override
  public Figures run() throws IOException, SQLException, InterruptedException {
    var figures = new Figures("W8: growth");
    door.start();
    long accepted = load(phase).operations(); // warms up
    double first = 0;
    long size = size();
    long there = number("select count(*) from message");
    for (long goal = FIRST; goal <= most; goal *= 10) {
      long before = number("select count(*) from message");
      for (long now = before; now < goal; now = number("select count(*) from message")) {
        say.accept(now + " of " + goal + " messages");
        accepted += load(phase).operations();
      }
      Load.Outcome pass = load(phase);
      accepted += pass.operations();
      first = first == 0 ? pass.rate() : first;
      figures.add("rate/s at " + goal, pass.rate());
      figures.add("rate at " + goal + " / rate at first", pass.rate() / first);
      figures.add(
          "MiB of the server at " + goal, ProcessClock.memory(WardlineDoor.processes(system)));
      long now = number("select count(*) from message");
      figures.add(
          "kB on disk per message, until " + goal, (size() - size) / 1024.0 / (now - there));
    }
    WardlineDoor.execute(system, "vacuum analyze");
    Contender.Kept kept = Objects.requireNonNull(door.kept(prefix));
    figures.counted(Math.max(0, accepted - kept.different()), kept.rows() - kept.different());
    door.close();
    return figures;
  }

  private Load.Outcome load(Duration duration) throws IOException, SQLException {
    return Load.run(door, CONNECTIONS, duration, prefix + Integer.toString(slice++, 36) + ".");
  }

  private long size() throws SQLException {
    return number("select pg_database_size('wardline')");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = system.database("wardline");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
