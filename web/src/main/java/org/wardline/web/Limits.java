package org.wardline.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wardline.setting.Settings;
import org.wardline.store.OverloadedException;

/** Nobody may ask so much, or send so much at once, that others must wait. */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
@SuppressWarnings("NullAway.Init")
public class Limits implements Filter {
  private static final int TOO_MANY = 429;
  private static final String BUSY =
      "Too many long bodies are under way, and nothing was kept. Try again in a moment.";

  @Inject private Settings settings;
  @Inject private Clock clock;
  private @Nullable RateLimit people;
  private @Nullable RateLimit machines;
  private int longest;
  private @Nullable BodyBudget budget;

  @Override
  public void init(FilterConfig config) {
    people = new RateLimit(settings.number("wardline.web.requests-per-second"), clock);
    machines = new RateLimit(settings.number("wardline.web.machine.requests-per-second"), clock);
    longest = settings.number("wardline.web.max-bytes");
    budget = new BodyBudget(Runtime.getRuntime().maxMemory());
  }

  @Override
  public void doFilter(
      ServletRequest plainRequest, ServletResponse plainResponse, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) plainRequest;
    var response = (HttpServletResponse) plainResponse;
    if (request.getUserPrincipal() instanceof Caller caller && !take(caller)) {
      response.setHeader("Retry-After", "1");
      Problem.write(request, response, TOO_MANY, "Too many requests. Try again in a second.");
    } else if (request.getContentLengthLong() > longest) {
      Problem.write(request, response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, tooLong());
    } else {
      bounded(request, response, chain);
    }
  }

  /**
   * A long body waits for memory before it is read; who does not say how long it is, when it is.
   */
  private void bounded(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    BodyBudget memory = Objects.requireNonNull(budget);
    int weight = memory.weight(request.getContentLengthLong(), request.getContentType());
    if (!memory.take(weight)) {
      Problem.write(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, BUSY);
      return;
    }
    var body = new Bounded(request, memory, weight);
    try {
      chain.doFilter(body, response);
    } finally {
      body.done();
    }
  }

  private boolean take(Caller caller) {
    RateLimit limit = caller.actor().machine() ? machines : people;
    return Objects.requireNonNull(limit).take(caller.getName());
  }

  private String tooLong() {
    return "The body is longer than " + longest + " bytes.";
  }

  /** A body that may not say how long it is, and what it took of the memory. */
  private final class Bounded extends HttpServletRequestWrapper {
    private final BodyBudget memory;
    private int taken;

    Bounded(HttpServletRequest request, BodyBudget memory, int taken) {
      super(request);
      this.memory = memory;
      this.taken = taken;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new BoundedStream(super.getInputStream(), this);
    }

    /** It is a long one: it may be as long as any. */
    private void grow() {
      if (taken == 0) {
        int weight = memory.weight(longest, getContentType());
        if (!memory.take(weight)) {
          throw new OverloadedException(BUSY);
        }
        taken = weight;
      }
    }

    private void done() {
      memory.give(taken);
      taken = 0;
    }
  }

  private final class BoundedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final Bounded body;
    private long read;

    BoundedStream(ServletInputStream in, Bounded body) {
      this.in = in;
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = in.read(bytes, offset, length);
      count(Math.max(0, got));
      return got;
    }

    private void count(int more) throws BodyTooLongException {
      read += more;
      if (read > longest) {
        throw new BodyTooLongException(tooLong());
      }
      if (read > BodyBudget.FREE) {
        body.grow();
      }
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
