package org.wardline.session;

import java.time.Duration;
import org.wardline.message.InvalidMessageException;

/**
 * How long browser sessions last, by the kind of device.
 *
 * @param desk on a computer, which others may use, too
 * @param phone on a phone or tablet, which is carried about
 */
public record SessionLimits(Limit desk, Limit phone) {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST_IDLE = Duration.ofHours(12);
  private static final Duration LONGEST = Duration.ofDays(30);

  /**
   * The limits of a kind of device.
   *
   * @param idle a session ends after so long without use
   * @param absolute it ends so long after it began, used or not
   */
  public record Limit(Duration idle, Duration absolute) {
    Limit strictest(Limit other) {
      return new Limit(shorter(idle, other.idle), shorter(absolute, other.absolute));
    }

    private static Duration shorter(Duration one, Duration other) {
      return one.compareTo(other) <= 0 ? one : other;
    }

    private void check(String where) {
      if (outside(idle, LONGEST_IDLE)) {
        throw new InvalidMessageException(
            where + ".idleMinutes", "Without use, a session ends after 1 minute to 12 hours.");
      }
      if (outside(absolute, LONGEST)) {
        throw new InvalidMessageException(
            where + ".absoluteMinutes", "A session ends after 1 minute to 30 days.");
      }
      if (idle.compareTo(absolute) > 0) {
        throw new InvalidMessageException(
            where + ".idleMinutes", "A session cannot be unused for longer than it lasts.");
      }
    }

    private static boolean outside(Duration limit, Duration longest) {
      return limit.compareTo(SHORTEST) < 0 || limit.compareTo(longest) > 0;
    }
  }

  /** Of each the shorter one. */
  public SessionLimits strictest(SessionLimits other) {
    return new SessionLimits(desk.strictest(other.desk), phone.strictest(other.phone));
  }

  /** Those of that kind of device. */
  public Limit of(boolean onPhone) {
    return onPhone ? phone : desk;
  }

  /**
   * Makes sure that somebody can work with them, and that they are limits at all.
   *
   * @throws InvalidMessageException when one is out of range, or a session could be unused for
   *     longer than it lasts
   */
  public void check() {
    desk.check("desk");
    phone.check("phone");
  }
}
