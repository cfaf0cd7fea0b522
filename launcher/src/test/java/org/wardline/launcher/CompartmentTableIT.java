package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each type that is of a patient, with a scope for one patient's alone: of another's nothing is
 * found, read, counted or given along.
 */
@ExtendWith(DemoSystem.class)
class CompartmentTableIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TYPES =
      Stream.concat(Stream.of("Patient", "Task"), Samples.OF_PATIENT.stream()).toList();

  private static final Map<String, String> OWN = new TreeMap<>();
  private static final Map<String, String> OTHERS = new TreeMap<>();
  private static String token;

  @BeforeAll
  static void prepare() throws Exception {
    fill(OWN);
    fill(OTHERS);
    List<String> scopes =
        TYPES.stream().map(type -> "system/" + type + ".rs?patient=" + OWN.get("Patient")).toList();
    new KeycloakAdmin().allow("integration-engine", scopes);
    token = DemoSystem.token("integration-engine", scopes.toArray(String[]::new));
  }

  private static void fill(Map<String, String> there) throws IOException {
    there.put("Patient", Samples.patient());
    for (String type : Samples.OF_PATIENT) {
      there.put(type, Samples.posted(type, Samples.of(type, there.get("Patient"))));
    }
    String tasks = DemoSystem.token("integration-engine", "system/Task.rs");
    JsonNode found =
        JSON.readTree(DemoSystem.fhir("Task?focus=" + there.get("Communication"), tasks).body());
    there.put("Task", found.at("/entry/0/resource/id").asText());
  }

  @Test
  void of_each_type_only_the_patients_own_is_found_and_read() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (String type : TYPES) {
      String own = OWN.get(type);
      String other = OTHERS.get(type);
      String patient = OTHERS.get("Patient");
      expect(wrong, type + "/" + own, 200);
      expect(wrong, type + "/" + other, 404);
      for (String search :
          List.of(
              type,
              type + "?_count=100",
              type + "?_id=" + own + "," + other,
              type + "?_total=accurate",
              type + "?_summary=text",
              type + "?_sort=_id")) {
        HttpResponse<String> answer = DemoSystem.fhir(search, token);
        boolean unknown = answer.statusCode() == 400 && search.contains("_sort");
        boolean notHis = answer.statusCode() == 403 && search.contains(other);
        List<String> given = JSON.readTree(answer.body()).path("entry").findValuesAsText("fullUrl");
        boolean right =
            answer.statusCode() == 200
                && given.stream().anyMatch(url -> url.endsWith(own))
                && given.stream().noneMatch(url -> url.endsWith(other))
                && !answer.body().contains(patient);
        if (!right && !unknown && !notHis) {
          wrong.add(search + ": " + answer.statusCode() + " " + answer.body());
        }
      }
      if (!type.equals("Patient")) {
        for (String search :
            List.of(
                type + "?patient=" + patient,
                type + "?patient=Patient/" + patient,
                type + "?patient:missing=true")) {
          HttpResponse<String> answer = DemoSystem.fhir(search, token);
          if (answer.statusCode() >= 500 || answer.body().contains(other)) {
            wrong.add(search + ": " + answer.statusCode() + " " + answer.body());
          }
          if (answer.statusCode() == 200
              && JSON.readTree(answer.body()).path("total").asInt() > 0) {
            wrong.add(search + " counts: " + answer.body());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void totals_say_nothing_of_others() throws Exception {
    Map<String, Integer> own = Map.of("CommunicationRequest", 1, "Communication", 2); // and its own
    for (String type : own.keySet()) {
      for (String number : List.of("_summary=count", "_count=0")) {
        JsonNode counted = JSON.readTree(DemoSystem.fhir(type + "?" + number, token).body());
        assertThat(counted.path("total").asInt()).as(type).isEqualTo(own.get(type));
      }
    }
  }

  @Test
  void nothing_is_given_along_by_a_narrow_scope() throws Exception {
    for (String search :
        List.of(
            "Communication?_include=Communication:*",
            "Communication?_include=Communication:recipient",
            "Communication?_revinclude=Task:focus",
            "Observation?_include=Observation:subject&_revinclude=Provenance:target",
            "CommunicationRequest?_revinclude=Communication:based-on")) {
      HttpResponse<String> answer = DemoSystem.fhir(search, token);
      assertThat(answer.statusCode()).as(search + answer.body()).isIn(200, 400);
      assertThat(JSON.readTree(answer.body()).path("entry").findValuesAsText("mode"))
          .as(search)
          .doesNotContain("include");
    }
    for (String closed :
        List.of(
            "Patient/" + OWN.get("Patient") + "/$everything",
            "Patient/" + OTHERS.get("Patient") + "/$everything",
            "$export")) {
      assertThat(DemoSystem.fhir(closed, token).statusCode()).as(closed).isIn(400, 403);
    }
    for (String type : Samples.OF_PATIENT) {
      assertThat(
              FhirClient.sendAs(token, "POST", type, Samples.of(type, OWN.get("Patient")))
                  .statusCode())
          .as("to write is another right: " + type)
          .isEqualTo(403);
    }
  }

  private static void expect(List<String> wrong, String path, int status) {
    HttpResponse<String> answer = DemoSystem.fhir(path, token);
    if (answer.statusCode() != status) {
      wrong.add(path + ": " + answer.statusCode() + " instead of " + status);
    }
  }
}
