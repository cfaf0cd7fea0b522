package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an auditor asks the audit trail (ITI-81). */
@ExtendWith(DemoSystem.class)
class AuditDoorIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static String message;
  private static String patient;

  @BeforeAll
  static void write() throws IOException {
    Hl7.taken(Hl7.message("ADT^A04", "AD-1", "AUDITED^^^IT^MR||Roe^Ada", ""));
    patient =
        JSON.readTree(FhirClient.get("Patient?identifier=AUDITED").body())
            .at("/entry/0/resource/id")
            .asText();
    message =
        FhirClient.kept(
                FhirClient.post(
                    "Communication",
                    """
                    {"resourceType":"Communication","status":"in-progress","subject":{"reference":"Patient/%s"},"topic":{"text":"audited"},
                     "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
                     "payload":[{"contentString":"On record."}]}"""
                        .formatted(patient)),
                201)
            .path("id")
            .asText();
    for (int i = 0; i < 6; i++) {
      FhirClient.kept(FhirClient.get("Communication/" + message), 200);
    }
  }

  @Test
  void a_record_is_the_same_kept_formatted_and_read() throws Exception {
    String query = "AuditEvent?entity=Communication/" + message;
    JsonNode kept = page(query);
    assertThat(resources(kept)).isNotEmpty();
    assertThat(resources(page(query + "&_pretty=true"))).isEqualTo(resources(kept));
    assertThat(kept.path("type").asText()).isEqualTo("searchset");
    assertThat(kept.at("/link/0/relation").asText()).isEqualTo("self");
    assertThat(kept.at("/meta/lastUpdated").asText()).isNotEmpty();
    for (JsonNode entry : kept.path("entry")) {
      assertThat(entry.at("/search/mode").asText()).isEqualTo("match");
      String id = entry.at("/resource/id").asText();
      assertThat(entry.path("fullUrl").asText()).endsWith("/fhir/AuditEvent/" + id);
      ObjectNode read = (ObjectNode) page("AuditEvent/" + id);
      assertThat(without(read)).isEqualTo(without((ObjectNode) entry.path("resource").deepCopy()));
    }
  }

  @Test
  void other_forms_of_an_answer_are_given_when_asked_for() throws Exception {
    String query = "AuditEvent?entity=Communication/" + message;
    HttpResponse<String> xml = answer(query, "Accept", "application/fhir+xml");
    assertThat(xml.headers().firstValue("Content-Type").orElse("")).contains("fhir+xml");
    assertThat(xml.body()).contains("<AuditEvent");
    HttpResponse<String> json = answer(query, "Accept", "application/fhir+json");
    assertThat(json.headers().firstValue("Content-Type").orElse(""))
        .isEqualTo("application/fhir+json;charset=UTF-8");
    JsonNode brief = page(query + "&_elements=recorded");
    assertThat(brief.at("/entry/0/resource/recorded").asText()).isNotEmpty();
    assertThat(brief.at("/entry/0/resource/outcome").isMissingNode()).isTrue();
    assertThat(page(query + "&_summary=count").path("entry").isMissingNode()).isTrue();
  }

  @Test
  void records_are_found_by_who_on_whom_and_what() throws Exception {
    assertThat(subtypes("entity=Communication/" + message)).contains("message-sent");
    assertThat(subtypes("patient=Patient/" + patient)).contains("message-sent");
    assertThat(subtypes("patient.identifier=AUDITED&subtype=message-sent"))
        .contains("message-sent")
        .doesNotContain("delivery-intended");
    assertThat(subtypes("agent=integration-engine&patient=" + patient)).contains("message-sent");
    assertThat(subtypes("agent=nobody-of-that-name")).isEmpty();
    assertThat(subtypes("agent=integration-engine&entity=Communication/" + patient)).isEmpty();
  }

  @Test
  void the_pages_of_an_agent_follow_each_other() throws Exception {
    List<String> all = new ArrayList<>();
    String next = "AuditEvent?agent=integration-engine&_count=2";
    for (int i = 0; i < 3; i++) {
      JsonNode page = page(next);
      assertThat(page.has("total")).as("the size of a page is no total").isFalse();
      resources(page).forEach(r -> all.add(r.path("id").asText()));
      next =
          Stream.of(page.at("/link/0"), page.at("/link/1"))
              .filter(link -> link.path("relation").asText().equals("next"))
              .map(link -> link.path("url").asText().replaceFirst("^.*/fhir/", ""))
              .findFirst()
              .orElseThrow();
    }
    assertThat(all).hasSize(6).doesNotHaveDuplicates();
    assertThat(all).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  private static List<String> subtypes(String query) throws IOException {
    return resources(page("AuditEvent?" + query)).stream()
        .flatMap(r -> r.findValuesAsText("code").stream())
        .toList();
  }

  /** HAPI adds the version to what is read alone. */
  private static ObjectNode without(ObjectNode resource) {
    if (resource.path("meta") instanceof ObjectNode meta) {
      meta.remove(List.of("versionId", "lastUpdated"));
    }
    return resource;
  }

  private static List<JsonNode> resources(JsonNode bundle) {
    List<JsonNode> found = new ArrayList<>();
    bundle.path("entry").forEach(entry -> found.add(entry.path("resource")));
    return found;
  }

  private static JsonNode page(String path) throws IOException {
    HttpResponse<String> answer = answer(path);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> answer(String path, String... headers) {
    var all =
        new ArrayList<>(
            List.of(
                "Authorization",
                "Bearer " + DemoSystem.token("compliance-reporting", "system/AuditEvent.rs")));
    all.addAll(List.of(headers));
    return DemoSystem.get(DemoSystem.origin() + "/fhir/" + path, all.toArray(String[]::new));
  }
}
