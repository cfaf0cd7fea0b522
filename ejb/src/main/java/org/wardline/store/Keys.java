package org.wardline.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.wardline.message.Identifiers;

/** Makes keys, and tells the time that goes with them: one clock for message, receipt and audit. */
@Singleton
public class Keys {
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  @Inject
  public Keys(Clock clock) {
    this.clock = clock;
  }

  /** Now, in whole milliseconds. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** A new key of this moment. */
  public UUID next() {
    return Identifiers.version7(now(), random);
  }

  /** A new key of that moment. */
  public UUID next(Instant at) {
    return Identifiers.version7(at, random);
  }

  /** A new identifier of 20 characters for HL7 v2. */
  public String controlId() {
    return Identifiers.controlId(now(), random);
  }
}
