package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.next;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All that is kept of a patient in one answer, and nothing that the client may not search. */
@ExtendWith(DemoSystem.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EverythingIT {
  private static final List<String> ALL =
      List.of("Patient", "Encounter", "Observation", "DiagnosticReport", "Communication");
  private static String patient;

  @BeforeAll
  static void tell() throws IOException {
    for (String number : List.of("EVERYTHING", "SOMEBODY-ELSE")) {
      String id =
          kept(
                  post(
                      "Patient",
                      "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}]}"
                          .formatted(number)),
                  201)
              .path("id")
              .asText();
      patient = number.equals("EVERYTHING") ? "Patient/" + id : patient;
      String subject = "\"subject\":{\"reference\":\"Patient/%s\"}".formatted(id);
      kept(
          post(
              "Encounter",
              "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"identifier\":[{\"system\":\"urn:it\",\"value\":\"V-%s\"}],%s}"
                  .formatted(number, subject)),
          201);
      for (int i = 0; i < 3; i++) {
        kept(
            post(
                "Observation",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"K\"},\"effectiveDateTime\":\"2026-0%d-01\",%s}"
                    .formatted(i + 1, subject)),
            201);
      }
      kept(
          post(
              "DiagnosticReport",
              "{\"resourceType\":\"DiagnosticReport\",\"status\":\"final\",\"code\":{\"text\":\"Chemistry\"},\"effectiveDateTime\":\"2026-02-01\",%s}"
                  .formatted(subject)),
          201);
      for (int i = 0; i < 2; i++) {
        kept(
            post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress",%s,"payload":[{"contentString":"Please weigh daily"}],
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}]}"""
                    .formatted(subject)),
            201);
      }
    }
  }

  @Test
  void all_of_a_patient_is_given_page_by_page() throws Exception {
    JsonNode whole = everything("", token(ALL));
    assertThat(types(whole))
        .containsExactly(
            "Patient",
            "Encounter",
            "Observation",
            "Observation",
            "Observation",
            "DiagnosticReport",
            "Communication",
            "Communication");
    assertThat(next(whole)).isEmpty();
    for (JsonNode entry : whole.path("entry")) {
      JsonNode resource = entry.path("resource");
      assertThat(resource.toString()).contains(patient.substring("Patient/".length()));
      assertThat(entry.path("search").path("mode").asText()).isEqualTo("match");
    }

    List<String> paged = new ArrayList<>();
    String path = patient + "/$everything?_count=3";
    int pages = 0;
    while (!path.isEmpty()) {
      JsonNode page = get(path, token(ALL));
      page.path("entry").forEach(e -> paged.add(e.path("fullUrl").asText()));
      path = next(page);
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    List<String> together = new ArrayList<>();
    whole.path("entry").forEach(e -> together.add(e.path("fullUrl").asText()));
    assertThat(paged).isEqualTo(together);
  }

  @Test
  void types_and_times_restrict_it() throws Exception {
    assertThat(types(everything("?_type=Observation,DiagnosticReport", token(ALL))))
        .containsExactly("Observation", "Observation", "Observation", "DiagnosticReport");
    assertThat(types(everything("?_type=Observation&start=2026-02-01&end=2026-02-20", token(ALL))))
        .containsExactly("Observation");
    assertThat(types(everything("?_type=Communication&_since=2099-01-01T00:00:00Z", token(ALL))))
        .isEmpty();
    assertThat(status("?_type=Claim", token(ALL))).isEqualTo(400);
    assertThat(status("?_since=", token(ALL))).isLessThan(500);
    assertThat(status("?_count=many", token(ALL))).isEqualTo(400);
    assertThat(status("?start=yesterday", token(ALL))).isEqualTo(400);
    assertThat(status("?_since=2026-13-99", token(ALL))).isEqualTo(400);
    JsonNode posted =
        kept(
            FhirClient.sendAs(
                token(ALL),
                "POST",
                patient + "/$everything",
                """
                {"resourceType":"Parameters","parameter":[{"name":"_type","valueCode":"Observation"},{"name":"_count","valueInteger":2}]}"""),
            200);
    assertThat(types(posted)).containsExactly("Observation", "Observation");
    assertThat(types(get(next(posted), token(ALL)))).containsExactly("Observation");
    assertThat(status("?_cursor=Claim.1", token(ALL))).isEqualTo(400);
    assertThat(status("?_cursor=Observation.x", token(ALL))).isEqualTo(400);
    assertThat(
            DemoSystem.fhir("Patient/0190a000-0000-7000-8000-000000000000/$everything", token(ALL))
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void what_the_client_may_not_search_is_not_there() throws Exception {
    String narrow = token(List.of("Patient", "Observation"));
    assertThat(types(everything("", narrow)))
        .containsExactly("Patient", "Observation", "Observation", "Observation");
    assertThat(status("?_type=Communication", narrow)).isEqualTo(403);
    assertThat(status("", token(List.of("Observation")))).isEqualTo(403);
  }

  @Test
  void it_is_on_record() throws Exception {
    everything("?_count=50", token(ALL));
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    JsonNode records = get("AuditEvent?patient=" + patient + "&_count=50", auditor);
    List<String> subtypes = new ArrayList<>();
    records
        .path("entry")
        .forEach(
            e ->
                e.path("resource")
                    .path("subtype")
                    .forEach(s -> subtypes.add(s.path("code").asText())));
    assertThat(subtypes).contains("read", "search");
  }

  private static String token(List<String> types) {
    return DemoSystem.token(
        "integration-engine",
        types.stream()
            .map(t -> "system/" + t + (t.equals("Communication") ? ".crs" : ".rs"))
            .toArray(String[]::new));
  }

  private static JsonNode everything(String parameters, String token) throws IOException {
    return get(patient + "/$everything" + parameters, token);
  }

  private static JsonNode get(String path, String token) throws IOException {
    return kept(DemoSystem.fhir(path, token), 200);
  }

  private static int status(String parameters, String token) {
    return DemoSystem.fhir(patient + "/$everything" + parameters, token).statusCode();
  }

  private static List<String> types(JsonNode bundle) {
    List<String> types = new ArrayList<>();
    bundle.path("entry").forEach(e -> types.add(e.path("resource").path("resourceType").asText()));
    return types;
  }
}
