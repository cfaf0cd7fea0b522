package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients tell of patients as FHIR resources: kept and given back, or refused in words. */
@ExtendWith(DemoSystem.class)
class ResourceDoorIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DATA = Path.of(System.getProperty("wardline.test.data", "."));

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
    var stale =
        send(
            "PUT",
            "Observation/" + id,
            observation.replace(
                "{\"resourceType\":\"Observation\"",
                "{\"resourceType\":\"Observation\",\"id\":\"" + id + "\""),
            "If-Match",
            "W/\"1\"");
    assertThat(stale.statusCode()).isEqualTo(409);
    assertThat(
            JSON.readTree(get("Observation/" + id).body())
                .path("valueQuantity")
                .path("value")
                .asText())
        .isEqualTo("4.2");
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
      {"Appointment", "{\"resourceType\":\"Appointment\",\"status\":\"booked\"}", "422", "subject"},
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
  void published_bundles_of_patients_load_and_are_read_back() throws Exception {
    Path folder = DATA.resolve("synthea");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        var answer = post("", text);
        if (answer.statusCode() != 200) {
          wrong.add(file.getFileName() + ": " + answer.statusCode() + " " + answer.body());
          continue;
        }
        JsonNode posted = JSON.readTree(text).path("entry");
        JsonNode kept = JSON.readTree(answer.body()).path("entry");
        for (int i = 0; i < posted.size(); i++) {
          String where = kept.path(i).path("response").path("location").asText().split("/_")[0];
          JsonNode back = JSON.readTree(get(where).body());
          compare(file.getFileName() + " " + where, posted.path(i).path("resource"), back, wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void published_examples_are_kept_or_refused_by_a_rule_with_a_name() throws Exception {
    Path folder = DATA.resolve("fhir/r4-examples");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    JsonNode someone =
        kept(
            post(
                "Patient",
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"EXAMPLES\"}]}"),
            201);
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        var posted = (ObjectNode) JSON.readTree(file.toFile());
        String type = posted.path("resourceType").asText();
        if (posted.path("subject").has("reference") && !type.equals("Patient")) {
          posted.putObject("subject").put("reference", "Patient/" + someone.path("id").asText());
        }
        var answer = post(type, posted.toString());
        boolean refused =
            answer.statusCode() >= 400
                && answer.statusCode() < 500
                && answer.body().contains("\"diagnostics\"");
        if (answer.statusCode() >= 300 && !refused) {
          wrong.add(file.getFileName() + ": " + answer.statusCode() + " " + answer.body());
        }
        if (answer.statusCode() < 300
            && List.of("Patient", "ServiceRequest", "DocumentReference").contains(type)) {
          compare(file.getFileName().toString(), posted, JSON.readTree(answer.body()), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void naughty_strings_are_kept_as_they_are_or_refused() throws Exception {
    Path file = DATA.resolve("strings/blns.txt");
    assumeTrue(Files.exists(file), "no sample data at " + file);
    List<String> wrong = new ArrayList<>();
    int number = 0;
    for (String naughty : Files.readAllLines(file)) {
      if (naughty.isBlank() || naughty.startsWith("#")) {
        continue;
      }
      ObjectNode patient = JSON.createObjectNode().put("resourceType", "Patient");
      patient.putArray("identifier").addObject().put("system", "urn:it:blns").put("value", naughty);
      patient
          .putArray("name")
          .addObject()
          .put("family", naughty)
          .putArray("given")
          .add("n" + ++number);
      var answer = post("Patient", patient.toString());
      if (answer.statusCode() >= 500) {
        wrong.add(answer.statusCode() + " for " + naughty);
      }
      if (answer.statusCode() == 201) {
        String family = JSON.readTree(answer.body()).path("name").path(0).path("family").asText();
        if (!family.equals(naughty)) {
          wrong.add("not the same: " + naughty + " / " + family);
        }
      }
      var search = get("Patient?identifier=" + URLEncoder.encode(naughty, StandardCharsets.UTF_8));
      if (search.statusCode() >= 500) {
        wrong.add("search " + search.statusCode() + " for " + naughty);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** What was posted is in what came back; of what we keep otherwise, a list says why. */
  private static void compare(String what, JsonNode posted, JsonNode back, List<String> wrong) {
    for (var field : posted.properties()) {
      String name = field.getKey();
      boolean ours =
          List.of(
                  "id",
                  "meta", // ours
                  "active", // ours: whether the record stands
                  "subject",
                  "encounter",
                  "context", // references to what was kept
                  "participant",
                  "author",
                  "custodian",
                  "serviceProvider",
                  "managingOrganization",
                  "location",
                  "link", // by number, see the mapping
                  "text",
                  "contained") // written again by the parser
              .contains(name);
      boolean held =
          name.equals("identifier") // one without value names nothing, and the same twice is one
              ? numbers(back).containsAll(numbers(posted))
              : holds(field.getValue(), back.path(name));
      if (!ours && !held) {
        wrong.add(what + " " + name + ": " + field.getValue() + " / " + back.path(name));
      }
    }
  }

  private static List<String> numbers(JsonNode resource) {
    return resource.path("identifier").findValues("value").stream()
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  private static boolean holds(JsonNode posted, JsonNode back) {
    if (posted.isObject()) {
      return posted.properties().stream()
          .allMatch(field -> holds(field.getValue(), back.path(field.getKey())));
    }
    if (posted.isArray()) {
      for (int i = 0; i < posted.size(); i++) {
        if (!holds(posted.path(i), back.path(i))) {
          return false;
        }
      }
      return true;
    }
    return posted.asText().equals(back.asText());
  }

  private static JsonNode named(String posted, String name) throws IOException {
    JsonNode read = JSON.readTree(posted);
    ((ObjectNode) ((ArrayNode) read.path("name")).get(0)).put("text", name);
    return read;
  }

  private static JsonNode without(JsonNode resource, String... fields) {
    return ((ObjectNode) resource.deepCopy()).remove(List.of(fields));
  }

  private static JsonNode kept(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        Stream.of(
                "Patient",
                "Encounter",
                "Observation",
                "DiagnosticReport",
                "ServiceRequest",
                "DocumentReference",
                "Appointment",
                "CareTeam",
                "Organization",
                "Location",
                "Practitioner",
                "PractitionerRole")
            .map(type -> "system/" + type + ".crus")
            .toArray(String[]::new));
  }

  private static HttpResponse<String> get(String path) {
    return DemoSystem.fhir(path, token());
  }

  private static HttpResponse<String> post(String type, String body) {
    return send("POST", type, body);
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String... headers) {
    var all =
        new ArrayList<>(
            List.of(
                "Authorization",
                "Bearer " + token(),
                "Content-Type",
                "application/fhir+json",
                "Prefer",
                "return=representation"));
    all.addAll(List.of(headers));
    return DemoSystem.send(
        method, DemoSystem.origin() + "/fhir/" + path, body, all.toArray(String[]::new));
  }
}
