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
    budget =
        new BodyBudget(
            Runtime.getRuntime().maxMemory(),
            settings.number("wardline.web.long-bodies.arriving"),
            settings.number("wardline.web.long-bodies.read"),
            settings.duration("wardline.web.long-bodies.wait"));
  }

  @Override
  public void doFilter(
      ServletRequest plainRequest, ServletResponse plainResponse, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) plainRequest;
    var response = (HttpServletResponse) plainResponse;
    boolean known = request.getUserPrincipal() instanceof Caller;
    int most = known ? longest : Math.min(longest, BodyBudget.FREE);
    if (known && !take(Caller.of(request))) {
      response.setHeader("Retry-After", "1");
      Problem.write(request, response, TOO_MANY, "Too many requests. Try again in a second.");
    } else if (request.getContentLengthLong() > most) {
      Problem.write(
          request, response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, tooLong(most));
    } else {
      bounded(request, response, chain, most);
    }
  }

  /**
   * A long body waits for memory before it is read; who does not say how long it is, when it is.
   */
  private void bounded(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, int most)
      throws IOException, ServletException {
    BodyBudget.Share share = Objects.requireNonNull(budget).share(request);
    try {
      share.arrive(request.getContentLengthLong());
    } catch (OverloadedException e) {
      Problem.write(
          request,
          response,
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          String.valueOf(e.getMessage()));
      return;
    }
    try {
      chain.doFilter(new Bounded(request, share, most), response);
    } finally {
      share.give();
    }
  }

  private boolean take(Caller caller) {
    RateLimit limit = caller.actor().machine() ? machines : people;
    return Objects.requireNonNull(limit).take(caller.getName());
  }

  private static String tooLong(int most) {
    return "The body is longer than " + most + " bytes.";
  }

  /** A body that may not say how long it is. */
  private static final class Bounded extends HttpServletRequestWrapper {
    private final BodyBudget.Share share;
    private final int most;

    Bounded(HttpServletRequest request, BodyBudget.Share share, int most) {
      super(request);
      this.share = share;
      this.most = most;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new BoundedStream(super.getInputStream(), share, most);
    }
  }

  private static final class BoundedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final BodyBudget.Share share;
    private final int most;
    private long read;

    BoundedStream(ServletInputStream in, BodyBudget.Share share, int most) {
      this.in = in;
      this.share = share;
      this.most = most;
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

    private void count(int more) {
      read += more;
      if (read > most) {
        throw new BodyTooLongException(tooLong(most));
      }
      if (read > BodyBudget.FREE) {
        share.arrive(most);
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
