package org.wardline.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * HTTP/1.1 over one connection that is kept, as cheap as can be, so that on a small machine the
 * load takes little from what it measures.
 */
final class HttpClient implements Client {
  private static final int PATIENCE_MILLIS = 30_000;
  private final int port;
  private Socket socket;
  private InputStream in;
  private final Function<String, byte[]> request;
  private final List<Integer> expected;

  /**
   * Connects.
   *
   * @param request by id: head and body
   * @param expected statuses of answers that say yes
   */
  HttpClient(int port, UnaryOperator<String> request, Integer... expected) throws IOException {
    this(port, (Function<String, byte[]>) id -> bytes(request.apply(id)), List.of(expected));
  }

  private HttpClient(int port, Function<String, byte[]> request, List<Integer> expected)
      throws IOException {
    this.port = port;
    socket = connect();
    in = new BufferedInputStream(socket.getInputStream(), 16384);
    this.request = request;
    this.expected = expected;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A request whose body is bytes. */
  static byte[] request(String path, String token, String contentType, byte[] body, String more) {
    var request = new ByteArrayOutputStream(body.length + 4096);
    request.writeBytes(
        bytes(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
                .formatted(path, token, contentType, body.length, more)));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /** A request's text. */
  static String request(String method, String path, String token, String body) {
    return request(method, path, token, body, "application/fhir+json");
  }

  /** A request's text, for an answer of that type. */
  static String request(String method, String path, String token, String body, String accept) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nAccept: "
        + accept
        + "\r\n"
        + (body.isEmpty()
            ? ""
            : "Content-Type: application/fhir+json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n")
        + "\r\n"
        + body;
  }

  private Socket connect() throws IOException {
    var made = new Socket(InetAddress.getLoopbackAddress(), port);
    made.setTcpNoDelay(true);
    made.setSoTimeout(PATIENCE_MILLIS);
    return made;
  }

  /** Servers end a connection after some requests: then the next one gets another. */
  private void reconnect() throws IOException {
    socket.close();
    socket = connect();
    in = new BufferedInputStream(socket.getInputStream(), 16384);
  }

  @Override
  public void operate(String id) throws IOException {
    exchange(request.apply(id));
  }

  /**
   * Asks, and waits for the answer.
   *
   * @return its {@code Location}; empty when it has none
   * @throws IOException when it says no
   */
  String exchange(byte[] asked) throws IOException {
    try {
      return answered(asked);
    } catch (EOFException | SocketException e) {
      reconnect();
      throw e;
    }
  }

  private String answered(byte[] asked) throws IOException {
    socket.getOutputStream().write(asked);
    String location = "";
    int status = Integer.parseInt(line().split(" ", -1)[1]);
    long length = 0;
    boolean chunked = false;
    boolean last = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      }
      location = lower.startsWith("location:") ? header.substring(9).strip() : location;
      last |= lower.startsWith("connection:") && lower.contains("close");
      chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    if (chunked) {
      for (int size = chunk(); size > 0; size = chunk()) {
        in.skipNBytes(size + 2L);
      }
      line();
    } else {
      in.skipNBytes(length);
    }
    if (last) {
      reconnect();
    }
    if (!expected.contains(status)) {
      throw new IOException("HTTP " + status);
    }
    return location;
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
