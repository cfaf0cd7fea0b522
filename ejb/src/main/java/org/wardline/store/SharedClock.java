package org.wardline.store;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The database's clock, as it is known on this node. All nodes go by it, so that leases, receipts,
 * and audit records of several nodes can be compared although the clocks of their machines differ.
 * Between two readings it goes on with the machine's monotonic clock, which nobody sets.
 */
@Singleton
public class SharedClock extends Clock {
  /** A reading that took longer says too little. */
  private static final Duration TOO_SLOW = Duration.ofSeconds(1);

  private final Clock own;
  private final LongSupplier nanos;
  private volatile @Nullable Reading last;

  private record Reading(Instant at, long nanos) {}

  public SharedClock() {
    this(Clock.systemUTC(), System::nanoTime);
  }

  SharedClock(Clock own, LongSupplier nanos) {
    this.own = own;
    this.nanos = nanos;
  }

  /**
   * Reads the database's clock; the answer is taken to be of the middle of the round trip.
   *
   * @return by how much the clock of this machine is ahead; negative when it is behind
   * @throws StoreException when the database is away; the clock goes on as it was
   */
  public Duration read(Database database) {
    long asked = nanos.getAsLong();
    Instant told =
        database.first("select clock_timestamp() as now", row -> row.instant("now")).orElseThrow();
    long tookNanos = nanos.getAsLong() - asked;
    if (last == null || tookNanos < TOO_SLOW.toNanos()) {
      last = new Reading(told, asked + tookNanos / 2);
    }
    return Duration.between(instant(), own.instant());
  }

  @Override
  public Instant instant() {
    Reading reading = last;
    return reading == null
        ? own.instant() // before the first reading there is nothing to compare it with
        : reading.at().plusNanos(nanos.getAsLong() - reading.nanos());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    if (zone.equals(getZone())) {
      return this;
    }
    throw new UnsupportedOperationException("this clock tells UTC");
  }
}
