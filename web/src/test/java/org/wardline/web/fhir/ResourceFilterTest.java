package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Map;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in no column is found as R4 says that its kind is found. */
class ResourceFilterTest {
  private static final Resource ALERT =
      (Resource)
          FhirContext.forR4Cached()
              .newJsonParser()
              .parseResource(
                  """
                  {"resourceType":"CommunicationRequest","occurrenceDateTime":"2026-11-05T10:30:00Z",
                   "medium":[{"coding":[{"system":"urn:m","code":"a,b"}]}]}""");

  private static final Resource DOCUMENT =
      (Resource)
          FhirContext.forR4Cached()
              .newJsonParser()
              .parseResource(
                  """
                  {"resourceType":"DocumentReference","description":"Résumé of the stay",
                   "context":{"period":{"start":"2026-11-01","end":"2026-11-04"}},
                   "content":[{"attachment":{"url":"Binary/1"}}]}""");

  private static final Resource PERSON =
      (Resource)
          FhirContext.forR4Cached()
              .newJsonParser()
              .parseResource(
                  """
                  {"resourceType":"Practitioner","name":[{"family":"Müller","given":["Ann","Eve"]}],
                   "address":[{"city":"Basel","line":["Spitalstrasse 1"]}]}""");

  @ParameterizedTest
  @CsvSource({
    "2026, true",
    "2026-11-05, true",
    "2026-11-04, false",
    "eq2026-11-05T10:30:00Z, true",
    "ne2026-11-05, false",
    "ne2026-11-04, true",
    "gt2026-11-05, false",
    "gt2026-11-04, true",
    "ge2026-11-05, true",
    "lt2026-11-05T10:30:00Z, false",
    "2026-11-05T10:30Z, true",
    "2026-11-05T10:31Z, false",
    "2026-11-05T11:30+01:00, true",
    "lt2026-11-06, true",
    "le2026-11-05, true",
    "sa2026-11-04, true",
    "sa2026-11-05, false",
    "eb2026-11-06, true",
    "eb2026-11-05, false"
  })
  void a_moment_is_as_long_as_it_is_precise(String wanted, boolean found) {
    assertThat(fits(ALERT, "occurrence", wanted)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11, true",
    "2026-11-02, false",
    "ge2026-11-04, true",
    "gt2026-11-03, true",
    "gt2026-11-04, false",
    "lt2026-11-02, true",
    "lt2026-11-01, false",
    "sa2026-10-31, true",
    "eb2026-11-04, false",
    "eb2026-11-05, true"
  })
  void a_time_lasts_from_its_start_to_its_end(String wanted, boolean found) {
    assertThat(fits(DOCUMENT, "period", wanted)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({"resume, true", "RÉSUMÉ OF, true", "of, false"})
  void a_text_is_found_by_its_beginning_without_case_and_accents(String wanted, boolean found) {
    assertThat(fits(DOCUMENT, "description", wanted)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "family, mull, true",
    "family, eve, false",
    "given, eve, true",
    "name, eve, true",
    "address, spital, true",
    "address-city, basel, true",
    "address-city, bern, false"
  })
  void names_and_addresses_are_found_by_their_parts(
      String parameter, String wanted, boolean found) {
    assertThat(fits(PERSON, parameter, wanted)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"valueString\":\"Positive\"', value-string, posi, true",
    "'\"valueCodeableConcept\":{\"text\":\"Positive\"}', value-string, posi, true",
    "'\"valueDateTime\":\"2026-11-05\"', value-string, 2026, false",
    "'\"valueDateTime\":\"2026-11-05\"', value-date, 2026-11, true",
    "'\"valueQuantity\":{\"value\":1}', value-date:missing, true, true",
    "'\"valueBoolean\":true', value-string:missing, false, false",
    "'\"meta\":{\"profile\":[\"urn:p|1\"]}', _profile, urn:p|1, true",
    "'\"meta\":{\"profile\":[\"urn:p|1\"]}', _profile, 1, false",
    "'\"meta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"x\"}]}', _tag, urn:t|x, true",
    "'\"meta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"x\"}]}', _security:missing, true, true"
  })
  void only_what_stands_at_the_path_of_the_parameter_is_looked_at(
      String member, String parameter, String wanted, boolean found) {
    var result =
        (Resource)
            FhirContext.forR4Cached()
                .newJsonParser()
                .parseResource("{\"resourceType\":\"Observation\"," + member + "}");
    assertThat(fits(result, parameter, wanted)).isEqualTo(found);
  }

  @Test
  void a_comma_and_a_bar_of_a_code_are_written_with_a_backslash() {
    assertThat(fits(ALERT, "medium", "urn:m|a\\,b")).isTrue();
    assertThat(fits(ALERT, "medium", "a,b")).isFalse();
    assertThat(fits(ALERT, "medium", "urn:m\\|a\\,b")).isFalse();
  }

  @Test
  void a_resource_without_the_member_is_found_only_as_missing_it() {
    assertThat(fits(DOCUMENT, "date", "ge2000")).isFalse();
    assertThat(ResourceFilter.fits(DOCUMENT, Map.of("date:missing", new String[] {"true"})))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "ge", "2026-13-01", "", "2026,never"})
  void what_is_no_date_is_refused_before_anything_is_found(String wanted) {
    assertThatThrownBy(
            () -> ResourceFilter.check("CommunicationRequest", "occurrence", new String[] {wanted}))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void how_a_name_sounds_is_not_known() {
    assertThat(ResourceFilter.knows("Practitioner", "phonetic")).isFalse();
    assertThat(ResourceFilter.knows("Practitioner", "family")).isTrue();
  }

  private static boolean fits(Resource resource, String parameter, String wanted) {
    return ResourceFilter.fits(resource, Map.of(parameter, new String[] {wanted}));
  }
}
