package org.wardline.launcher;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends HL7 v2 messages over MLLP and reads each answer. */
final class MllpClient implements Closeable {
  private final Socket socket;
  private final InputStream in;

  MllpClient(String host, int port, Duration timeout) throws IOException {
    this(new Socket(), host, port, timeout);
  }

  /**
   * Over a socket that is not connected yet.
   *
   * @param socket plain, or of TLS
   */
  MllpClient(Socket socket, String host, int port, Duration timeout) throws IOException {
    this.socket = socket;
    socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
    socket.setSoTimeout((int) timeout.toMillis());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** What came back. */
  record Reply(String text) {
    /** MSA-1. */
    String code() {
      for (String segment : text.split("[\r\n]+", -1)) {
        if (segment.startsWith("MSA")) {
          String[] fields =
              segment.split(java.util.regex.Pattern.quote(segment.substring(3, 4)), -1);
          return fields.length > 1 ? fields[1] : "";
        }
      }
      return "";
    }

    boolean positive() {
      return code().equals("AA") || code().equals("CA");
    }
  }

  Reply send(byte[] message) throws IOException {
    write(message);
    return receive();
  }

  /** Sends without waiting for an answer. */
  void write(byte[] message) throws IOException {
    var frame = new ByteArrayOutputStream(message.length + 3);
    frame.write(0x0B);
    frame.writeBytes(message);
    frame.write(0x1C);
    frame.write(0x0D);
    socket.getOutputStream().write(frame.toByteArray());
    socket.getOutputStream().flush();
  }

  Reply receive() throws IOException {
    int next = in.read();
    while (next == '\r' || next == '\n') {
      next = in.read();
    }
    if (next != 0x0B) {
      throw new IOException(
          next < 0 ? "the receiver closed the connection" : "the answer is not framed");
    }
    var answer = new ByteArrayOutputStream(512);
    for (next = in.read(); next != 0x1C; next = in.read()) {
      if (next < 0) {
        throw new IOException("the receiver closed the connection");
      }
      answer.write(next);
    }
    return new Reply(answer.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
