package org.wardline.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Sends HL7 v2 over one MLLP connection and waits for each answer. */
final class MllpClient implements Client {
  private static final int PATIENCE_MILLIS = 30_000;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final UnaryOperator<String> message;
  private final String positive;
  private final byte[] answer = new byte[8192];

  /**
   * Connects.
   *
   * @param message by control id
   * @param positive what an answer holds that says yes, such as {@code MSA|AA}
   */
  MllpClient(int port, UnaryOperator<String> message, String positive) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 8192);
    out = socket.getOutputStream();
    this.message = message;
    this.positive = positive;
  }

  @Override
  public void operate(String id) throws IOException {
    byte[] text = message.apply(id).getBytes(StandardCharsets.UTF_8);
    byte[] frame = new byte[text.length + 3];
    frame[0] = 0x0B;
    System.arraycopy(text, 0, frame, 1, text.length);
    frame[text.length + 1] = 0x1C;
    frame[text.length + 2] = 0x0D;
    out.write(frame);
    String reply = receive();
    if (!reply.contains(positive) || !reply.contains(id)) {
      throw new IOException("not acknowledged");
    }
  }

  private String receive() throws IOException {
    int length = 0;
    int last = 0;
    for (int next = in.read(); ; next = in.read()) {
      if (next < 0) {
        throw new IOException("closed");
      }
      if (last == 0x1C && next == 0x0D) {
        return new String(answer, 0, length, StandardCharsets.UTF_8);
      }
      if (length < answer.length) {
        answer[length++] = (byte) next;
      }
      last = next;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
