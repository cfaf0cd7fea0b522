package org.wardline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.wardline.launcher.RunningSystem;

/**
 * W7: the server is killed under load and started again, with many messages kept. How long until it
 * acknowledges again, and whether all is there that it had acknowledged.
 */
final class RestartTrial implements Trial {
  private static final int CONNECTIONS = 8;
  private static final String FILL =
      """
      insert into inbound (id, organization_id, source, control_id, message_type, data_key_id, sealed, body_hash, outcome, received_at)
      select (left(i.id::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, i.organization_id, i.source, 'KEPT' || n, i.message_type, i.data_key_id,
        i.sealed, i.body_hash, i.outcome, i.received_at
      from (select * from inbound where control_id like 'W7%%' limit 1) i,
        generate_series((select count(*) from inbound where control_id like 'KEPT%%') + 1, %d) n""";

  private final RunningSystem system;
  private final int port;
  private final int kept;
  private final int seconds;
  private final Consumer<String> say;
  private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
  private final String prefix = "W7" + Long.toString(System.currentTimeMillis() / 1000, 36) + ".";

  /**
   * Of a running system with one node.
   *
   * @param kept how many messages are there
   * @param load how long it is under load before it is killed
   */
  RestartTrial(RunningSystem system, int port, int kept, Duration load, Consumer<String> say) {
    this.seconds = (int) load.toSeconds();
    this.system = system;
    this.port = port;
    this.kept = kept;
    this.say = say;
  }

  @Override
  public Figures run() throws IOException, SQLException, InterruptedException {
    var figures = new Figures("W7: killed under load, started again");
    say.accept("load");
    load("0", new AtomicBoolean(true), seconds);
    say.accept("messages are filled in until there are " + kept);
    WardlineDoor.execute(system, FILL.formatted(kept));
    WardlineDoor.execute(system, "vacuum analyze inbound");
    ProcessHandle server = system.node(1).orElseThrow();
    var until = new AtomicBoolean(true);
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(
            () -> load("1", until, 10 * seconds), task -> new Thread(task, "load").start());
    TimeUnit.SECONDS.sleep(seconds);
    say.accept("the server is killed");
    server.destroyForcibly();
    until.set(false);
    load.join();
    server.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    long began = System.nanoTime();
    CompletableFuture<Void> start =
        CompletableFuture.runAsync(
            () -> system.startNode(1), task -> new Thread(task, "start").start());
    awaitFirst(start);
    figures.add(
        "s from the start of the process to the first AA", (System.nanoTime() - began) / 1e9);
    start.join();
    load("2", new AtomicBoolean(true), seconds);
    count(figures);
    return figures;
  }

  private void awaitFirst(CompletableFuture<Void> start) throws InterruptedException, IOException {
    for (int n = 0; ; n++) {
      String id = prefix + "f" + n;
      try (var client = client()) {
        client.operate(id);
        acknowledged.add(id);
        return;
      } catch (IOException e) {
        if (start.isCompletedExceptionally()) {
          throw new IOException("the server did not come back", e);
        }
        TimeUnit.MILLISECONDS.sleep(20); // it does not listen yet
      }
    }
  }

  private MllpClient client() throws IOException {
    return new MllpClient(port, id -> Samples.admission("BENCH", "", id), "MSA|AA");
  }

  /** Until told to end, or that long; a connection that breaks ends its part. */
  private void load(String part, AtomicBoolean until, int longest) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(longest);
    List<Thread> senders = new ArrayList<>();
    for (int c = 0; c < CONNECTIONS; c++) {
      String mine = prefix + part + c + "-";
      var sender = new Thread(() -> send(mine, until, end), "sender");
      sender.start();
      senders.add(sender);
    }
    for (Thread sender : senders) {
      try {
        sender.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void send(String mine, AtomicBoolean until, long end) {
    try (var client = client()) {
      for (int n = 0; until.get() && System.nanoTime() < end; n++) {
        client.operate(mine + Integer.toString(n, 36));
        acknowledged.add(mine + Integer.toString(n, 36));
      }
    } catch (IOException e) {
      say.accept("a connection broke"); // what it had not acknowledged is not counted
    }
  }

  private void count(Figures figures) throws SQLException {
    Map<String, Long> there = new HashMap<>();
    long all = 0;
    try (Connection connection = system.database("wardline");
        PreparedStatement find =
            connection.prepareStatement(
                "select control_id, count(*) from inbound where control_id like ? group by 1");
        PreparedStatement number = connection.prepareStatement("select count(*) from inbound");
        ResultSet total = number.executeQuery()) {
      total.next();
      all = total.getLong(1);
      find.setString(1, prefix + "%");
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          there.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    figures.add("messages kept", (double) all);
    figures.add("acknowledged in this trial", acknowledged.size());
    figures.counted(
        acknowledged.stream().filter(id -> !there.containsKey(id)).count(),
        there.values().stream().filter(n -> n > 1).count());
  }
}
