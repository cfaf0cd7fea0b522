package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each interaction with each type is on record as IHE BALP says: what was done (subtype, action),
 * to what, of whom.
 */
@ExtendWith(DemoSystem.class)
class InteractionAuditIT {
  private static final List<String> CHANGED =
      List.of(
          "Encounter",
          "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment",
          "CareTeam",
          "Group",
          "Organization",
          "Location");
  private static final List<String> PATCHED =
      CHANGED.stream().filter(type -> !type.equals("Encounter")).toList();

  private static String patient;
  private static String auditor;
  private static final Map<String, String> THERE = new TreeMap<>();

  @BeforeAll
  static void prepare() throws Exception {
    auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    patient = Samples.patient();
    for (String type :
        Stream.concat(CHANGED.stream(), Stream.of("CommunicationRequest", "Communication"))
            .toList()) {
      THERE.put(type, Samples.posted(type, Samples.of(type, patient)));
    }
    THERE.put("Patient", patient);
  }

  /** {@code action subtype} of each record of a resource, oldest first. */
  private static List<String> records(String reference) throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode record : trail("entity=" + reference + "&type=rest")) {
      found.add(record.path("action").asText() + " " + record.at("/subtype/0/code").asText());
    }
    return found;
  }

  private static List<JsonNode> trail(String search) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    kept(DemoSystem.fhir("AuditEvent?_sort=date&_count=500&" + search, auditor), 200)
        .path("entry")
        .forEach(entry -> found.add(entry.path("resource")));
    return found;
  }

  /** Of today's, since the trail is long. */
  private static List<JsonNode> newest(String search) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    String today = "date=ge" + LocalDate.now(ZoneOffset.UTC).minusDays(1);
    kept(DemoSystem.fhir("AuditEvent?_count=100&" + today + search, auditor), 200)
        .path("entry")
        .forEach(entry -> found.add(entry.path("resource")));
    return found;
  }

  private static boolean ofPatient(JsonNode record, String patient) {
    for (JsonNode entity : record.path("entity")) {
      if (entity.at("/what/reference").asText().equals("Patient/" + patient)) {
        return true;
      }
    }
    return false;
  }

  private static String path(String type) {
    return type + "/" + THERE.get(type);
  }

  @Test
  void reads_of_each_type_are_on_record() throws Exception {
    for (String type : THERE.keySet()) {
      int before = records(path(type)).size();
      kept(FhirClient.get(path(type)), 200);
      kept(FhirClient.get(path(type) + "/_history/" + version(type)), 200);
      List<String> after = records(path(type));
      assertThat(after.subList(before, after.size())).as(type).hasSize(3); // and for its version
      assertThat(after.subList(before, after.size()))
          .as(type)
          .allMatch(record -> record.equals("R read") || record.equals("R vread"));
      if (Samples.OF_PATIENT.contains(type)) {
        assertThat(trail("entity=" + path(type))).as(type).allMatch(r -> ofPatient(r, patient));
      }
    }
  }

  private static String version(String type) throws IOException {
    String version = kept(FhirClient.get(path(type)), 200).at("/meta/versionId").asText();
    return version.isEmpty() ? "1" : version;
  }

  @Test
  void writes_of_each_type_are_on_record() throws Exception {
    for (String type : CHANGED) {
      String made = Samples.posted(type, Samples.of(type, patient));
      String reference = type + "/" + made;
      List<String> expected = new ArrayList<>(List.of("C create", "R read")); // it was given back
      kept(FhirClient.send("PUT", reference, Samples.of(type, patient, made)), 200);
      expected.addAll(List.of("U update", "R read"));
      if (PATCHED.contains(type)) {
        HttpResponse<String> patched =
            DemoSystem.send(
                "PATCH",
                DemoSystem.origin() + "/fhir/" + reference,
                "[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"de\"}]",
                "Authorization",
                "Bearer " + FhirClient.token(),
                "Content-Type",
                "application/json-patch+json");
        assertThat(patched.statusCode()).as(type + patched.body()).isEqualTo(200);
        expected.addAll(List.of("R read", "U update")); // it was read to be patched
      }
      assertThat(records(reference)).as(type).isEqualTo(expected);
      String number = UUID.randomUUID().toString();
      String numbered =
          Samples.of(type, patient)
              .replaceFirst(
                  "\\{\"resourceType\"",
                  "{\"identifier\":[{\"system\":\"urn:it:audit\",\"value\":\""
                      + number
                      + "\"}],\"resourceType\"");
      String condition = type + "?identifier=urn:it:audit%7C" + number;
      String conditional =
          type + "/" + kept(FhirClient.send("PUT", condition, numbered), 201).path("id").asText();
      kept(FhirClient.send("PUT", condition, numbered), 200);
      assertThat(records(conditional).stream().filter(r -> !r.equals("R read")).toList())
          .as("conditional " + type)
          .containsExactly("C create", "U update");
    }
  }

  @Test
  void each_patient_on_a_page_is_on_record_and_so_is_what_was_asked() throws Exception {
    String other = Samples.patient();
    for (String type : Samples.OF_PATIENT) {
      Samples.posted(type, Samples.of(type, other));
      String search = type + "?patient=" + patient + "," + other + "&_count=100";
      kept(FhirClient.get(search), 200);
      for (String each : List.of(patient, other)) {
        assertThat(trail("patient=" + each + "&action=E"))
            .as(type)
            .anyMatch(
                r -> asked(r).startsWith(type + "?") && asked(r).contains("patient=" + patient));
      }
      String nothing = type + "?patient=" + UUID.randomUUID();
      kept(FhirClient.get(nothing), 200);
      assertThat(newest("&action=E&agent=integration-engine"))
          .as("who finds nothing is on record, too")
          .anyMatch(record -> asked(record).contains(nothing));
    }
  }

  /** The request of a record of a search. */
  private static String asked(JsonNode record) {
    for (JsonNode entity : record.path("entity")) {
      if (entity.has("query")) {
        return new String(
            Base64.getDecoder().decode(entity.path("query").asText()), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  @Test
  void entries_of_bundles_are_on_record_one_by_one() throws Exception {
    for (String kind : List.of("transaction", "batch")) {
      String who = Samples.patient();
      String bundle =
          """
          {"resourceType":"Bundle","type":"%1$s","entry":[
           {"resource":%2$s,"request":{"method":"POST","url":"Observation"}},
           {"resource":%2$s,"request":{"method":"POST","url":"Observation"}},
           {"resource":%3$s,"request":{"method":"POST","url":"Encounter"}},
           {"request":{"method":"GET","url":"Patient/%4$s"}},
           {"request":{"method":"GET","url":"Observation?patient=%4$s"}}]}"""
              .formatted(kind, Samples.of("Observation", who), Samples.of("Encounter", who), who);
      int before = trail("patient=" + who).size();
      kept(
          DemoSystem.post(
              DemoSystem.origin() + "/fhir",
              bundle,
              "Authorization",
              "Bearer " + FhirClient.token(),
              "Content-Type",
              "application/fhir+json"),
          200);
      List<JsonNode> after = trail("patient=" + who);
      assertThat(after.subList(before, after.size()).stream().map(r -> r.path("action").asText()))
          .as(kind)
          .containsExactlyInAnyOrder("C", "C", "C", "R", "E");
    }
  }

  @Test
  void messages_are_on_record_from_sending_to_taking_back() throws Exception {
    String id = Samples.posted("Communication", Samples.of("Communication", patient));
    String reference = "Communication/" + id;
    kept(FhirClient.get(reference + "/_history"), 200);
    String token = DemoSystem.token("integration-engine", "system/Communication.crus");
    kept(
        FhirClient.sendAs(
            token,
            "PUT",
            reference,
            "{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"entered-in-error\"}"
                .formatted(id)),
        200);
    assertThat(FhirClient.get("Communication/" + id + "x").statusCode()).isEqualTo(404);
    List<JsonNode> records = trail("entity=" + reference);
    assertThat(records.stream().map(r -> r.path("action").asText()).toList())
        .containsSubsequence("C", "R", "U");
    assertThat(records).allMatch(r -> ofPatient(r, patient));
  }

  @Test
  void what_was_given_to_another_system_is_on_record_of_the_patient() throws Exception {
    String who = Samples.patient();
    Samples.posted("Communication", Samples.of("Communication", who));
    DemoSystem.await(
        "it was delivered",
        Duration.ofSeconds(30),
        () -> {
          try {
            return trail("patient=" + who + "&subtype=delivery-ended").size() == 2;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void what_was_refused_is_on_record_as_refused() throws Exception {
    String narrow = DemoSystem.token("integration-engine", "system/Observation.rs");
    for (String type : List.of("Encounter", "Communication", "Group", "CommunicationRequest")) {
      assertThat(DemoSystem.fhir(path(type), narrow).statusCode()).as(type).isEqualTo(403);
      assertThat(FhirClient.sendAs(narrow, "POST", type, Samples.of(type, patient)).statusCode())
          .as(type)
          .isEqualTo(403);
    }
    assertThat(
            newest("&outcome=4,8,12&agent=integration-engine").stream()
                .map(record -> record.path("outcomeDesc").asText()))
        .hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void subscriptions_are_on_record_until_they_are_deleted() throws Exception {
    String token = DemoSystem.token("ehr", "system/Subscription.cruds", "system/Communication.rs");
    String body =
        "{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"audit\",\"criteria\":\"Communication?\",\"channel\":{\"type\":\"rest-hook\",\"endpoint\":\"http://127.0.0.1:9/x\"}}";
    String id =
        kept(FhirClient.sendAs(token, "POST", "Subscription", body), 201).path("id").asText();
    String reference = "Subscription/" + id;
    kept(DemoSystem.fhir(reference, token), 200);
    kept(DemoSystem.fhir(reference + "/$status", token), 200);
    kept(DemoSystem.fhir(reference + "/$events", token), 200);
    assertThat(FhirClient.sendAs(token, "DELETE", reference, "").statusCode()).isIn(200, 204);
    List<String> records = records(reference);
    assertThat(records.get(0)).isEqualTo("C create");
    assertThat(records.get(records.size() - 1)).isEqualTo("D delete");
    assertThat(records.stream().filter(r -> r.startsWith("R ") || r.startsWith("E ")).count())
        .as("read, status and events: " + records)
        .isGreaterThanOrEqualTo(3);
  }
}
