package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands in a patient's chart, by its date. */
@ExtendWith(DemoSystem.class)
class ChartOrderIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeAll
  static void admit() throws IOException {
    Hl7.taken(Hl7.message("ADT^A04", "CO-1", "ORDER^^^IT^MR||Roe^Ora", ""));
  }

  @Test
  void the_latest_of_a_patients_chart_comes_first_when_asked() throws Exception {
    List<String> byDate = new ArrayList<>();
    for (String when : List.of("", "2026-03-01", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z")) {
      byDate.add(observation(when));
    }
    byDate.add(1, observation("2025-12-31")); // kept last, and not the latest
    String asked = "Observation?code=urn:it:order%7Cweight&patient.identifier=ORDER&_sort=";
    assertThat(ids(get(asked + "date", "Observation.rs", "Patient.rs"))).isEqualTo(byDate);
    List<String> latest = new ArrayList<>();
    String page = asked + "-date&_count=2";
    for (int i = 0; i < 3; i++) {
      JsonNode bundle = get(page, "Observation.rs", "Patient.rs");
      for (String id : ids(bundle)) {
        latest.add(0, id);
      }
      page = i < 2 ? next(bundle) : page;
    }
    assertThat(latest).isEqualTo(byDate);
    assertThat(answer("Observation?_sort=-date", "Observation.rs").statusCode()).isEqualTo(400);
    assertThat(answer("CareTeam?_sort=-date", "CareTeam.rs").statusCode()).isEqualTo(400);
  }

  private static String observation(String when) throws IOException {
    String effective = when.isEmpty() ? "" : ",\"effectiveDateTime\":\"" + when + "\"";
    return FhirClient.kept(
            FhirClient.post(
                "Observation",
                """
                {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:it:order","code":"weight"}]},
                 "subject":{"identifier":{"value":"ORDER"}}%s}"""
                    .formatted(effective)),
            201)
        .path("id")
        .asText();
  }

  private static String next(JsonNode page) {
    return StreamSupport.stream(page.path("link").spliterator(), false)
        .filter(link -> link.path("relation").asText().equals("next"))
        .map(link -> link.path("url").asText().replaceFirst("^.*/fhir/", ""))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode get(String search, String... scopes) throws IOException {
    HttpResponse<String> answer = answer(search, scopes);
    assertThat(answer.statusCode()).as(search + " " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> answer(String search, String... scopes) {
    return DemoSystem.fhir(
        search,
        DemoSystem.token(
            "integration-engine",
            Arrays.stream(scopes).map(s -> "system/" + s).toArray(String[]::new)));
  }

  private static List<String> ids(JsonNode bundle) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .map(e -> e.path("resource").path("id").asText())
        .toList();
  }
}
