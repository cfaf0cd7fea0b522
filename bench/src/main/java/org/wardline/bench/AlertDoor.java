package org.wardline.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /** Comes back when they are there, or when nothing more has come for a minute. */
  static void awaitArrived(MllpSink sink, String prefix, long number) throws IOException {
    try {
      long before = -1;
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        long arrived = sink.arrived(prefix).size();
        if (arrived >= number) {
          return;
        }
        if (arrived > before) {
          before = arrived;
          end = System.nanoTime() + PATIENCE.toNanos();
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
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
