package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of other systems in the audit trail (IHE RESTful ATNA, ITI-20). */
@ExtendWith(DemoSystem.class)
class AuditFeedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALL = "pacs-" + UUID.randomUUID();
  private static Instant moment;
  private static final String AGENT = "pacs-" + UUID.randomUUID();

  @BeforeAll
  static void aMinuteAgo() {
    moment = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
  }

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
  void a_record_is_found_by_the_number_of_what_is_no_patient() throws Exception {
    String number = "doc-" + UUID.randomUUID();
    Hl7.taken(Hl7.message("ADT^A04", "AF-2", "FED-2^^^IT^MR||Roe^Fay", ""));
    String body =
        record(Instant.now().minus(2, ChronoUnit.DAYS), "ris-" + number, "FED-2")
            .replace(
                "\"entity\":[",
                "\"entity\":[{\"what\":{\"identifier\":{\"system\":\"urn:oid:1.2.3\",\"value\":\""
                    + number
                    + "\"}}},");
    assertThat(body).contains(number);
    HttpResponse<String> made = feed("AuditEvent", body);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    for (String found :
        new String[] {
          "entity.identifier=urn:oid:1.2.3%7C" + number,
          "entity-identifier=" + number,
          "entity.identifier=" + number + "&patient.identifier=FED-2"
        }) {
      assertThat(
              JSON.readTree(DemoSystem.fhir("AuditEvent?" + found, reader()).body()).path("entry"))
          .as(found)
          .hasSize(1);
    }
    for (String other :
        new String[] {
          "entity.identifier=urn:oid:1.2.4%7C" + number,
          "entity.identifier=" + number + "&patient.identifier=FED-1",
          "entity.identifier=FED-2&patient.identifier=FED-1"
        }) {
      assertThat(
              JSON.readTree(DemoSystem.fhir("AuditEvent?" + other, reader()).body()).path("entry"))
          .as(other)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "address=10.9.8.; address=10.9.9",
        "agent-name=dr.%20out; agent-name=outside",
        "agent-role=urn:roles%7Crad,none; agent-role=urn:other%7Crad",
        "agent-role=rad; agent-role=%7Crad",
        "altid=oa-7; altid=oa-",
        "policy=urn:policy:1; policy=urn:policy",
        "entity-name=CHEST; entity-name=x-ray",
        "entity-type=http://terminology.hl7.org/CodeSystem/audit-entity-type%7C1; entity-type=2",
        "entity-role=1; entity-role=urn:other%7C1",
        "site=radiology; site=radio",
        "source=http://ris/fhir/Device/pacs; source=Device/ris",
        "source=Device/pacs; source=vice/pacs",
        "source=pacs; source=http://pacs/fhir/Device/pacs",
        "entity-type=,; entity-type=urn:other%7C",
        "site=; site=urn:other%7Cradiology",
        "outcome=http://hl7.org/fhir/audit-event-outcome%7C0; outcome=urn:other%7C0",
        "action=http://terminology.hl7.org/CodeSystem/audit-event-action%7CR; action=urn:other%7C",
        "source.identifier=urn:ae%7CPACS1; source.identifier=urn:other%7CPACS1",
        "source-identifier=PACS1; source-identifier=%7CPACS1",
        "type=http://dicom.nema.org/resources/ontology/DCM%7C110103; type=urn:other%7C110103",
        "type=1,110103; type=1,2",
        "action=C,R; action=C,U",
        "outcome=8,0; outcome=4,8",
        "_lastUpdated=ge{now}; _lastUpdated=lt{now}",
        "agent-identifier={agent}; agent-identifier=another"
      })
  void a_record_is_found_by_every_parameter_of_its_standards(String searches) throws Exception {
    String[] both = searches.split("; ", -1);
    String body =
        record(moment, ALL, "FED-3")
            .replace(
                "\"requestor\":true",
                "\"requestor\":true,\"name\":\"Dr. Outside\",\"altId\":\"oa-7\",\"policy\":[\"urn:policy:1\"],"
                    + "\"role\":[{\"coding\":[{\"system\":\"urn:roles\",\"code\":\"rad\"}]}],"
                    + "\"network\":{\"address\":\"10.9.8.7\",\"type\":\"2\"}")
            .replace(
                "{\"observer\":{",
                "{\"site\":\"radiology\",\"observer\":{\"reference\":\"http://ris/fhir/Device/pacs\","
                    + "\"identifier\":{\"system\":\"urn:ae\",\"value\":\"PACS1\"},")
            .replace(
                "\"entity\":[{",
                "\"entity\":[{\"name\":\"Chest X-ray\",\"type\":{\"system\":"
                    + "\"http://terminology.hl7.org/CodeSystem/audit-entity-type\",\"code\":\"1\"},"
                    + "\"role\":{\"system\":\"http://terminology.hl7.org/CodeSystem/object-role\",\"code\":\"1\"},");
    assertThat(feed("AuditEvent", body).statusCode()).as("made, or there already").isIn(200, 201);
    assertThat(numberFound(both[0])).as(both[0]).isOne();
    assertThat(numberFound(both[1])).as(both[1]).isZero();
  }

  /** The trail keeps it for ever: one such record must not break the searches that meet it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"outcomeDesc\":\"a\\u0000b\",",
        "\"extension\":[{\"url\":\"http://x\",\"valueDecimal\":1e200000}],"
      })
  void what_the_database_cannot_take_apart_breaks_no_search(String member) throws Exception {
    String agent = "odd-" + UUID.randomUUID();
    String body =
        record(moment, agent, "FED-4")
            .replaceFirst("\\{", "{" + java.util.regex.Matcher.quoteReplacement(member));
    assertThat(feed("AuditEvent", body).statusCode()).isIn(201, 400, 422);
    String search = "AuditEvent?date=ge" + moment + "&site=radiology&agent.identifier=";
    assertThat(DemoSystem.fhir(search + agent, reader()).statusCode()).isEqualTo(200);
    assertThat(DemoSystem.fhir("AuditEvent?site=radiology", reader()).statusCode())
        .as("without a date")
        .isEqualTo(400);
    assertThat(
            DemoSystem.fhir("AuditEvent?agent.identifier=a&agent-identifier=b", reader())
                .statusCode())
        .as("twice")
        .isEqualTo(400);
  }

  private static int numberFound(String search) throws Exception {
    String asked =
        "AuditEvent?agent.identifier="
            + ALL
            + "&date=ge2020&"
            + search.replace("{now}", moment.toString()).replace("{agent}", ALL);
    if (search.startsWith("agent-identifier")) {
      asked = asked.replaceFirst("agent.identifier=[^&]*&", "");
    }
    HttpResponse<String> answer = DemoSystem.fhir(asked, reader());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("entry").size();
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
