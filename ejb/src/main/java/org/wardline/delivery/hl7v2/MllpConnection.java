package org.wardline.delivery.hl7v2;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.wardline.message.Destination.MllpEndpoint;

/**
 * One MLLP connection (release 1): one message out, one answer in, never more than one outstanding.
 */
final class MllpConnection implements Closeable {
  private static final int START = 0x0B;
  private static final int END = 0x1C;
  private static final int RETURN = 0x0D;
  private static final int LONGEST_ANSWER = 1 << 20;

  private final Socket socket = new Socket();
  private final InputStream in;

  MllpConnection(MllpEndpoint endpoint) throws IOException {
    try {
      socket.connect(
          new InetSocketAddress(endpoint.host(), endpoint.port()),
          (int) endpoint.timeout().toMillis());
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      in = new BufferedInputStream(socket.getInputStream(), 8192);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * True while the far side has not closed it and nothing came unasked but the end of the last
   * frame.
   */
  boolean usable() {
    try {
      socket.setSoTimeout(1);
      int next = in.read();
      while (next == RETURN || next == '\n') {
        next = in.read();
      }
      return false; // closed, or something came that nobody asked for: answers could not be matched
    } catch (SocketTimeoutException e) {
      return !socket.isClosed(); // silence is what we hope for
    } catch (IOException e) {
      return false;
    }
  }

  void send(byte[] message) throws IOException {
    var frame = new ByteArrayOutputStream(message.length + 3);
    frame.write(START);
    frame.writeBytes(message);
    frame.write(END);
    frame.write(RETURN);
    socket.getOutputStream().write(frame.toByteArray());
    socket.getOutputStream().flush();
  }

  /**
   * The next answer.
   *
   * @param deadline nanoseconds, {@link System#nanoTime()}
   * @throws SocketTimeoutException when it did not come in time
   * @throws IOException when the far side closed, or sent something that is no frame
   */
  byte[] receive(long deadline) throws IOException {
    int next = read(deadline);
    while (next == RETURN || next == '\n') {
      next = read(deadline);
    }
    if (next != START) {
      throw new IOException("the answer is not framed");
    }
    var answer = new ByteArrayOutputStream(512);
    for (next = read(deadline); next != END; next = read(deadline)) {
      if (answer.size() >= LONGEST_ANSWER) {
        throw new IOException("the answer is too long");
      }
      answer.write(next);
    }
    return answer.toByteArray();
  }

  private int read(long deadline) throws IOException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    socket.setSoTimeout((int) left);
    int next = in.read();
    if (next < 0) {
      throw new IOException("the receiver closed the connection");
    }
    return next;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // closing is all that was wanted; the operating system frees it
      return;
    }
  }
}
