package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Creating and updating by an identifier instead of by our key (FHIR R4 section 3.1.0.8 and 10).
 */
@ExtendWith(DemoSystem.class)
class ConditionalIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT =
      """
      {"resourceType":"Observation","status":"%s","identifier":[{"system":"urn:lis","value":"%s"}],"code":{"text":"Potassium"},
       "subject":{"identifier":{"system":"urn:it","value":"COND-1"}},"valueString":"%s"}""";

  @BeforeAll
  static void patient() throws Exception {
    FhirClient.kept(
        FhirClient.post(
            "Patient",
            "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"COND-1\"}]}"),
        201);
  }

  @Test
  void an_update_by_an_identifier_makes_it_once_and_replaces_it_then() throws Exception {
    String path = "Observation?identifier=urn:lis%7CC-1";
    JsonNode made =
        FhirClient.kept(
            FhirClient.send("PUT", path, RESULT.formatted("preliminary", "C-1", "4.1")), 201);
    JsonNode replaced =
        FhirClient.kept(FhirClient.send("PUT", path, RESULT.formatted("final", "C-1", "4.2")), 200);
    assertThat(replaced.path("id")).isEqualTo(made.path("id"));
    assertThat(replaced.at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(replaced.path("valueString").asText()).isEqualTo("4.2");
    assertThat(found("Observation?identifier=urn:lis%7CC-1")).hasSize(1);
    // only the version that the client knows
    assertThat(
            FhirClient.send(
                    "PUT", path, RESULT.formatted("final", "C-1", "4.3"), "If-Match", "W/\"1\"")
                .statusCode())
        .isEqualTo(412);
    assertThat(
            FhirClient.send(
                    "PUT", path, RESULT.formatted("final", "C-1", "4.3"), "If-Match", "W/\"2\"")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_patient_is_replaced_by_his_number() throws Exception {
    String body =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"COND-P\"}],\"name\":[{\"family\":\"%s\"}]}";
    String path = "Patient?identifier=urn:it%7CCOND-P";
    JsonNode made = FhirClient.kept(FhirClient.send("PUT", path, body.formatted("Roe")), 201);
    JsonNode now = FhirClient.kept(FhirClient.send("PUT", path, body.formatted("Doe")), 200);
    assertThat(now.path("id")).isEqualTo(made.path("id"));
    assertThat(now.at("/name/0/family").asText()).isEqualTo("Doe");
  }

  @Test
  void what_is_there_is_not_created_again() throws Exception {
    String condition = "identifier=urn:lis|C-2";
    JsonNode made =
        FhirClient.kept(
            FhirClient.send(
                "POST",
                "Observation",
                RESULT.formatted("final", "C-2", "1"),
                "If-None-Exist",
                condition),
            201);
    JsonNode again =
        FhirClient.kept(
            FhirClient.send(
                "POST",
                "Observation",
                RESULT.formatted("final", "C-2", "2"),
                "If-None-Exist",
                condition),
            200);
    assertThat(again.path("id")).isEqualTo(made.path("id"));
    assertThat(again.path("valueString").asText()).isEqualTo("1");
  }

  @Test
  void whoever_asks_at_the_same_time_makes_it_once() throws Exception {
    var all = java.util.concurrent.Executors.newFixedThreadPool(8);
    try {
      var tasks =
          java.util.Collections.<java.util.concurrent.Callable<Integer>>nCopies(
              16,
              () ->
                  status(
                      "PUT",
                      "Observation?identifier=urn:lis%7CC-6",
                      RESULT.formatted("final", "C-6", "1")));
      for (var answer : all.invokeAll(tasks, 60, java.util.concurrent.TimeUnit.SECONDS)) {
        assertThat(answer.get()).isIn(200, 201);
      }
    } finally {
      all.shutdownNow();
    }
    assertThat(found("Observation?identifier=urn:lis%7CC-6")).hasSize(1);
  }

  @Test
  void a_condition_of_several_or_by_anything_else_is_refused() throws Exception {
    for (String value : new String[] {"1", "2"}) {
      FhirClient.kept(FhirClient.post("Observation", RESULT.formatted("final", "C-3", value)), 201);
    }
    assertThat(found("Observation?identifier=urn:lis%7CC-3")).hasSize(2);
    String body = RESULT.formatted("final", "C-3", "3");
    assertThat(status("PUT", "Observation?identifier=urn:lis%7CC-3", body)).isEqualTo(412);
    assertThat(status("PUT", "Observation?status=final", body)).isEqualTo(400);
    assertThat(status("PUT", "Observation?identifier=urn:lis%7CC-3&status=final", body))
        .isEqualTo(400);
    assertThat(status("PUT", "Observation", body)).isEqualTo(400);
  }

  @Test
  void bundles_replace_too_and_keep_nothing_when_one_is_not_there() throws Exception {
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:0190a000-0000-7000-8000-0000000000b1","resource":%s,"request":{"method":"PUT","url":"Observation?identifier=urn:lis|C-4"}},
         {"resource":%s,"request":{"method":"PUT","url":"%s"}}]}""";
    String missing =
        bundle.formatted(
            RESULT.formatted("final", "C-4", "1"),
            RESULT.formatted("final", "C-5", "1"),
            "Observation/0190a000-0000-7000-8000-0000000000ff");
    assertThat(FhirClient.post("", missing).statusCode()).isEqualTo(404);
    assertThat(found("Observation?identifier=urn:lis%7CC-4")).isEmpty();
    String both =
        bundle.formatted(
            RESULT.formatted("final", "C-4", "1"),
            RESULT.formatted("final", "C-5", "1"),
            "Observation?identifier=urn:lis|C-5");
    assertThat(statuses(FhirClient.post("", both))).containsExactly("201 Created", "201 Created");
    assertThat(statuses(FhirClient.post("", both))).containsExactly("200 OK", "200 OK");
    String person =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Practitioner\"},\"request\":{\"method\":\"PUT\",\"url\":\"Practitioner/1\"}}]}";
    assertThat(FhirClient.post("", person).statusCode()).isEqualTo(400);
  }

  private static java.util.List<String> statuses(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).findValues("response").stream()
        .map(r -> r.path("status").asText())
        .toList();
  }

  private static int status(String method, String path, String body) {
    return FhirClient.send(method, path, body).statusCode();
  }

  private static JsonNode found(String query) throws Exception {
    return JSON.readTree(FhirClient.get(query).body()).path("entry");
  }
}
