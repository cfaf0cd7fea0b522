package org.wardline.intake.hl7v2;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * MLLP release 1 frames on one socket: {@code 0x0B} message {@code 0x1C 0x0D}. Bounded in length
 * and time; what stands between frames is skipped up to a limit.
 */
final class MllpFrames {
  private static final int START = 0x0B;
  private static final int END = 0x1C;
  private static final int RETURN = 0x0D;
  private static final int MOST_NOISE = 1024;

  private final Socket socket;
  private final BufferedInputStream in;
  private final int longest;
  private final Duration idle;
  private final Duration complete;

  MllpFrames(Socket socket, int longest, Duration idle, Duration complete) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
    this.longest = longest;
    this.idle = idle;
    this.complete = complete;
  }

  /** A message, or its beginning when it is too long. */
  record Frame(byte[] content, boolean tooLong) {}

  /**
   * The next frame; empty when the sender closed the connection between two.
   *
   * @throws SocketTimeoutException when nothing came within the idle time, or a message was not
   *     complete in its time
   * @throws IOException when what comes is no MLLP, or the connection breaks within a message
   */
  Optional<Frame> next() throws IOException {
    if (!awaitStart()) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + complete.toNanos();
    var content = new ByteArrayOutputStream(2048);
    byte[] chunk = new byte[8192];
    while (true) {
      limit(deadline);
      in.mark(chunk.length);
      int read = in.read(chunk);
      if (read < 0) {
        throw new EOFException("the connection ended within a message");
      }
      int end = indexOf(chunk, read, END);
      if (end >= 0) {
        content.write(chunk, 0, end);
        in.reset();
        in.skipNBytes(end + 1L);
        return Optional.of(new Frame(content.toByteArray(), content.size() > longest));
      }
      content.write(chunk, 0, read);
      if (content.size() > longest) {
        return Optional.of(new Frame(Arrays.copyOf(content.toByteArray(), 8192), true));
      }
    }
  }

  void send(byte[] message) throws IOException {
    byte[] frame = new byte[message.length + 3];
    frame[0] = START;
    System.arraycopy(message, 0, frame, 1, message.length);
    frame[frame.length - 2] = END;
    frame[frame.length - 1] = RETURN;
    socket.getOutputStream().write(frame);
    socket.getOutputStream().flush();
  }

  private boolean awaitStart() throws IOException {
    int noise = 0;
    socket.setSoTimeout((int) Math.min(idle.toMillis(), Integer.MAX_VALUE));
    for (int next = in.read(); next != START; next = in.read()) {
      if (next < 0) {
        return false;
      }
      if (next != RETURN && next != '\n' && ++noise > MOST_NOISE) {
        throw new IOException("what came is not MLLP");
      }
    }
    return true;
  }

  private void limit(long deadline) throws IOException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("the message was not complete in its time");
    }
    socket.setSoTimeout((int) left);
  }

  private static int indexOf(byte[] chunk, int length, int wanted) {
    for (int i = 0; i < length; i++) {
      if (chunk[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
