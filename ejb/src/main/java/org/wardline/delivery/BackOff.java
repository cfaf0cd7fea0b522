package org.wardline.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.wardline.setting.Settings;

/**
 * How long to wait before it is tried again: doubled from failure to failure up to a longest wait,
 * and up to a quarter more by chance, so that what failed together does not come back together.
 *
 * @param first wait after the first failure
 * @param longest wait, without the part of chance
 */
record BackOff(Duration first, Duration longest) {

  static BackOff of(Settings settings) {
    return new BackOff(
        settings.duration("wardline.delivery.first-retry"),
        settings.duration("wardline.delivery.longest-retry"));
  }

  /**
   * The wait.
   *
   * @param failures before the last one
   */
  Duration after(int failures) {
    Duration doubled = first.multipliedBy(1L << Math.min(Math.max(failures, 0), 20));
    Duration bounded = doubled.compareTo(longest) > 0 ? longest : doubled;
    return bounded.plusMillis(ThreadLocalRandom.current().nextLong(bounded.toMillis() / 4 + 1));
  }
}
