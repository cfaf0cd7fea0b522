package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.QualifiedParamList;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {
  /** FHIR R4 section 3.1.1.4.7, of a moment; without a zone it is that of the server. */
  @ParameterizedTest
  @CsvSource(
      value = {
        "2026-05-01T10:30:00+02:00 | 2026-05-01T08:30:00Z | 2026-05-01T08:30:01Z",
        "2026-05-01T10:30Z | 2026-05-01T10:30:00Z | 2026-05-01T10:31:00Z",
        "gt2026-05-01T10:30:00Z | 2026-05-01T10:30:01Z | ",
        "sa2026-05-01T10:30:00Z | 2026-05-01T10:30:01Z | ",
        "ge2026-05-01T10:30:00Z | 2026-05-01T10:30:00Z | ",
        "lt2026-05-01T10:30:00Z | | 2026-05-01T10:30:00Z",
        "eb2026-05-01T10:30:00Z | | 2026-05-01T10:30:00Z",
        "le2026-05-01T10:30:00Z | | 2026-05-01T10:30:01Z",
      },
      delimiter = '|')
  void a_time_lasts_as_long_as_it_is_precise(String asked, String from, String until) {
    var span = Requests.span(range(asked));
    assertThat(span.from()).isEqualTo(from == null ? null : Instant.parse(from));
    assertThat(span.until()).isEqualTo(until == null ? null : Instant.parse(until));
    assertThat(span.outside()).isFalse();
  }

  @Test
  void all_but_a_day_is_known_or_refused() {
    assertThat(Requests.span(range("ne2026-05-01")).outside()).isTrue();
    assertThatThrownBy(() -> Requests.from(range("ne2026-05-01")))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(Requests.span(null).from()).isNull();
  }

  @Test
  void a_day_is_one_of_the_server() {
    var span = Requests.span(range("2026-05-01"));
    assertThat(span.from()).isEqualTo(start("2026-05-01"));
    assertThat(span.until()).isEqualTo(start("2026-05-02"));
  }

  @Test
  void two_bounds_are_one_range() {
    var span = Requests.span(range("ge2026-01", "lt2026-03"));
    assertThat(span.from()).isEqualTo(start("2026-01-01"));
    assertThat(span.until()).isEqualTo(start("2026-03-01"));
  }

  private static Instant start(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneId.systemDefault()).toInstant();
  }

  private static DateRangeParam range(String... asked) {
    var range = new DateRangeParam();
    range.setValuesAsQueryTokens(
        FhirContext.forR4Cached(),
        "date",
        Arrays.stream(asked).map(QualifiedParamList::singleton).toList());
    return range;
  }
}
