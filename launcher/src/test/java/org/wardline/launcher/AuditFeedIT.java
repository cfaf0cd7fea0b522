package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Records of other systems in the audit trail (IHE RESTful ATNA, ITI-20). */
@ExtendWith(DemoSystem.class)
class AuditFeedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AGENT = "pacs-" + UUID.randomUUID();

  @Test
  void a_record_of_another_system_is_there_once_and_found_by_patient_and_agent() throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", "AF-1", "FED-1^^^IT^MR||Roe^Fay", ""));
    String body =
        record(Instant.now().minus(3, ChronoUnit.DAYS), AGENT, "FED-1")
            .replace("\"outcome\":\"0\"", "\"outcome\":\"12\"")
            .replace("\"what\":{", "\"what\":{\"reference\":\"urn:uuid:abc\",");
    HttpResponse<String> made = feed("AuditEvent", body);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String location = made.headers().firstValue("Location").orElseThrow();
    HttpResponse<String> again = feed("AuditEvent", body);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.headers().firstValue("Location")).contains(location);

    for (String search :
        new String[] {
          "AuditEvent?agent.identifier=" + AGENT,
          "AuditEvent?patient.identifier=FED-1&type=110103&outcome=12"
        }) {
      JsonNode found = JSON.readTree(DemoSystem.fhir(search, reader()).body());
      assertThat(found.path("entry")).as(search).hasSize(1);
      JsonNode kept = found.at("/entry/0/resource");
      assertThat(location).contains(kept.path("id").asText());
      assertThat(kept.at("/meta/source").asText()).endsWith("#integration-engine");
      assertThat(kept.at("/source/observer/display").asText()).isEqualTo("PACS");
    }
  }

  @Test
  void a_batch_of_records_is_answered_one_by_one() throws Exception {
    String good = record(Instant.now(), AGENT + "-b", "FED-2");
    String bad = good.replace("\"recorded\"", "\"_recorded_\"").replace("\"_recorded_\"", "\"x\"");
    String tomorrow = record(Instant.now().plus(1, ChronoUnit.DAYS), AGENT + "-b", "FED-2");
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
            + entry(good)
            + ","
            + entry(tomorrow)
            + "]}";
    JsonNode answers = JSON.readTree(feed("", bundle).body());
    assertThat(answers.at("/entry/0/response/status").asText()).startsWith("201");
    assertThat(answers.at("/entry/1/response/status").asText()).startsWith("422");
    assertThat(feed("AuditEvent", bad).statusCode()).isEqualTo(400);
  }

  @Test
  void what_is_not_whole_is_refused_by_name_and_only_who_has_the_scope_may_feed() {
    String good = record(Instant.now(), AGENT + "-c", "FED-3");
    HttpResponse<String> nameless = feed("AuditEvent", good.replace(AGENT, "\\u0000"));
    assertThat(nameless.statusCode()).isIn(400, 422);
    HttpResponse<String> hollow =
        feed(
            "AuditEvent",
            good.replaceFirst(
                "\"recorded\":\"[^\"]*\"",
                "\"_recorded\":{\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"x\"}]}"));
    assertThat(hollow.statusCode()).as(hollow.body()).isEqualTo(422);
    assertThat(feed("AuditEvent", good.replace("FED-3", "\\u0000")).statusCode()).isIn(400, 422);
    HttpResponse<String> nobody =
        feed("AuditEvent", good.replaceFirst("\"requestor\":true", "\"name\":\"x\""));
    assertThat(nobody.statusCode()).isEqualTo(422);
    assertThat(nobody.body()).contains("AuditEvent.agent[0].requestor");
    assertThat(FhirClient.sendAs(reader(), "POST", "AuditEvent", good).statusCode()).isEqualTo(403);
    assertThat(FhirClient.sendAs(feeder(), "DELETE", "AuditEvent/1", "").statusCode())
        .isIn(400, 404, 405);
  }

  private static HttpResponse<String> feed(String path, String body) {
    return FhirClient.sendAs(feeder(), "POST", path, body);
  }

  private static String feeder() {
    return DemoSystem.token("integration-engine", "system/AuditEvent.c");
  }

  private static String reader() {
    return DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
  }

  private static String entry(String resource) {
    return "{\"resource\":"
        + resource
        + ",\"request\":{\"method\":\"POST\",\"url\":\"AuditEvent\"}}";
  }

  private static String record(Instant at, String agent, String patient) {
    return """
        {"resourceType":"AuditEvent","type":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110103"},"action":"R",
         "recorded":"%s","outcome":"0","agent":[{"who":{"identifier":{"value":"%s"}},"requestor":true}],
         "source":{"observer":{"display":"PACS"}},
         "entity":[{"what":{"type":"Patient","identifier":{"value":"%s"}}}]}"""
        .formatted(at, agent, patient);
  }
}
