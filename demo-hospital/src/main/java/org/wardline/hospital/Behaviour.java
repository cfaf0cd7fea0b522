package org.wardline.hospital;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** How the hospital answers: well, or as it was told to misbehave. */
final class Behaviour {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** What it can be told. */
  enum Mode {
    /** Keeps and accepts. */
    ACCEPT,
    /** FHIR 503; MLLP: closes new connections at once. */
    REFUSE,
    /** FHIR 422; MLLP AE with ERR 102. */
    ERROR,
    /** FHIR 400; MLLP AR with ERR 200. */
    REJECT,
    /** FHIR 503 with Retry-After; MLLP AE with ERR 206, record locked. */
    BUSY,
    /** Never answers. */
    HANG,
    /** Cuts the connection instead of answering, before it keeps anything. */
    DROP,
    /** Keeps, then answers only after the delay. */
    LATE,
    /** MLLP: answers for another message first. */
    STRANGER
  }

  private volatile Mode mode = Mode.ACCEPT;
  private volatile Duration delay = Duration.ofSeconds(15);
  private final AtomicInteger left = new AtomicInteger(-1);

  /** Tells it how to behave for the next {@code times} requests; -1: until told otherwise. */
  void tell(String wanted, int times, Duration wait) {
    if (wait.isNegative() || wait.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("delay: at most " + LONGEST);
    }
    mode = Mode.valueOf(wanted.toUpperCase(Locale.ROOT));
    delay = wait;
    left.set(times);
  }

  /** The behaviour for this request. */
  Mode next() {
    if (mode == Mode.ACCEPT || left.get() < 0) {
      return mode;
    }
    if (left.getAndDecrement() > 0) {
      return mode;
    }
    mode = Mode.ACCEPT;
    left.set(-1);
    return mode;
  }

  Mode shown() {
    return mode;
  }

  Duration delay() {
    return delay;
  }
}
