package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;
import static org.wardline.launcher.FhirClient.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients tell of patients as FHIR resources: kept and given back, or refused in words. */
@ExtendWith(DemoSystem.class)
class ResourceDoorIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_patient_and_his_results_are_kept_updated_and_given_back() throws Exception {
    String posted =
        """
        {"resourceType":"Patient","identifier":[{"use":"usual","system":"urn:it","value":"DOOR-1"}],
         "name":[{"use":"official","family":"Roe","given":["Dora"],"prefix":["Dr."]}],"birthDate":"1980-02-03","gender":"female",
         "address":[{"city":"Basel"}],"telecom":[{"system":"phone","value":"+41 61 000 00 00"}]}""";
    JsonNode patient = kept(post("Patient", posted), 201);
    assertThat(without(patient, "id", "meta", "active")).isEqualTo(named(posted, "Roe, Dora"));
    // the same number is the same person
    JsonNode again = kept(post("Patient", posted.replace("Basel", "Bern")), 200);
    assertThat(again.path("id")).isEqualTo(patient.path("id"));
    assertThat(again.path("address").path(0).path("city").asText()).isEqualTo("Bern");

    String reference = "Patient/" + patient.path("id").asText();
    String observation =
        """
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
         "subject":{"reference":"%s"},"effectiveDateTime":"2026-06-01T12:00:00+02:00","valueQuantity":{"value":4.10,"unit":"mmol/L"}}"""
            .formatted(reference);
    JsonNode result = kept(post("Observation", observation), 201);
    assertThat(without(result, "id", "meta")).isEqualTo(JSON.readTree(observation));
    JsonNode byNumber =
        kept(
            post(
                "Observation",
                observation.replace(
                    "\"reference\":\"" + reference + "\"",
                    "\"identifier\":{\"system\":\"urn:it\",\"value\":\"DOOR-1\"}")),
            201);
    assertThat(byNumber.path("subject").path("reference").asText()).isEqualTo(reference);

    String id = result.path("id").asText();
    var changed =
        send(
            "PUT",
            "Observation/" + id,
            observation
                .replace("4.10", "4.2")
                .replace(
                    "{\"resourceType\":\"Observation\"",
                    "{\"resourceType\":\"Observation\",\"id\":\"" + id + "\""),
            "If-Match",
            "W/\"1\"");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(get("Observation/" + id + "/_history/2").statusCode()).isEqualTo(200);
    assertThat(get("Observation/" + id + "/_history/1").statusCode()).isEqualTo(404);
    var stale =
        send(
            "PUT",
            "Observation/" + id,
            observation.replace(
                "{\"resourceType\":\"Observation\"",
                "{\"resourceType\":\"Observation\",\"id\":\"" + id + "\""),
            "If-Match",
            "W/\"1\"");
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(
            JSON.readTree(get("Observation/" + id).body())
                .path("valueQuantity")
                .path("value")
                .asText())
        .isEqualTo("4.2");
  }

  @Test
  void what_was_told_of_a_patient_is_found_in_the_audit_trail_by_his_number() throws Exception {
    kept(
        post(
            "Patient",
            "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"AUDITED\"}]}"),
        201);
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    for (String search :
        List.of(
            "patient.identifier=urn:it%7CAUDITED",
            "entity.identifier=AUDITED",
            "patient.identifier=AUDITED&subtype=create&outcome=0&agent.identifier=integration-engine")) {
      JsonNode found = JSON.readTree(DemoSystem.fhir("AuditEvent?" + search, auditor).body());
      assertThat(found.path("entry")).as(search).isNotEmpty();
      String id = found.path("entry").path(0).path("resource").path("id").asText();
      assertThat(
              JSON.readTree(DemoSystem.fhir("AuditEvent?_id=" + id, auditor).body()).path("entry"))
          .hasSize(1);
    }
    assertThat(
            JSON.readTree(DemoSystem.fhir("AuditEvent?patient.identifier=NOBODY", auditor).body())
                .path("entry"))
        .isEmpty();
  }

  /** What the library would leave out without a word. */
  @Test
  void what_would_not_be_kept_is_refused_and_named() throws Exception {
    String sound = "\"status\":\"final\",\"code\":{\"text\":\"K\"}";
    String[][] wrong = {
      {"\"valueQuantitty\":{\"value\":6.8}", "valueQuantitty"},
      {"\"code\":{\"text\":\"K\",\"displayed\":\"Potassium\"}", "displayed"},
      {"\"valueQuantity\":\"6.8 mmol/L\"", "valueQuantity"},
      {"\"valueQuantity\":[{\"value\":6.8},{\"value\":4.1}]", "valueQuantity"},
      {"\"subject\":{\"reference\":\"Patient/1\",\"name\":\"Roe\"}", "name"}
    };
    for (String[] each : wrong) {
      String members = each[0].startsWith("\"code\"") ? "\"status\":\"final\"" : sound;
      var refused =
          post("Observation", "{\"resourceType\":\"Observation\"," + members + "," + each[0] + "}");
      assertThat(refused.statusCode()).as(each[1] + refused.body()).isEqualTo(400);
      JsonNode issue = JSON.readTree(refused.body()).at("/issue/0");
      assertThat(issue.path("code").asText()).as(refused.body()).isEqualTo("structure");
      String place = issue.at("/expression/0").asText("none");
      assertThat(place).startsWith("Observation.");
      assertThat(each[1]).startsWith(place.substring(place.lastIndexOf('.') + 1));
    }
  }

  @Test
  void what_is_wrong_is_refused_and_says_where() throws Exception {
    String nobody = "0190a000-0000-7000-8000-000000000000";
    String[][] wrong = {
      {
        "Observation",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}",
        "422",
        "subject"
      },
      {
        "Observation",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/"
            + nobody
            + "\"}}",
        "422",
        "There is no such patient"
      },
      {"Observation", "{\"resourceType\":\"Observation\",\"status\":\"nonsense\"}", "400", ""},
      {
        "Patient",
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"type\":{\"coding\":[{\"code\":\"SS\"}]},\"system\":\"urn:ssn\",\"value\":\"1\"}]}",
        "422",
        "record number"
      },
      {"Patient", "{\"resourceType\":\"Patient\"", "400", ""},
      {
        "Appointment",
        "{\"resourceType\":\"Appointment\",\"status\":\"booked\"}",
        "422",
        "participant"
      },
    };
    for (String[] each : wrong) {
      var answer = post(each[0], each[1]);
      assertThat(String.valueOf(answer.statusCode()))
          .as(each[1] + answer.body())
          .isEqualTo(each[2]);
      assertThat(answer.body()).contains("OperationOutcome").contains(each[3]);
    }
    var reader = DemoSystem.token("integration-engine", "system/Patient.rs");
    assertThat(
            DemoSystem.post(
                    DemoSystem.origin() + "/fhir/Patient",
                    "{\"resourceType\":\"Patient\"}",
                    "Authorization",
                    "Bearer " + reader,
                    "Content-Type",
                    "application/fhir+json")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void a_transaction_is_kept_as_a_whole_or_not_at_all() throws Exception {
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:0190a000-0000-7000-8000-0000000000a1","resource":{"resourceType":"CareTeam","status":"active","subject":{"reference":"urn:uuid:0190a000-0000-7000-8000-0000000000a2"},"participant":[{"member":{"reference":"Practitioner?identifier=urn:npi|77"}}]},"request":{"method":"POST","url":"CareTeam"}},
         {"fullUrl":"urn:uuid:0190a000-0000-7000-8000-0000000000a2","resource":{"resourceType":"Patient","identifier":[{"system":"urn:it","value":"%s"}]},"request":{"method":"POST","url":"Patient"}}%s]}""";
    String broken =
        """
        ,{"resource":{"resourceType":"Observation","status":"final","subject":{"reference":"urn:uuid:0190a000-0000-7000-8000-0000000000a2"}},"request":{"method":"POST","url":"Observation"}}""";
    assertThat(post("", bundle.formatted("TX-1", broken)).statusCode()).isEqualTo(422);
    assertThat(JSON.readTree(get("Patient?identifier=TX-1").body()).path("entry")).isEmpty();
    JsonNode answer = JSON.readTree(post("", bundle.formatted("TX-1", "")).body());
    assertThat(answer.path("type").asText()).isEqualTo("transaction-response");
    JsonNode team =
        JSON.readTree(
            get(answer
                    .path("entry")
                    .path(0)
                    .path("response")
                    .path("location")
                    .asText()
                    .split("/_")[0])
                .body());
    assertThat(team.path("subject").path("reference").asText())
        .isEqualTo(
            answer.path("entry").path(1).path("response").path("location").asText().split("/_")[0]);
    assertThat(
            team.path("participant")
                .path(0)
                .path("member")
                .path("identifier")
                .path("value")
                .asText())
        .isEqualTo("77");
    JsonNode batch =
        JSON.readTree(
            post("", bundle.formatted("TX-2", broken).replace("\"transaction\"", "\"batch\""))
                .body());
    assertThat(batch.path("entry").path(1).path("response").path("status").asText())
        .isEqualTo("201 Created");
    assertThat(batch.path("entry").path(2).path("response").path("status").asText())
        .isEqualTo("422");
  }

  @Test
  void an_alert_reaches_who_is_on_duty_tells_its_state_and_is_withdrawn() throws Exception {
    String alert =
        """
        {"resourceType":"CommunicationRequest","status":"active","priority":"stat","identifier":[{"system":"urn:it","value":"ALERT-1"}],
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"neurology-on-call"}}],
         "payload":[{"contentString":"Stroke team to resus 1"}]}""";
    JsonNode raised = kept(post("CommunicationRequest", alert), 201);
    assertThat(raised.path("status").asText()).isEqualTo("active");
    String id = raised.path("id").asText();
    JsonNode message = JSON.readTree(get("Communication/" + id).body());
    assertThat(message.path("payload").path(0).path("contentString").asText())
        .isEqualTo("Stroke team to resus 1\n\nVacant now: Neurology on call.");
    assertThat(kept(post("CommunicationRequest", alert), 200).path("id").asText()).isEqualTo(id);
    JsonNode found = JSON.readTree(get("CommunicationRequest?identifier=ALERT-1").body());
    assertThat(found.path("entry")).hasSize(1);
    String withdrawn =
        alert
            .replace("\"active\"", "\"revoked\"")
            .replace("\"CommunicationRequest\"", "\"CommunicationRequest\",\"id\":\"" + id + "\"");
    var revoked = send("PUT", "CommunicationRequest/" + id, withdrawn);
    assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
    assertThat(JSON.readTree(get("CommunicationRequest/" + id).body()).path("status").asText())
        .isEqualTo("revoked");
    var nobody = post("CommunicationRequest", alert.replace("neurology-on-call", "no-such-role"));
    assertThat(nobody.statusCode()).isEqualTo(422);
    assertThat(nobody.body()).contains("There is no such role");
  }

  private static JsonNode named(String posted, String name) throws IOException {
    JsonNode read = JSON.readTree(posted);
    ((ObjectNode) ((ArrayNode) read.path("name")).get(0)).put("text", name);
    return read;
  }

  @Test
  void what_a_resource_claims_of_itself_is_kept() throws Exception {
    String meta =
        """
        "meta":{"versionId":"77","source":"urn:it","profile":["urn:p"],
          "security":[{"system":"urn:s","code":"R"}],"tag":[{"system":"urn:t","code":"T"}]},""";
    String patient =
        kept(
                post(
                    "Patient",
                    "{\"resourceType\":\"Patient\","
                        + meta
                        + "\"identifier\":[{\"system\":\"urn:it\",\"value\":\"META-1\"}]}"),
                201)
            .path("id")
            .asText();
    String encounter =
        "{\"resourceType\":\"Encounter\",%s\"status\":\"planned\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/%s\"}}"
            .formatted(meta, patient);
    String binary =
        "{\"resourceType\":\"Binary\",%s\"contentType\":\"text/plain\",\"data\":\"YQ==\"}"
            .formatted(meta);
    for (JsonNode kept :
        List.of(
            kept(FhirClient.get("Patient/" + patient), 200),
            kept(post("Encounter", encounter), 201),
            kept(post("Binary", binary), 201))) {
      assertThat(without(kept.path("meta"), "versionId", "lastUpdated"))
          .as(kept.path("resourceType").asText())
          .isEqualTo(
              without(
                  JSON.readTree("{" + meta.strip().replaceFirst(",$", "}")).path("meta"),
                  "versionId"));
      assertThat(kept.at("/meta/versionId").asText()).isNotEqualTo("77");
    }
  }

  private static JsonNode without(JsonNode resource, String... fields) {
    return ((ObjectNode) resource.deepCopy()).remove(List.of(fields));
  }
}
