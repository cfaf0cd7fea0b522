package org.wardline.mapping.hl7;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HL7 v2 TS/DTM: {@code YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]} (v2.5.1 section 2.A.22). */
public final class Hl7Time {
  private static final Pattern DTM =
      Pattern.compile(
          "(\\d{4})(\\d{2})?(\\d{2})?(\\d{2})?(\\d{2})?(\\d{2})?(?:\\.\\d{1,6})?([+-]\\d{4})?");

  private Hl7Time() {}

  /**
   * The date, as precise as it was sent ({@code 1988}, {@code 1988-08} or {@code 1988-08-18});
   * empty when it is no date.
   */
  public static Optional<String> date(String text) {
    Matcher m = DTM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      if (m.group(2) == null) {
        return Optional.of(m.group(1));
      }
      var month = YearMonth.of(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
      return Optional.of(
          m.group(3) == null
              ? month.toString()
              : month.atDay(Integer.parseInt(m.group(3))).toString());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The instant; empty when it is not a time of at least day precision.
   *
   * @param zone of the sender, for times without offset
   */
  public static Optional<Instant> instant(String text, ZoneId zone) {
    Matcher m = DTM.matcher(text);
    if (!m.matches() || m.group(3) == null) {
      return Optional.empty();
    }
    try {
      var local =
          LocalDateTime.of(
              number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6));
      ZoneId at =
          m.group(7) == null
              ? zone
              : ZoneOffset.of(m.group(7).substring(0, 3) + ":" + m.group(7).substring(3));
      return Optional.of(local.atZone(at).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The offset that was sent; empty without one. */
  public static Optional<ZoneId> offset(String text) {
    Matcher m = DTM.matcher(text);
    if (!m.matches() || m.group(7) == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ZoneOffset.of(m.group(7).substring(0, 3) + ":" + m.group(7).substring(3)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int number(Matcher m, int group) {
    return m.group(group) == null ? 0 : Integer.parseInt(m.group(group));
  }
}
