package org.wardline.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system of the hospital that takes whatever comes over MLLP at once: what it costs to be filed
 * is Wardline's alone. Remembers the marks of what came, in the order of arrival, and can be away.
 */
final class MllpSink implements AutoCloseable {
  private static final Pattern MARK = Pattern.compile("bench:([A-Za-z0-9.-]+):");
  private static final Pattern CONTROL_ID =
      Pattern.compile("^MSH(?:[^|\r]*\\|){9}([^|\r]*)", Pattern.DOTALL);
  private static final int END = 0x1C;

  private final int port;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<String> marks = new ArrayList<>();
  private final Set<String> different = new HashSet<>();
  private volatile ServerSocket listener;

  /** Listens on a free port. */
  MllpSink() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = listener.getLocalPort();
    accept(listener);
  }

  int port() {
    return port;
  }

  /** What a message must hold to be counted here. */
  static String mark(String id) {
    return "bench:" + id + ":";
  }

  /** Refuses every connection until {@link #back}. */
  void away() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  void back() throws IOException {
    var again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listener = again;
    accept(again);
  }

  /**
   * Comes back when that one has arrived.
   *
   * @throws IOException when it has not come in that time
   */
  void await(String mark, Duration longest) throws IOException {
    if (!await(() -> different.contains(mark), longest)) {
      throw new IOException("not filed");
    }
  }

  /** How many have arrived so far. */
  int count() {
    synchronized (marks) {
      return marks.size();
    }
  }

  /**
   * Comes back when so many have arrived, or when nothing has come for that long.
   *
   * @param number of all that arrived, whatever their marks
   */
  void awaitCount(long number, Duration longestPause) throws IOException {
    boolean goesOn = true;
    while (goesOn && count() < number) {
      int before = count();
      goesOn = await(() -> marks.size() > before, longestPause);
    }
  }

  /** Asked at each arrival, while nothing else arrives; false when that time is over. */
  private boolean await(BooleanSupplier condition, Duration longest) throws IOException {
    long end = System.nanoTime() + longest.toNanos();
    synchronized (marks) {
      try {
        while (!condition.getAsBoolean()) {
          long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (left <= 0) {
            return false;
          }
          marks.wait(left);
        }
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** Marks that begin so, in the order of their arrival. */
  List<String> arrived(String prefix) {
    synchronized (marks) {
      return marks.stream().filter(mark -> mark.startsWith(prefix)).toList();
    }
  }

  private void accept(ServerSocket at) {
    start(
        () -> {
          while (true) {
            Socket connection = at.accept();
            connections.add(connection);
            start(() -> serve(connection));
          }
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                return; // closed by one of the two
              }
            },
            "sink");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket connection) throws IOException {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream(), 16384);
      OutputStream out = connection.getOutputStream();
      var message = new ByteArrayOutputStream(4096);
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == END) {
          in.read();
          String text = message.toString(StandardCharsets.UTF_8);
          out.write(answer(text));
          count(text); // only now: what was not answered is rightly sent again
          message.reset();
        } else if (next != 0x0B) {
          message.write(next);
        }
      }
    } finally {
      connections.remove(connection);
    }
  }

  private void count(String message) {
    Matcher mark = MARK.matcher(message);
    if (mark.find()) {
      synchronized (marks) {
        marks.add(mark.group(1));
        different.add(mark.group(1));
        marks.notifyAll();
      }
    }
  }

  private static byte[] answer(String message) {
    Matcher id = CONTROL_ID.matcher(message);
    String control = id.find() ? id.group(1) : "";
    String text =
        "\u000BMSH|^~\\&|SINK|BENCH|WARDLINE|BENCH|20261101120000||ACK|S"
            + control
            + "|P|2.5.1\rMSA|AA|"
            + control
            + "\r\u001C\r";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    away();
  }
}
