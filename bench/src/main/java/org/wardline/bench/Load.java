package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Closed-loop load: each connection sends the next operation when the last one was acknowledged.
 */
final class Load {
  private static final int REMEMBERED = 200_000;

  private Load() {}

  /**
   * What happened.
   *
   * @param operations that were acknowledged
   * @param failed calls that ended without acknowledgment
   * @param nanos of single calls, sorted; a part of them when there are many
   */
  record Outcome(long operations, long failed, double seconds, long[] nanos) {
    double rate() {
      return operations / seconds;
    }

    /** Milliseconds within which that part of the calls ended. */
    double percentile(double part) {
      return nanos.length == 0
          ? 0
          : nanos[(int) Math.min(nanos.length - 1L, (long) (nanos.length * part))] / 1e6;
    }
  }

  private record Share(long operations, long failed, long[] nanos) {}

  /** Runs it for that long. */
  static Outcome run(Contender contender, int connections, Duration duration, String prefix)
      throws IOException, SQLException {
    return run(contender, connections, duration, prefix, 0);
  }

  /**
   * Runs it for that long.
   *
   * @param perSecond operations that are due in a second, over all connections: the time of each
   *     counts from when it was due, so that one that holds up others is not excused; 0: each
   *     connection sends as soon as it may
   */
  static Outcome run(
      Contender contender, int connections, Duration duration, String prefix, int perSecond)
      throws IOException, SQLException {
    long interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(connections) / perSecond;
    List<Client> clients = new ArrayList<>();
    var threads = Executors.newFixedThreadPool(connections);
    try {
      for (int i = 0; i < connections; i++) {
        clients.add(contender.client());
      }
      long began = System.nanoTime();
      long end = began + duration.toNanos();
      List<Callable<Share>> shares = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Client client = clients.get(i);
        String mine = prefix + Integer.toString(i, 36) + "-";
        long first = began + interval * i / connections;
        shares.add(() -> share(client, mine, new Clock(first, interval, end), contender.size()));
      }
      List<Share> done = new ArrayList<>();
      for (Future<Share> share : threads.invokeAll(shares)) {
        done.add(share.get());
      }
      long operations = done.stream().mapToLong(Share::operations).sum();
      double seconds = (System.nanoTime() - began) / 1e9;
      long[] nanos = done.stream().flatMapToLong(s -> Arrays.stream(s.nanos())).sorted().toArray();
      return new Outcome(operations, done.stream().mapToLong(Share::failed).sum(), seconds, nanos);
    } catch (ExecutionException e) {
      throw new IllegalStateException(contender.name() + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      threads.shutdownNow();
      for (Client client : clients) {
        client.close();
      }
    }
  }

  /** When the operations of a connection are due. */
  private record Clock(long first, long interval, long end) {
    /** Waits until the operation is due, and says since when. */
    long due(long number) {
      long due = interval == 0 ? System.nanoTime() : first + number * interval;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      return due;
    }
  }

  private static Share share(Client client, String prefix, Clock clock, int size)
      throws SQLException {
    long[] nanos = new long[1024];
    long operations = 0;
    long failed = 0;
    int calls = 0;
    for (long n = 0; System.nanoTime() < clock.end(); n++) {
      long began = clock.due(n);
      try {
        client.operate(prefix + Long.toString(n, 36));
        operations += size;
      } catch (IOException e) {
        failed++;
      }
      if (calls < REMEMBERED) {
        if (calls == nanos.length) {
          nanos = Arrays.copyOf(nanos, calls * 2);
        }
        nanos[calls++] = System.nanoTime() - began;
      }
    }
    failed += client.finish();
    return new Share(operations, failed, Arrays.copyOf(nanos, calls));
  }
}
