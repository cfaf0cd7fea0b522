package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patients are found by numbers and names as FHIR R4 has it (section 3.1.1.4.8 of texts). */
@ExtendWith(DemoSystem.class)
class PatientSearchIT {
  private static final String SYSTEM = "urn:wardline:authority:IT";

  @BeforeAll
  static void admit() throws IOException {
    patient("PS-1", "Zwolle-Achterberg", "Anna Maria", "Pia");
    patient("PS-2", "Zwolle", "Anneke");
    patient("PS-3", "van der Zwolle", "Zoë");
    kept(
        post(
            "Patient",
            """
            {"resourceType":"Patient","identifier":[{"system":"%s","value":"PS-4","type":{"coding":[{"system":
             "http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}],"deceasedDateTime":"2026-01-02",
             "name":[{"family":"Chälmersqvist"},{"use":"usual","given":["Jimqvist"]},{"use":"maiden","family":"Windsorqvist"}]}"""
                .formatted(SYSTEM)),
        201);
  }

  private static void patient(String number, String family, String... given) throws IOException {
    kept(
        post(
            "Patient",
            """
            {"resourceType":"Patient","identifier":[{"system":"%s","value":"%s","type":{"coding":[{"system":
             "http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}],
             "name":[{"family":"%s","given":["%s"]}],"address":[{"city":"Alkmaar"}]}"""
                .formatted(SYSTEM, number, family, String.join("\",\"", given))),
        201);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "family=zwolle; PS-1 PS-2",
        "family:contains=ZWOLLE; PS-1 PS-2 PS-3",
        "family:exact=Zwolle; PS-2",
        "family:exact=zwolle; ''",
        "family=zwolle-a,van der z; PS-1 PS-3",
        "family=zwolle&given=pia; PS-1",
        "given=anneke,zo&family:contains=zwolle; PS-2 PS-3",
        "given:exact=Anna Maria; PS-1",
        "given:exact=Anna&family:contains=zwolle; ''",
        "given:contains=maria&family=zwolle; PS-1",
        "name=zwolle anna; PS-1",
        "name=zwolle anneke,zwolle pia; PS-1 PS-2",
        "name=van der zwolle; PS-3",
        "name=maria zwolle; PS-1",
        "name=zwolle&given=pia&family=zwolle; PS-1",
        "name:contains=achter; PS-1",
        "name:exact=Zoë&family:contains=zwolle; PS-3",
        "identifier=PS-1,PS-3; PS-1 PS-3",
        "identifier=urn:wardline:authority:IT|PS-1,urn:other|PS-2; PS-1",
        "identifier=PS-1,PS-2&family:exact=Zwolle; PS-2",
        "identifier=PS-9; ''",
        "family=windsorqv; PS-4",
        "given=jimq; PS-4",
        "given=windsorq; ''",
        "family:exact=Jimqvist; ''",
        "name:contains=dsorqvi; PS-4",
        "family=CHALMERSQ; PS-4",
        "name=jimqvist chälmersq; PS-4",
        "identifier=PS-4,PS-1&deceased=true; PS-4",
        "identifier=PS-4,PS-1&deceased=false; PS-1"
      })
  void each_way_to_name_a_patient_finds_those_who_are_meant(String query, String numbers)
      throws Exception {
    assertThat(found(query)).containsExactlyInAnyOrderElementsOf(words(numbers));
  }

  @Test
  void a_record_that_was_given_up_is_found_where_it_is_asked_for() throws Exception {
    patient("PS-OLD", "Givenup", "Ada");
    String old = kept(get("Patient?identifier=PS-OLD"), 200).at("/entry/0/resource/id").asText();
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "PS-MERGE", "PS-NEW^^^IT^MR||Givenup^Ada", "MRG|PS-OLD^^^IT^MR"));
    assertThat(kept(get("Patient?_id=" + old), 200).at("/entry/0/resource/active").asBoolean(true))
        .isFalse();
    assertThat(found("family=givenup&active=false")).hasSize(1);
    assertThat(found("family=givenup"))
        .hasSize(1)
        .isNotEqualTo(found("family=givenup&active=false"));
  }

  @Test
  void pages_of_numbers_hold_each_once() throws Exception {
    List<String> met = new ArrayList<>();
    String next = "Patient?_count=1&identifier=PS-3,PS-1,PS-2,PS-1";
    while (!next.isEmpty() && met.size() < 9) {
      JsonNode page = kept(get(next), 200);
      met.addAll(numbers(page));
      next = FhirClient.next(page);
    }
    assertThat(met).containsExactlyInAnyOrder("PS-1", "PS-2", "PS-3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=a b c d e f g h i j k l m n o p q r s t u",
        "identifier=urn:it|",
        "family:below=x",
        "name:text=x",
        "gender:exact=x"
      })
  void what_cannot_be_heeded_is_refused(String query) throws Exception {
    JsonNode refused = kept(get("Patient?" + encoded(query)), 400);
    assertThat(refused.at("/issue/0/code").asText()).isEqualTo("invalid");
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.split(" ", -1));
  }

  private static List<String> found(String query) throws IOException {
    return numbers(kept(get("Patient?" + encoded(query)), 200));
  }

  private static List<String> numbers(JsonNode page) {
    List<String> numbers = new ArrayList<>();
    page.path("entry").forEach(e -> numbers.add(e.at("/resource/identifier/0/value").asText()));
    return numbers;
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8)
        .replace("%3D", "=")
        .replace("%26", "&")
        .replace("%3A", ":")
        .replace("%2C", ",");
  }
}
