package org.wardline.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.wardline.launcher.RunningSystem;

/**
 * HL7 v2 in and out again: a critical result is kept, processed and acknowledged, somebody is told,
 * and what he was told is filed over MLLP, in order. Each connection sends the next one when the
 * last one was filed.
 */
final class AlertDoor implements Contender {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunningSystem system;
  private final int port;
  private final MllpSink sink;

  AlertDoor(RunningSystem system, int port, MllpSink sink) {
    this.system = system;
    this.port = port;
    this.sink = sink;
  }

  @Override
  public String name() {
    return "Wardline: critical result in, alert out";
  }

  @Override
  public void start() {
    // the sink listens
  }

  @Override
  public Client client() throws IOException {
    var in = new MllpClient(port, Samples::criticalResult, "MSA|AA");
    return new Client() {
      @Override
      public void operate(String id) throws IOException {
        in.operate(id);
        sink.await(id, PATIENCE);
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
