package org.wardline.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import org.wardline.launcher.RunningSystem;

/**
 * HL7 v2 in and out again: a critical result is kept, processed and acknowledged, somebody is told,
 * and what he was told is filed over MLLP, in order. A connection sends the next one when so few
 * are still to be filed as it may be ahead.
 */
final class AlertDoor implements Contender {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunningSystem system;
  private final int port;
  private final MllpSink sink;
  private final int ahead;

  /**
   * A door.
   *
   * @param ahead how many of a connection may be acknowledged and not yet filed when it sends the
   *     next one; 0: it waits until each is filed
   */
  AlertDoor(RunningSystem system, int port, MllpSink sink, int ahead) {
    this.system = system;
    this.port = port;
    this.sink = sink;
    this.ahead = ahead;
  }

  @Override
  public String name() {
    return ahead == 0
        ? "Wardline: critical result in, alert out"
        : "Wardline: critical results in, alerts out";
  }

  @Override
  public void start() {
    // the sink listens
  }

  @Override
  public Client client() throws IOException {
    var in = new MllpClient(port, Samples::criticalResult, "MSA|AA");
    Deque<String> acknowledged = new ArrayDeque<>();
    return new Client() {
      @Override
      public void operate(String id) throws IOException {
        in.operate(id);
        acknowledged.add(id);
        if (acknowledged.size() > ahead) {
          sink.await(acknowledged.remove(), PATIENCE);
        }
      }

      @Override
      public long finish() {
        long left = acknowledged.stream().filter(id -> !filed(id)).count();
        acknowledged.clear();
        return left;
      }

      private boolean filed(String id) {
        try {
          sink.await(id, PATIENCE);
          return true;
        } catch (IOException e) {
          return false;
        }
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  @Override
  public List<Long> processes() {
    return WardlineDoor.processes(system);
  }

  @Override
  public Kept kept(String prefix) {
    List<String> arrived = sink.arrived(prefix);
    return new Kept(arrived.size(), new HashSet<>(arrived).size());
  }

  @Override
  public void close() {
    // the sink is closed by who opened it
  }
}
