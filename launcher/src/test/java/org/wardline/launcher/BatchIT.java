package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Batches: each entry is a request of its own, with its own answer, rights and record. */
@ExtendWith(DemoSystem.class)
class BatchIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void entries_read_search_and_send_each_for_itself() throws Exception {
    String patient = patient("BATCH1");
    String message = message(patient, "in a batch");
    JsonNode answer =
        batch(
            FhirClient.token(),
            entry("GET", "Patient/" + patient, null),
            entry("GET", "Patient?identifier=urn:wardline:authority:IT%7CBATCH1", null),
            entry("POST", "Communication", message),
            entry("GET", "Observation/00000000-0000-7000-8000-000000000000", null),
            entry("GET", "Patient/" + patient + "/$everything", null),
            entry("GET", "AuditEvent?_count=1", null),
            entry("DELETE", "Communication/00000000-0000-7000-8000-000000000000", null),
            entry("GET", "Patient?no-such-parameter=1", null),
            entry("GET", "Patient?_summary=count", null),
            entry("GET", "", null),
            entry("GET", "Patient?name=%zz", null));
    assertThat(statuses(answer))
        .containsExactly(
            "200", "200", "201", "404", "400", "403", "400", "400", "200", "400", "400");
    assertThat(entry(answer, 0).path("resource").path("id").asText()).isEqualTo(patient);
    assertThat(entry(answer, 0).path("response").path("etag").asText()).startsWith("W/");
    JsonNode found = entry(answer, 1).path("resource");
    assertThat(found.path("type").asText()).isEqualTo("searchset");
    assertThat(found.path("entry").path(0).path("resource").path("id").asText()).isEqualTo(patient);
    String sent = entry(answer, 2).path("response").path("location").asText();
    assertThat(sent).startsWith("Communication/");
    assertThat(entry(answer, 5).path("response").path("outcome").path("resourceType").asText())
        .isEqualTo("OperationOutcome");

    String own = sent.split("/_history")[0];
    JsonNode later =
        batch(
            FhirClient.token(),
            entry("GET", own, null),
            entry("GET", own + "/_history/1", null),
            entry("GET", own + "/_history", null),
            entry(
                "PUT",
                own,
                "{\"resourceType\":\"Communication\",\"id\":\""
                    + own.substring("Communication/".length())
                    + "\",\"status\":\"entered-in-error\"}"));
    assertThat(statuses(later).subList(0, 3)).containsOnly("200");
    assertThat(entry(later, 0).toString()).contains("in a batch");
    assertThat(statuses(later).get(3)).as("the engine has no right to take back").isEqualTo("403");
  }

  @Test
  void a_transaction_resolves_what_stands_further_down() throws Exception {
    String patient = patient("BATCH-ORDER");
    String subject = "\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
    ObjectNode result =
        addressed(
            "result",
            "Observation",
            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"Lactate\"},\"basedOn\":[{\"reference\":\"urn:uuid:order\"}],"
                + subject
                + "}");
    ObjectNode order =
        addressed(
            "order",
            "ServiceRequest",
            "{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"text\":\"Lactate\"},"
                + subject
                + "}");
    JsonNode kept =
        FhirClient.kept(
            FhirClient.send("POST", "", bundle("transaction", result, order).toString()), 200);
    String made = entry(kept, 1).path("response").path("location").asText().split("/_history")[0];
    assertThat(made).startsWith("ServiceRequest/");
    assertThat(entry(kept, 0).at("/resource/basedOn/0/reference").asText())
        .as("told in the answer, since that was asked for")
        .isEqualTo(made);
    ObjectNode one =
        addressed(
            "one",
            "Organization",
            "{\"resourceType\":\"Organization\",\"name\":\"One\",\"partOf\":{\"reference\":\"urn:uuid:two\"}}");
    ObjectNode two =
        addressed(
            "two",
            "Organization",
            "{\"resourceType\":\"Organization\",\"name\":\"Two\",\"partOf\":{\"reference\":\"urn:uuid:one\"}}");
    JsonNode circle =
        FhirClient.kept(
            FhirClient.send("POST", "", bundle("transaction", one, two).toString()), 200);
    assertThat(entry(circle, 0).path("response").path("location").asText())
        .startsWith(entry(circle, 1).at("/resource/partOf/reference").asText() + "/");
    // what may be there already has no address before
    ((ObjectNode) one.path("request")).put("ifNoneExist", "identifier=urn:it|no-such");
    ((ObjectNode) two.path("request")).put("ifNoneExist", "identifier=urn:it|none-such");
    assertThat(FhirClient.send("POST", "", bundle("transaction", one, two).toString()).statusCode())
        .isEqualTo(422);
  }

  private static ObjectNode addressed(String name, String type, String resource) throws Exception {
    return entry("POST", type, resource).put("fullUrl", "urn:uuid:" + name);
  }

  @Test
  void a_condition_of_one_entry_is_none_of_another() throws Exception {
    String patient = patient("BATCH2");
    String name =
        "{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:0f3c1b1e-1111-4222-8333-0123456789ab\"}";
    String named = message(patient, "named").replaceFirst("\\{", "{\"identifier\":[" + name + "],");
    ObjectNode once = entry("POST", "Communication", named);
    ((ObjectNode) once.path("request"))
        .put(
            "ifNoneExist",
            "identifier=urn:ietf:rfc:3986|urn:uuid:0f3c1b1e-1111-4222-8333-0123456789ab");
    JsonNode answer =
        batch(
            FhirClient.token(),
            once,
            entry("POST", "Communication", message(patient, "not named")),
            once);
    assertThat(statuses(answer)).containsExactly("201", "201", "200");
    assertThat(entry(answer, 2).path("response").path("location").asText())
        .isEqualTo(entry(answer, 0).path("response").path("location").asText());
  }

  @Test
  void what_one_entry_was_held_to_says_nothing_of_the_next() throws Exception {
    String patient = patient("BATCH3");
    String lactate = result(patient, "2524-7");
    String sodium = result(patient, "2951-2");
    String scope = "system/Observation.rs?code=http://loinc.org|2524-7";
    new KeycloakAdmin().allow("integration-engine", List.of(scope));
    JsonNode answer =
        batch(
            DemoSystem.token("integration-engine", scope),
            entry("GET", "Observation?patient=" + patient, null),
            entry("GET", "Observation/" + sodium, null),
            entry("GET", "Observation/" + lactate, null),
            entry("GET", "DiagnosticReport?patient=" + patient, null));
    assertThat(statuses(answer)).containsExactly("200", "404", "200", "403");
    assertThat(entry(answer, 0).toString()).contains(lactate).doesNotContain(sodium);
  }

  @Test
  void an_entry_is_for_the_resource_that_its_address_names() throws Exception {
    String patient = patient("BATCH5");
    String message = message(patient, "stays");
    String id = FhirClient.kept(FhirClient.post("Communication", message), 201).path("id").asText();
    String back =
        "{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"entered-in-error\"}";
    ObjectNode nowhere = entry("GET", "Patient", null);
    ((ObjectNode) nowhere.path("request")).remove("url");
    JsonNode answer =
        batch(
            FhirClient.token(),
            entry("PUT", "Subscription/" + id, back.formatted(id)),
            entry("PUT", "Communication/" + id, back.formatted(patient)),
            entry("PUT", "Communication/" + id + "/_history/1", back.formatted(id)),
            entry("POST", "Subscription", message),
            nowhere);
    assertThat(statuses(answer)).containsOnly("400");
    assertThat(FhirClient.get("Communication/" + id).body()).contains("stays");
  }

  @Test
  void entries_give_a_summary_or_some_elements() throws Exception {
    String patient = patient("BATCH6");
    String result = result(patient, "2524-7");
    JsonNode answer =
        batch(
            FhirClient.token(),
            entry("GET", "Communication?patient=" + patient + "&_summary=count", null),
            entry("GET", "Observation/" + result + "?_elements=status", null),
            entry("GET", "Observation?patient=" + patient + "&_elements=status", null),
            entry("GET", "Observation/" + result, null));
    assertThat(statuses(answer)).containsOnly("200");
    assertThat(entry(answer, 0).path("resource").path("total").asText()).isEqualTo("0");
    for (JsonNode some :
        List.of(
            entry(answer, 1).path("resource"),
            entry(answer, 2).path("resource").path("entry").path(0).path("resource"))) {
      assertThat(some.path("status").asText()).isEqualTo("final");
      assertThat(some.has("valueString")).isFalse();
      assertThat(some.at("/meta/tag/0/code").asText()).isEqualTo("SUBSETTED");
    }
    assertThat(entry(answer, 3).path("resource").has("valueString")).isTrue();
  }

  @Test
  void a_transaction_reads_what_it_wrote_and_one_read_that_fails_undoes_it() throws Exception {
    String patient = patient("BATCH7");
    String search = "Observation?patient=" + patient;
    ObjectNode read = entry("GET", search, null);
    JsonNode answer =
        FhirClient.kept(
            FhirClient.post(
                "",
                bundle("transaction", read, entry("POST", "Observation", observation(patient, "a")))
                    .toString()),
            200);
    assertThat(statuses(answer)).containsExactly("200", "201");
    String kept = entry(answer, 1).path("response").path("location").asText();
    assertThat(entry(answer, 0).path("resource").path("entry")).hasSize(1);
    assertThat(kept)
        .contains(
            entry(answer, 0)
                .path("resource")
                .path("entry")
                .path(0)
                .path("resource")
                .path("id")
                .asText());

    ObjectNode missing = entry("GET", "Observation/00000000-0000-7000-8000-000000000000", null);
    ObjectNode undone =
        bundle("transaction", missing, entry("POST", "Observation", observation(patient, "b")));
    assertThat(FhirClient.post("", undone.toString()).statusCode()).isEqualTo(404);
    ObjectNode refused =
        bundle(
            "transaction",
            entry("GET", "AuditEvent?_count=1", null),
            entry("POST", "Observation", observation(patient, "c")));
    assertThat(FhirClient.post("", refused.toString()).statusCode()).isEqualTo(403);
    ObjectNode along =
        bundle("transaction", entry("GET", search + "&_include=Observation:subject", null));
    assertThat(FhirClient.post("", along.toString()).statusCode()).isEqualTo(400);
    ObjectNode many =
        bundle("transaction", Collections.nCopies(11, read).toArray(ObjectNode[]::new));
    assertThat(FhirClient.post("", many.toString()).statusCode()).isEqualTo(400);
    assertThat(FhirClient.kept(FhirClient.get(search), 200).path("entry")).hasSize(1);
  }

  @Test
  void a_message_is_no_part_of_a_transaction() throws Exception {
    String patient = patient("BATCH4");
    ObjectNode bundle =
        bundle("transaction", entry("POST", "Communication", message(patient, "x")));
    assertThat(FhirClient.post("", bundle.toString()).statusCode()).isEqualTo(400);
  }

  private static String patient(String number) throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", number, number + "^^^IT^MR||Roe^Batch", ""));
    return JSON.readTree(
            FhirClient.get("Patient?identifier=urn:wardline:authority:IT%7C" + number).body())
        .path("entry")
        .path(0)
        .path("resource")
        .path("id")
        .asText();
  }

  private static String result(String patient, String code) throws Exception {
    return FhirClient.kept(FhirClient.post("Observation", observation(patient, code)), 201)
        .path("id")
        .asText();
  }

  private static String observation(String patient, String code) {
    return """
        {"resourceType":"Observation","status":"final","subject":{"reference":"Patient/%s"},
         "code":{"coding":[{"system":"http://loinc.org","code":"%s"}]},"valueString":"4.1"}"""
        .formatted(patient, code);
  }

  private static String message(String patient, String words) {
    return """
        {"resourceType":"Communication","status":"in-progress","subject":{"reference":"Patient/%s"},
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
         "payload":[{"contentString":"%s"}]}"""
        .formatted(patient, words);
  }

  private static ObjectNode entry(String method, String url, String resource) throws Exception {
    ObjectNode entry = JSON.createObjectNode();
    entry.putObject("request").put("method", method).put("url", url);
    if (resource != null) {
      entry.set("resource", JSON.readTree(resource));
    }
    return entry;
  }

  private static ObjectNode bundle(String type, ObjectNode... entries) {
    ObjectNode bundle = JSON.createObjectNode().put("resourceType", "Bundle").put("type", type);
    ArrayNode all = bundle.putArray("entry");
    List.of(entries).forEach(all::add);
    return bundle;
  }

  private static JsonNode batch(String token, ObjectNode... entries) throws Exception {
    return FhirClient.kept(
        FhirClient.sendAs(token, "POST", "", bundle("batch", entries).toString()), 200);
  }

  private static JsonNode entry(JsonNode answer, int place) {
    return answer.path("entry").path(place);
  }

  private static List<String> statuses(JsonNode answer) {
    return StreamSupport.stream(answer.path("entry").spliterator(), false)
        .map(entry -> entry.path("response").path("status").asText().substring(0, 3))
        .toList();
  }
}
