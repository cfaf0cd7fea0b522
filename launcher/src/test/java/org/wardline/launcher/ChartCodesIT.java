package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of a patient is found by any of its codings and by its category. */
@ExtendWith(DemoSystem.class)
class ChartCodesIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String LOINC = "http://loinc.org%7C";
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category%7C";

  @Test
  void the_hospital_s_own_code_and_the_second_one_find_the_same_result() throws Exception {
    String patient = patient("CC-1", "CODES1");
    String ofPatient = "Observation?patient=" + patient;
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "CC-2",
            "CODES1^^^IT^MR||Roe^Codes",
            """
            OBR|1||CC-F1|PANEL^Panel^L|||20261101080000|||||||||||||||20261101090000||CH|F
            OBX|1|NM|K^Potassium^L^2823-3^Potassium^LN||4.1|mmol/L|||||F
            OBR|2||CC-F2|CXR^Chest^L|||20261101080000|||||||||||||||20261101090000||RAD|F
            OBX|1|TX|GDT^Impression^L||clear||||||F
            """));
    DemoSystem.await("results", SOON, () -> found(ofPatient).size() == 2);

    List<String> potassium = found(ofPatient + "&code=K");
    assertThat(potassium).hasSize(1);
    assertThat(found(ofPatient + "&code=" + LOINC + "2823-3")).isEqualTo(potassium);
    assertThat(found("Observation?code=" + LOINC + "2823-3&_id=" + potassium.get(0)))
        .isEqualTo(potassium);
    assertThat(found(ofPatient + "&category=" + CATEGORY + "laboratory")).isEqualTo(potassium);
    assertThat(found(ofPatient + "&code=2823-3&category=imaging")).isEmpty();
    assertThat(found(ofPatient + "&category=imaging,laboratory")).hasSize(2);
    assertThat(found(ofPatient + "&code=K&code=2823-3")).as("both of them").isEqualTo(potassium);
    assertThat(found(ofPatient + "&code=K&code=GDT")).isEmpty();
  }

  @Test
  void what_it_is_not_called_any_more_does_not_find_it() throws Exception {
    String patient = patient("CC-3", "CODES3");
    String id = kept(patient, "OLD-1", "2345-7", "exam");
    FhirClient.kept(
        FhirClient.send("PUT", "Observation/" + id, body(id, patient, "OLD-1", "2339-0", "survey")),
        200);

    String ofPatient = "Observation?patient=" + patient;
    assertThat(found(ofPatient + "&code=" + LOINC + "2345-7")).isEmpty();
    assertThat(found(ofPatient + "&category=exam")).isEmpty();
    assertThat(found(ofPatient + "&code=" + LOINC + "2339-0&category=survey")).containsExactly(id);
    DemoSystem.await("the codes of before are gone", SOON, () -> codes(id).equals("2339-0 survey"));
  }

  @Test
  void what_was_kept_before_codes_were_is_found_by_them() throws Exception {
    String patient = patient("CC-4", "CODES4");
    String id = kept(patient, "OLD-2", "718-7", "therapy");
    DemoDatabase.execute("delete from chart_code where record_id = '" + id + "'");
    DemoDatabase.execute("update chart_record set coded_version = 0 where id = '" + id + "'");

    String search = "Observation?patient=" + patient + "&code=" + LOINC + "718-7&category=therapy";
    assertThat(found(search)).as("at any time").containsExactly(id);
    DemoSystem.await("its codes are known", SOON, () -> codes(id).equals("718-7 therapy"));
    assertThat(found(search)).containsExactly(id);
  }

  @Test
  void pages_of_a_category_are_full_and_end() throws Exception {
    String patient = patient("CC-5", "CODES5");
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      wanted.add(kept(patient, "P-" + i, "8867-4", "vital-signs"));
      kept(patient, "Q-" + i, "8867-4", "activity");
    }
    List<String> all = new ArrayList<>();
    String next =
        DemoSystem.origin()
            + "/fhir/Observation?patient="
            + patient
            + "&category=vital-signs&code=8867-4&_count=2";
    while (!next.isEmpty()) {
      JsonNode page =
          FhirClient.kept(
              DemoSystem.get(next, "Authorization", "Bearer " + FhirClient.token()), 200);
      List<String> ids = ids(page);
      all.addAll(ids);
      next = "";
      for (JsonNode link : page.path("link")) {
        if (link.path("relation").asText().equals("next")) {
          assertThat(ids).hasSize(2);
          next = link.path("url").asText();
        }
      }
    }
    assertThat(all).containsExactlyElementsOf(wanted.stream().sorted().toList());
  }

  @Test
  void a_code_that_is_too_long_to_search_by_is_kept() throws Exception {
    String patient = patient("CC-6", "CODES6");
    String code = "9".repeat(5000);
    String id = kept(patient, code, code, code);
    JsonNode read = FhirClient.kept(FhirClient.get("Observation/" + id), 200);
    assertThat(read.at("/code/coding/0/code").asText()).isEqualTo(code);
    assertThat(found("Observation?patient=" + patient)).containsExactly(id);
  }

  private static String kept(String patient, String code, String second, String category)
      throws Exception {
    return FhirClient.kept(
            FhirClient.post("Observation", body("", patient, code, second, category)), 201)
        .path("id")
        .asText();
  }

  private static String body(
      String id, String patient, String code, String second, String category) {
    return """
    {"resourceType":"Observation",%s"status":"final","subject":{"reference":"Patient/%s"},
     "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"%s"}]}],
     "code":{"coding":[{"system":"urn:local","code":"%s"},{"system":"http://loinc.org","code":"%s"}]},
     "valueQuantity":{"value":4.1}}"""
        .formatted(id.isEmpty() ? "" : "\"id\":\"" + id + "\",", patient, category, code, second);
  }

  private static String codes(String id) {
    return DemoDatabase.query(
        "select coalesce(string_agg(code, ' ' order by code), '') || case when"
            + " (select coded_version = version from chart_record where id = '"
            + id
            + "') then '' else '?' end from chart_code where record_id = '"
            + id
            + "'");
  }

  private static String patient(String controlId, String number) throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", controlId, number + "^^^IT^MR||Roe^Codes", ""));
    return found("Patient?identifier=urn:wardline:authority:IT%7C" + number).get(0);
  }

  private static List<String> found(String search) {
    try {
      return ids(FhirClient.kept(FhirClient.get(search), 200));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> ids(JsonNode page) {
    return StreamSupport.stream(page.path("entry").spliterator(), false)
        .map(entry -> entry.path("resource").path("id").asText())
        .toList();
  }
}
