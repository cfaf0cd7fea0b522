package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is of a patient is found within his compartment, with the rights of a search. */
@ExtendWith(DemoSystem.class)
class CompartmentSearchIT {
  private static final Map<String, String> HIS = new TreeMap<>();
  private static String patient;

  @BeforeAll
  static void keep() throws Exception {
    patient = Samples.patient();
    String other = Samples.patient();
    for (String type : Samples.OF_PATIENT) {
      Samples.posted(type, Samples.of(type, other));
      HIS.put(type, Samples.posted(type, Samples.of(type, patient)));
    }
  }

  @Test
  void each_type_that_is_of_a_patient_is_found_there() throws Exception {
    for (Map.Entry<String, String> his : HIS.entrySet()) {
      JsonNode page = kept(FhirClient.get(path(his.getKey())), 200);
      assertThat(ids(page)).as(his.getKey()).contains(his.getValue());
      assertThat(ids(page))
          .as(his.getKey())
          .isEqualTo(ids(kept(FhirClient.get(his.getKey() + "?patient=" + patient), 200)));
    }
    assertThat(ids(kept(FhirClient.get("Patient/" + UUID.randomUUID() + "/Observation"), 200)))
        .isEmpty();
  }

  @Test
  void it_is_narrowed_paged_and_counted_like_any_search() throws Exception {
    List<String> all = new ArrayList<>(List.of(HIS.get("Observation")));
    for (int i = 0; i < 2; i++) {
      all.add(0, Samples.posted("Observation", Samples.of("Observation", patient)));
    }
    List<String> found = new ArrayList<>();
    JsonNode page = kept(FhirClient.get(path("Observation") + "?_count=2"), 200);
    found.addAll(ids(page));
    assertThat(found).hasSize(2);
    page = kept(FhirClient.get(FhirClient.next(page)), 200);
    found.addAll(ids(page));
    assertThat(found).containsExactlyInAnyOrderElementsOf(all);
    assertThat(ids(kept(FhirClient.get(path("Observation") + "?_id=" + all.get(1)), 200)))
        .containsExactly(all.get(1));
    assertThat(
            ids(kept(FhirClient.get(path("Observation") + "?patient=" + UUID.randomUUID()), 200)))
        .as("of him and of somebody else")
        .isEmpty();
  }

  @Test
  void it_needs_the_right_to_search_the_type() {
    String token = DemoSystem.token("integration-engine", "system/Patient.rs");
    for (String type : Samples.OF_PATIENT) {
      assertThat(DemoSystem.fhir(path(type), token).statusCode()).as(type).isEqualTo(403);
    }
  }

  @Test
  void an_entry_of_a_batch_searches_there_too() throws Exception {
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}]}"
            .formatted(path("Encounter"));
    JsonNode answer = kept(FhirClient.send("POST", "", bundle), 200);
    assertThat(ids(answer.at("/entry/0/resource"))).contains(HIS.get("Encounter"));
  }

  @Test
  void other_compartments_and_types_are_refused() {
    for (String path :
        List.of(
            "Practitioner/" + UUID.randomUUID() + "/Communication",
            path("Practitioner"),
            path("Nothing"),
            path("*"))) {
      assertThat(FhirClient.get(path).statusCode()).as(path).isIn(400, 404);
    }
  }

  private static String path(String type) {
    return "Patient/" + patient + "/" + type;
  }

  private static List<String> ids(JsonNode page) {
    return StreamSupport.stream(page.path("entry").spliterator(), false)
        .map(entry -> entry.at("/resource/id").asText())
        .toList();
  }
}
