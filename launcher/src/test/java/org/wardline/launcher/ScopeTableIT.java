package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each type of the CapabilityStatement, asked for with the scope of each other: who may search one
 * type learns nothing of another, neither by search, nor by read, nor by {@code _include}. A type
 * that is new has no row here until somebody says by which scope it is opened.
 */
@ExtendWith(DemoSystem.class)
class ScopeTableIT {
  /** Those by which a type is opened; all of a set are needed. */
  private static final Map<String, Set<String>> OPENED_BY =
      Map.ofEntries(
          own("Appointment"),
          own("AuditEvent"),
          own("CareTeam"),
          own("Communication"),
          own("CommunicationRequest"),
          own("DiagnosticReport"),
          own("DocumentReference"),
          own("Encounter"),
          own("Endpoint"),
          own("Group"),
          own("Location"),
          own("Observation"),
          own("Organization"),
          own("Patient"),
          own("Practitioner"),
          own("Provenance"),
          own("ServiceRequest"),
          own("Subscription"),
          own("Task"),
          Map.entry("Composition", Set.of("Composition", "Communication")));

  /** What the directory's own scope opens, too: roles and devices are whom messages name. */
  private static final Map<String, Set<String>> OPENED_BY_EITHER =
      Map.of(
          "PractitionerRole", Set.of("PractitionerRole", "Practitioner"),
          "HealthcareService", Set.of("HealthcareService", "Practitioner"),
          "Device", Set.of("Device", "Practitioner"));

  /** Ours and everybody's: how we search says nothing of anybody. */
  private static final Set<String> OPEN = Set.of("SearchParameter");

  /** Found by no search. */
  private static final Set<String> READ_ONLY = Set.of("Binary");

  private static final Map<String, String> TOKENS = new TreeMap<>();

  private static Map.Entry<String, Set<String>> own(String type) {
    return Map.entry(type, Set.of(type));
  }

  @BeforeAll
  static void tokens() {
    Hl7.taken(Hl7.message("ADT^A04", "SC-1", "SCOPES^^^IT^MR||Roe^Scope", ""));
    FhirClient.post(
        "Communication",
        """
        {"resourceType":"Communication","status":"in-progress",
         "subject":{"identifier":{"system":"urn:wardline:authority:IT","value":"SCOPES"}},
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
         "payload":[{"contentString":"scopes"}]}""");
    for (String type : OPENED_BY.keySet()) {
      TOKENS.put(type, DemoSystem.token(client(type), scope(type)));
    }
    for (String type : OPENED_BY_EITHER.keySet()) {
      TOKENS.put(type, DemoSystem.token(client(type), scope(type)));
    }
    TOKENS.put("Binary", DemoSystem.token("integration-engine", "system/Binary.cr"));
  }

  private static String client(String type) {
    return switch (type) {
      case "AuditEvent" -> "compliance-reporting";
      case "Subscription" -> "ehr";
      default -> "integration-engine";
    };
  }

  private static String scope(String type) {
    return "system/"
        + type
        + switch (type) {
          case "CommunicationRequest", "Subscription" -> ".crs";
          default -> ".rs";
        };
  }

  @Test
  void every_type_says_by_which_scope_it_is_opened() throws Exception {
    var known = new ArrayList<String>(OPENED_BY.keySet());
    known.addAll(OPENED_BY_EITHER.keySet());
    known.addAll(OPEN);
    known.addAll(READ_ONLY);
    assertThat(known).containsAll(types());
  }

  @Test
  void no_scope_opens_another_type_by_search_or_by_read() throws Exception {
    var wrong = new ArrayList<String>();
    for (Map.Entry<String, String> token : TOKENS.entrySet()) {
      for (String type : types()) {
        boolean opened = opened(type, token.getKey());
        if (!READ_ONLY.contains(type)) {
          String search =
              type.equals("Provenance") ? type + "?_id=" + UUID.randomUUID() : type + "?_count=1";
          expect(wrong, token, search, opened ? Set.of(200) : Set.of(403));
        }
        String nobody = type + "/" + UUID.randomUUID();
        boolean readable = opened || (type.equals(token.getKey()) && READ_ONLY.contains(type));
        boolean someOnly = !type.equals(token.getKey()) && OPENED_BY_EITHER.containsKey(type);
        expect(wrong, token, nobody, readable && !someOnly ? Set.of(404) : Set.of(403, 404));
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** What is there is not read either: of each type that anything is of, one. */
  @Test
  void no_scope_opens_what_is_there() throws Exception {
    var wrong = new ArrayList<String>();
    var there = new ArrayList<String>();
    for (String type : types()) {
      if (OPEN.contains(type) || READ_ONLY.contains(type) || type.equals("Provenance")) {
        continue;
      }
      String token =
          type.equals("Composition")
              ? DemoSystem.token(
                  "integration-engine", "system/Composition.rs", "system/Communication.crs")
              : TOKENS.get(type);
      JsonNode first =
          FhirClient.kept(DemoSystem.fhir(type + "?_count=1", token), 200).at("/entry/0/resource");
      if (first.isMissingNode()) {
        continue;
      }
      there.add(type);
      String path = type + "/" + first.path("id").asText();
      assertThat(DemoSystem.fhir(path, token).statusCode()).as(path).isEqualTo(200);
      for (Map.Entry<String, String> other : TOKENS.entrySet()) {
        if (!opened(type, other.getKey())) {
          expect(wrong, other, path, Set.of(403));
        }
      }
    }
    assertThat(there).contains("Communication", "Composition", "Task", "Patient", "AuditEvent");
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothing_of_another_type_comes_along_with_a_search() throws Exception {
    int found = 0;
    var wrong = new ArrayList<String>();
    Map<String, List<String>> asked =
        Map.of(
            "Communication",
            List.of(
                "_include=Communication:patient",
                "_include=Communication:sender",
                "_include=Communication:recipient",
                "_revinclude=Task:focus"),
            "Task",
            List.of("_include=Task:focus", "_include=Task:owner", "_include=Task:patient"),
            "Observation",
            List.of("_include=Observation:patient", "_revinclude=Provenance:target"),
            "DiagnosticReport",
            List.of("_include=DiagnosticReport:result", "_include=DiagnosticReport:patient"),
            "CommunicationRequest",
            List.of("_include=CommunicationRequest:patient"));
    for (Map.Entry<String, List<String>> search : asked.entrySet()) {
      for (String along : search.getValue()) {
        String path = search.getKey() + "?_count=20&" + along;
        var answer = DemoSystem.fhir(path, TOKENS.get(search.getKey()));
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        for (JsonNode entry : FhirClient.kept(answer, 200).path("entry")) {
          String type = entry.at("/resource/resourceType").asText();
          found++;
          if (!opened(type, search.getKey()) && !type.equals("OperationOutcome")) {
            wrong.add(path + " gives " + type);
          }
        }
      }
    }
    assertThat(found).isPositive();
    assertThat(wrong).isEmpty();
  }

  private static boolean opened(String type, String scope) {
    return OPEN.contains(type)
        || OPENED_BY.getOrDefault(type, Set.of()).equals(Set.of(scope))
        || OPENED_BY_EITHER.getOrDefault(type, Set.of()).contains(scope);
  }

  private static void expect(
      List<String> wrong, Map.Entry<String, String> token, String path, Set<Integer> statuses) {
    int status = DemoSystem.fhir(path, token.getValue()).statusCode();
    if (!statuses.contains(status)) {
      wrong.add(path + " with the scope of " + token.getKey() + ": " + status);
    }
  }

  private static List<String> types() throws Exception {
    var types = new ArrayList<String>();
    FhirClient.kept(DemoSystem.get(DemoSystem.origin() + "/fhir/metadata"), 200)
        .at("/rest/0/resource")
        .forEach(resource -> types.add(resource.path("type").asText()));
    types.remove("OperationDefinition");
    return types;
  }
}
