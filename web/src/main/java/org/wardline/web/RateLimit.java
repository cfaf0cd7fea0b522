package org.wardline.web;

import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;

/**
 * So many a second for each name, with a burst of some seconds' worth (token bucket). On each node
 * for itself: it guards the node.
 */
final class RateLimit {
  private static final int BURST_SECONDS = 5;
  private static final int MOST_NAMES = 20_000;
  private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final double perSecond;
  private final Clock clock;

  /** What is left for one name at that time. */
  private record Bucket(double left, long millis) {}

  /**
   * A limit.
   *
   * @param perSecond 0: none
   */
  RateLimit(int perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** True when that name may go on; takes one. */
  boolean take(String name) {
    if (perSecond <= 0) {
      return true;
    }
    long now = clock.millis();
    if (buckets.size() > MOST_NAMES) {
      buckets.values().removeIf(bucket -> refilled(bucket, now) >= perSecond * BURST_SECONDS);
    }
    var allowed = new boolean[1];
    buckets.compute(
        name,
        (key, bucket) -> {
          double left = bucket == null ? perSecond * BURST_SECONDS : refilled(bucket, now);
          allowed[0] = left >= 1;
          return new Bucket(allowed[0] ? left - 1 : left, now);
        });
    return allowed[0];
  }

  private double refilled(Bucket bucket, long now) {
    double more = Math.max(0, now - bucket.millis()) / 1000.0 * perSecond;
    return Math.min(perSecond * BURST_SECONDS, bucket.left() + more);
  }
}
