package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.LauncherException;
import org.wardline.launcher.RunningSystem;

/**
 * Sends one message after the other, at a steady pace. What is not acknowledged is sent again with
 * the same identifier, at the next node, until it is.
 */
final class Sender extends Thread {
  private static final Duration PACE = Duration.ofMillis(120);
  private final Door door;
  private final String name;
  private final int nodes;
  private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean open = true;
  private volatile long longestStall;

  /** Opens a connection to a node. */
  interface Door {
    Client open(int node) throws IOException;
  }

  private Sender(String name, int nodes, Door door) {
    super(name);
    this.name = name;
    this.nodes = nodes;
    this.door = door;
  }

  static Sender mllp(RunningSystem system, int nodes, int number) {
    return new Sender(
        run("H" + number),
        nodes,
        node -> new MllpClient(system.port(node, "mllp"), Told::message, "MSA|AA"));
  }

  /** A retried create that was kept before is answered with 200: both say yes. */
  static Sender fhir(RunningSystem system, int nodes, int number) {
    return new Sender(
        run("F" + number),
        nodes,
        node -> {
          String token = token(system);
          return new HttpClient(
              system.port(node, "http"),
              id -> HttpClient.request("POST", "/fhir/Communication", token, Samples.marked(id)),
              201,
              200);
        });
  }

  private static String token(RunningSystem system) throws IOException {
    try {
      return system.token("integration-engine", List.of("system/Communication.crs"));
    } catch (LauncherException e) {
      throw new IOException(e.getMessage());
    }
  }

  private static String run(String name) {
    String now = Long.toString(System.currentTimeMillis() / 1000, 36);
    return name + now.substring(now.length() - 4) + "-";
  }

  /** What its identifiers begin with. */
  String prefix() {
    return name;
  }

  /** Identifiers that were acknowledged, in the order in which they were sent. */
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  boolean communications() {
    return name.startsWith("F");
  }

  @Override
  public void run() {
    Client client = null;
    long last = System.nanoTime();
    for (int n = 0, node = 1; open; ) {
      String id = name + String.format("%05d", n);
      try {
        if (client == null) {
          client = door.open(node);
        }
        client.operate(id);
        acknowledged.add(id);
        longestStall = Math.max(longestStall, System.nanoTime() - last);
        last = System.nanoTime();
        n++;
        TimeUnit.MILLISECONDS.sleep(PACE.toMillis());
      } catch (IOException | SQLException e) {
        client = closed(client);
        node = node % nodes + 1;
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    closed(client);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Client closed(@Nullable Client client) {
    try {
      if (client != null) {
        client.close();
      }
    } catch (IOException | SQLException e) {
      return null; // it is gone
    }
    return null;
  }

  /** Ends it after the message that is under way. */
  void finish() throws InterruptedException {
    open = false;
    join(TimeUnit.MINUTES.toMillis(1));
  }

  /** The longest time in which one of them got no acknowledgment. */
  static Duration longestStall(List<Sender> senders) {
    return Duration.ofNanos(senders.stream().mapToLong(s -> s.longestStall).max().orElse(0));
  }
}
