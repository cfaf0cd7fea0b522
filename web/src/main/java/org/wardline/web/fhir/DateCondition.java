package org.wardline.web.fhir;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;

/**
 * A moment or a time as a search asks for it (FHIR R4 section 3.1.1.4.7): both the value and what
 * is asked for last as long as they are precise, and the prefix says how they lie to each other.
 */
final class DateCondition implements Predicate<IBase> {
  private static final Pattern MINUTE =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d)(Z|[+-]\\d\\d:\\d\\d)?");

  private final ParamPrefixEnum prefix;
  private final Time wanted;

  /**
   * As a search has it.
   *
   * @throws InvalidRequestException when it is no date
   */
  DateCondition(String text) {
    ParamPrefixEnum known =
        text.length() < 2 ? null : ParamPrefixEnum.forValue(text.substring(0, 2));
    this.prefix = known == null ? ParamPrefixEnum.EQUAL : known;
    this.wanted = time(known == null ? text : text.substring(2));
  }

  /** The library's type has no minutes without seconds, which a search may have. */
  static Time time(String text) {
    Matcher minute = MINUTE.matcher(text);
    if (!minute.matches()) {
      return Time.of(moment(text));
    }
    String zone = minute.group(2) == null ? "" : minute.group(2);
    Instant first = moment(minute.group(1) + ":00" + zone).getValue().toInstant();
    return new Time(first, first.plus(1, ChronoUnit.MINUTES).minusMillis(1));
  }

  private static DateTimeType moment(String text) {
    try {
      var moment = new DateTimeType(text);
      if (moment.hasValue()) {
        return moment;
      }
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new InvalidRequestException("A date of the search is none of FHIR.", e);
    }
    throw new InvalidRequestException("A date of the search is empty.");
  }

  /** From its first moment to its last one, in milliseconds. */
  record Time(Instant first, Instant last) {
    /** The first moment that is not in it any more. */
    Instant next() {
      return last.plusMillis(1);
    }

    static Time of(BaseDateTimeType moment) {
      ZoneId zone =
          moment.getTimeZone() == null ? ZoneId.systemDefault() : moment.getTimeZone().toZoneId();
      ZonedDateTime first = moment.getValue().toInstant().atZone(zone);
      ZonedDateTime next =
          switch (moment.getPrecision()) {
            case YEAR -> first.plusYears(1);
            case MONTH -> first.plusMonths(1);
            case DAY -> first.plusDays(1);
            case MINUTE -> first.plusMinutes(1);
            case SECOND -> first.plusSeconds(1);
            case MILLI -> first.plus(1, ChronoUnit.MILLIS);
          };
      return new Time(first.toInstant(), next.toInstant().minusMillis(1));
    }
  }

  @Override
  public boolean test(IBase value) {
    return times(value).anyMatch(this::fits);
  }

  private boolean fits(Time time) {
    boolean within = !time.first.isBefore(wanted.first) && !time.last.isAfter(wanted.last);
    return switch (prefix) {
      case NOT_EQUAL -> !within;
      case GREATERTHAN -> time.last.isAfter(wanted.last);
      case GREATERTHAN_OR_EQUALS -> !time.last.isBefore(wanted.first);
      case LESSTHAN -> time.first.isBefore(wanted.first);
      case LESSTHAN_OR_EQUALS -> !time.first.isAfter(wanted.last);
      case STARTS_AFTER -> time.first.isAfter(wanted.last);
      case ENDS_BEFORE -> time.last.isBefore(wanted.first);
      default -> within;
    };
  }

  private static Stream<Time> times(IBase value) {
    if (value instanceof BaseDateTimeType moment) {
      return moment.hasValue() ? Stream.of(Time.of(moment)) : Stream.empty();
    }
    if (value instanceof Period period) {
      return Stream.of(
          new Time(
              period.getStart() != null ? Time.of(period.getStartElement()).first : Instant.MIN,
              period.getEnd() != null ? Time.of(period.getEndElement()).last : Instant.MAX));
    }
    if (value instanceof Timing timing) {
      return Stream.concat(
          timing.getEvent().stream().flatMap(DateCondition::times),
          timing.getRepeat().hasBoundsPeriod()
              ? times(timing.getRepeat().getBoundsPeriod())
              : Stream.empty());
    }
    return Stream.empty();
  }
}
