package org.wardline.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A wire between two parts that can be slow, and be cut in the middle of whatever goes over it. */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 8192;
  private final String name;
  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Duration delay = Duration.ZERO;

  /** Takes a free port, and passes on to that one. */
  TcpProxy(String name, int target) throws IOException {
    this.name = name;
    this.target = target;
    this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    thread("accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Every piece waits so long, in each direction. */
  void delay(Duration each) {
    delay = each;
  }

  /** Ends all connections at once, without a farewell. */
  void cut() {
    open.forEach(TcpProxy::reset);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        try {
          join(near, new Socket(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
          reset(near); // the far part is away: as if nobody listened
        }
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void join(Socket near, Socket far) throws IOException {
    near.setTcpNoDelay(true);
    far.setTcpNoDelay(true);
    open.add(near);
    open.add(far);
    thread("to", () -> pump(near, far));
    thread("from", () -> pump(far, near));
  }

  private void pump(Socket from, Socket to) {
    var buffer = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!delay.isZero()) {
          TimeUnit.MILLISECONDS.sleep(delay.toMillis());
        }
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      reset(to); // one end is gone: the other learns of it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      if (from.isOutputShutdown()) { // the other direction has ended before
        reset(from);
        reset(to);
      }
    }
  }

  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      return; // it is closed already
    }
  }

  private void thread(String what, Runnable work) {
    var thread = new Thread(work, "proxy " + name + " " + what);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
