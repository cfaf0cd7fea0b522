package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is answered beside resources and pages – bundles, messages, faults – and XML is valid. */
@ExtendWith(DemoSystem.class)
class AnswersIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final R4Validator validator = new R4Validator();

  @Test
  void answers_to_bundles_and_operations_are_valid() throws Exception {
    String patient = Samples.patient();
    Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
    for (String kind : List.of("transaction", "batch")) {
      String bundle =
          """
          {"resourceType":"Bundle","type":"%1$s","entry":[
           {"fullUrl":"urn:uuid:%2$s","resource":%3$s,"request":{"method":"POST","url":"Observation"}},
           {"request":{"method":"GET","url":"Patient/%4$s"}},
           {"request":{"method":"GET","url":"Observation?patient=%4$s"}}%5$s]}"""
              .formatted(
                  kind,
                  UUID.randomUUID(),
                  Samples.of("Observation", patient),
                  patient,
                  kind.equals("batch")
                      ? ",{\"request\":{\"method\":\"GET\",\"url\":\"Patient/nobody\"}}"
                      : "");
      answers.put(kind, FhirClient.post("", bundle));
    }
    String message = Samples.posted("Communication", Samples.of("Communication", patient));
    answers.put("history", FhirClient.get("Communication/" + message + "/_history"));
    String thread =
        FhirClient.kept(FhirClient.get("Communication/" + message), 200)
            .at("/partOf/0/reference")
            .asText();
    answers.put("history of a conversation", FhirClient.get(thread + "/_history"));
    answers.put("everything", FhirClient.get("Patient/" + patient + "/$everything"));
    answers.put(
        "validate", FhirClient.post("Observation/$validate", Samples.of("Observation", patient)));
    answers.put(
        "message",
        FhirClient.post("$process-message", message(Samples.of("Communication", patient))));
    answers.put(
        "message that fails",
        FhirClient.post(
            "$process-message", message("{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}")));
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, HttpResponse<String>> answer : answers.entrySet()) {
      assertThat(answer.getValue().statusCode())
          .as(answer.getKey() + answer.getValue().body())
          .isEqualTo(200);
      faults.addAll(validator.faults(answer.getKey(), answer.getValue().body()));
    }
    assertThat(faults).isEmpty();
  }

  /** What is filed is told in several receipts at once: nobody saw how it stood between them. */
  @Test
  void a_message_has_one_version_for_each_state() throws Exception {
    String path =
        "Communication/"
            + Samples.posted("Communication", Samples.of("Communication", Samples.patient()));
    String tasks = DemoSystem.token("integration-engine", "system/Task.rs");
    String filed = "Task?business-status=filed&focus=" + path;
    DemoSystem.await(
        "the message is filed",
        Duration.ofSeconds(60),
        () -> DemoSystem.fhir(filed, tasks).body().contains("\"filed\""));
    JsonNode now = FhirClient.kept(FhirClient.get(path), 200);
    JsonNode history = FhirClient.kept(FhirClient.get(path + "/_history"), 200);
    while (!now.at("/meta/versionId").equals(history.at("/entry/0/resource/meta/versionId"))) {
      JsonNode before = now; // something became known in between; it ends with the receipts
      now = FhirClient.kept(FhirClient.get(path), 200);
      history = FhirClient.kept(FhirClient.get(path + "/_history"), 200);
      assertThat(now).as("newest of " + history).isNotEqualTo(before);
    }
    assertThat(history.at("/entry/0/resource")).isEqualTo(now);
    List<String> versions = new ArrayList<>();
    history.path("entry").forEach(e -> versions.add(e.at("/resource/meta/versionId").asText()));
    assertThat(versions).hasSize(now.at("/meta/versionId").asInt()).doesNotHaveDuplicates();
    String next = String.valueOf(versions.size() + 1);
    assertThat(FhirClient.get(path + "/_history/" + next).statusCode()).isEqualTo(404);
  }

  private static String message(String focus) {
    return """
        {"resourceType":"Bundle","type":"message","identifier":{"system":"urn:it","value":"%1$s"},"entry":[
         {"fullUrl":"urn:uuid:%1$s","resource":{"resourceType":"MessageHeader","id":"%1$s","eventCoding":{"system":"urn:it:events","code":"tell"},
          "source":{"endpoint":"urn:it:sender"},"focus":[{"reference":"urn:uuid:%2$s"}]}},{"fullUrl":"urn:uuid:%2$s","resource":%3$s}]}"""
        .formatted(UUID.randomUUID(), UUID.randomUUID(), focus);
  }

  @Test
  void faults_are_valid_and_in_the_form_that_was_asked_for() throws Exception {
    String patient = Samples.patient();
    String narrow = DemoSystem.token("integration-engine", "system/Observation.rs");
    Map<HttpResponse<String>, Integer> answers = new LinkedHashMap<>();
    answers.put(FhirClient.get("Communication?x=1"), 400);
    answers.put(FhirClient.post("Communication", "{"), 400);
    answers.put(DemoSystem.fhir("Patient/" + patient, narrow), 403);
    answers.put(FhirClient.get("Patient/" + UUID.randomUUID()), 404);
    answers.put(FhirClient.get("Claim"), 404);
    answers.put(
        FhirClient.send(
            "PUT",
            "Patient/" + patient,
            "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}",
            "If-Match",
            "W/\"99\""),
        412);
    answers.put(
        FhirClient.post(
            "Communication",
            Samples.of("Communication", patient).replace("operator.eng", "nobody")),
        422);
    List<String> faults = new ArrayList<>();
    for (Map.Entry<HttpResponse<String>, Integer> answer : answers.entrySet()) {
      String body = answer.getKey().body();
      assertThat(answer.getKey().statusCode()).as(body).isEqualTo(answer.getValue());
      assertThat(body).contains("\"resourceType\":\"OperationOutcome\"");
      faults.addAll(validator.faults(answer.getValue() + body, body));
    }
    assertThat(faults).isEmpty();
    HttpResponse<String> xml = xml("Patient/" + UUID.randomUUID());
    assertThat(xml.statusCode()).isEqualTo(404);
    assertThat(xml.body()).startsWith("<OperationOutcome");
  }

  @Test
  void each_type_is_valid_in_xml_and_with_all_that_its_client_said() throws Exception {
    String patient = Samples.patient();
    List<String> faults = new ArrayList<>();
    for (String type : Samples.OF_PATIENT) {
      String id = Samples.posted(type, Samples.of(type, patient));
      for (String path : List.of(type + "/" + id, type + "?_id=" + id)) {
        HttpResponse<String> answer = xml(path);
        assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("xmlns=\"http://hl7.org/fhir\"");
        faults.addAll(validator.faults(path, answer.body()));
      }
    }
    ObjectNode said = (ObjectNode) JSON.readTree(Samples.of("Communication", patient));
    said.putArray("note").addObject().put("text", "n");
    said.putObject("encounter").put("reference", "Encounter/" + UUID.randomUUID());
    said.putArray("reasonCode").addObject().put("text", "pain");
    said.putArray("category").addObject().put("text", "of our own");
    said.putArray("contained").addObject().put("resourceType", "Device").put("id", "d");
    said.putArray("about").addObject().put("reference", "#d");
    String id = Samples.posted("Communication", said.toString());
    for (String body :
        List.of(FhirClient.get("Communication/" + id).body(), xml("Communication/" + id).body())) {
      faults.addAll(validator.faults("with more", body));
    }
    faults.addAll(validator.faults("capabilities", xml("metadata").body()));
    assertThat(faults).isEmpty();
  }

  private static HttpResponse<String> xml(String path) {
    return DemoSystem.get(
        DemoSystem.origin() + "/fhir/" + path,
        "Authorization",
        "Bearer " + FhirClient.token(),
        "Accept",
        "application/fhir+xml");
  }

  @Test
  void the_discovery_document_names_what_the_identity_provider_has() throws Exception {
    JsonNode ours = read(DemoSystem.origin() + "/fhir/.well-known/smart-configuration");
    JsonNode its = read(ours.path("issuer").asText() + "/.well-known/openid-configuration");
    for (String same :
        List.of(
            "issuer",
            "jwks_uri",
            "token_endpoint",
            "authorization_endpoint",
            "revocation_endpoint")) {
      assertThat(ours.path(same)).as(same).isEqualTo(its.path(same));
    }
    for (String among :
        List.of(
            "scopes_supported",
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported",
            "grant_types_supported",
            "response_types_supported",
            "code_challenge_methods_supported")) {
      assertThat(texts(its.path(among))).as(among).containsAll(texts(ours.path(among)));
    }
    assertThat(texts(ours.path("capabilities")))
        .contains("client-confidential-asymmetric", "permission-v2", "launch-standalone");
  }

  private static JsonNode read(String url) throws IOException {
    HttpResponse<String> answer = DemoSystem.get(url);
    assertThat(answer.statusCode()).as(url).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
