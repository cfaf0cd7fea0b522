package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.wardline.message.ChartRecord.Code;

class ChartCodesTest {
  private static final String LOINC = "http://loinc.org";

  @Test
  void the_first_coding_stands_with_the_record_and_the_others_here() {
    assertThat(
            ChartCodes.further(
                """
                {"resourceType":"Observation","category":[
                   {"coding":[{"system":"urn:c","code":"laboratory"}]},
                   {"coding":[{"code":"chemistry"},{"code":"chemistry"}]}],
                 "code":{"coding":[{"system":"urn:local","code":"K"},{"system":"http://loinc.org","code":"2823-3"}]}}"""))
        .containsExactly(
            new Code(Code.ABOUT, LOINC, "2823-3"),
            new Code(Code.CATEGORY, "urn:c", "laboratory"),
            new Code(Code.CATEGORY, "", "chemistry"));
  }

  @Test
  void a_first_concept_in_words_only_hides_none_of_the_others() {
    assertThat(
            ChartCodes.further(
                """
                {"resourceType":"Appointment","serviceType":[
                   {"text":"dialysis"},{"coding":[{"code":"302497006"}]}]}"""))
        .containsExactly(new Code(Code.ABOUT, "", "302497006"));
  }

  @Test
  void a_code_that_nobody_could_search_by_is_left_out() {
    assertThat(
            ChartCodes.further(
                """
                {"resourceType":"Organization","type":[
                   {"coding":[{"code":"one"},{"code":"%s"},{"system":"urn:x"}]}]}"""
                    .formatted("9".repeat(300))))
        .isEmpty();
  }
}
