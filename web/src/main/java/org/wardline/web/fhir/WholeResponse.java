package org.wardline.web.fhir;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * A response that leaves when a buffer is full, and at its end. The library flushes after numbers
 * and some other members, and the container sends a packet at each flush.
 */
final class WholeResponse extends HttpServletResponseWrapper {
  private static final int BUFFER = 16_384; // characters

  private @Nullable Text text;
  private @Nullable Bytes bytes;

  WholeResponse(HttpServletResponse response) {
    super(response);
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    Text there = text;
    if (there == null) {
      there = new Text(super.getWriter());
      text = there;
    }
    return there;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    Bytes there = bytes;
    if (there == null) {
      there = new Bytes(super.getOutputStream());
      bytes = there;
    }
    return there;
  }

  /** What was written reaches the container, also of a writer that nobody closed. */
  void complete() {
    if (text != null) {
      text.complete();
    }
  }

  private static final class Text extends PrintWriter {
    private Text(Writer container) {
      super(new BufferedWriter(container, BUFFER));
    }

    @Override
    public void flush() {
      // when the buffer is full, or at the end
    }

    private void complete() {
      super.flush();
    }

    @Override
    public void close() {
      super.flush();
      super.close();
    }
  }

  private static final class Bytes extends ServletOutputStream {
    private final ServletOutputStream container;

    private Bytes(ServletOutputStream container) {
      this.container = container;
    }

    @Override
    public void write(int one) throws IOException {
      container.write(one);
    }

    @Override
    public void write(byte[] some, int from, int length) throws IOException {
      container.write(some, from, length);
    }

    @Override
    public void flush() {
      // the container's own buffer
    }

    @Override
    public void close() throws IOException {
      container.close();
    }

    @Override
    public boolean isReady() {
      return container.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      container.setWriteListener(listener);
    }
  }
}
