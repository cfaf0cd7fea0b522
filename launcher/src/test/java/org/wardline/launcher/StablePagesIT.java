package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.next;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Page after page while more arrives: whatever was there at the beginning is met once, and nothing
 * twice.
 */
@ExtendWith(DemoSystem.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StablePagesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THERE = 7;
  private static final int MOST_PAGES = 60;

  @ParameterizedTest
  @CsvSource({
    "Communication, Communication, ''",
    "Communication, Communication, _sort=sent",
    "Communication, Communication, part-of:missing=true",
    "CommunicationRequest, CommunicationRequest, ''",
    "CommunicationRequest, CommunicationRequest, _sort=authored",
    "Communication, Task, ''",
    "Observation, Observation, ''",
    "Observation, Observation, _sort=date",
    "Observation, Observation, _sort=-date",
    "ServiceRequest, ServiceRequest, _sort=-authored",
    "Encounter, Encounter, ''",
    "CareTeam, CareTeam, ''",
    "Observation, AuditEvent, ''",
    "Observation, AuditEvent, _sort=date",
    "Communication, Patient/$everything, ''"
  })
  void pages_stay_right_while_data_arrives(String made, String asked, String more)
      throws Exception {
    String patient = Samples.patient();
    TreeSet<String> there = new TreeSet<>();
    for (int i = 0; i < THERE; i++) {
      make(made, patient);
    }
    String token = token(asked);
    String search =
        asked.equals("Patient/$everything")
            ? "Patient/" + patient + "/$everything?"
            : asked + "?patient=" + patient + "&" + more + "&";
    for (JsonNode entry : page(search + "_count=100", token).path("entry")) {
      there.add(entry.path("fullUrl").asText());
    }
    assertThat(there).hasSizeGreaterThanOrEqualTo(THERE);

    List<String> met = new ArrayList<>();
    String next = search + "_count=2";
    int pages = 0;
    while (!next.isEmpty() && pages++ < MOST_PAGES) {
      JsonNode page = page(next, token);
      page.path("entry").forEach(entry -> met.add(entry.path("fullUrl").asText()));
      next = next(page);
      if (pages <= 4) { // one more at each end, and in between
        make(made, patient);
      }
    }
    assertThat(pages).as("it ends").isLessThan(MOST_PAGES);
    assertThat(met).doesNotHaveDuplicates().containsAll(there);
  }

  @Test
  void patients_and_groups_stay_right_too() throws Exception {
    for (String type : List.of("Group", "Organization")) {
      for (int i = 0; i < THERE; i++) {
        make(type, "");
      }
      TreeSet<String> there = new TreeSet<>();
      page(type + "?_count=500", FhirClient.token())
          .path("entry")
          .forEach(entry -> there.add(entry.path("fullUrl").asText()));
      List<String> met = new ArrayList<>();
      String next = type + "?_count=3";
      int pages = 0;
      while (!next.isEmpty() && pages++ < 200) {
        JsonNode page = page(next, FhirClient.token());
        page.path("entry").forEach(entry -> met.add(entry.path("fullUrl").asText()));
        next = next(page);
        if (pages < 3) {
          make(type, "");
        }
      }
      assertThat(met).as(type).doesNotHaveDuplicates().containsAll(there);
    }
  }

  private static void make(String type, String patient) throws Exception {
    String body = Samples.of(type, patient);
    if (type.equals("Observation")) { // all of one day, and of one moment
      body = body.replaceFirst("}$", ",\"effectiveDateTime\":\"2026-05-05\"}");
    }
    if (type.equals("ServiceRequest")) {
      body = body.replaceFirst("}$", ",\"authoredOn\":\"2026-05-05T08:00:00Z\"}");
    }
    Samples.posted(type, body);
  }

  private static String token(String asked) {
    return switch (asked) {
      case "AuditEvent" -> DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
      case "Task" -> DemoSystem.token("integration-engine", "system/Task.rs");
      default -> FhirClient.token();
    };
  }

  private static JsonNode page(String path, String token) throws Exception {
    HttpResponse<String> answer = DemoSystem.fhir(path, token);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
