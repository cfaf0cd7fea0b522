package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Scopes that are restricted by a search, and {@code patient/} scopes (SMART App Launch 2.0): what
 * does not fit is neither found nor read, and whatever is neither search nor read is not given.
 */
class RestrictedScopesIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";
  private static final String POTASSIUM = "http://loinc.org|2823-3";

  @Test
  void a_system_sees_the_results_that_its_scope_names_and_no_others() throws Exception {
    String patient = patient("RS-1", "RESTR1");
    String potassium = result(patient, "2823-3");
    String sodium = result(patient, "2951-2");
    String restricted = "system/Observation.rs?code=" + POTASSIUM;
    String unknown = "system/DiagnosticReport.rs?no-such-parameter=1";
    new KeycloakAdmin().allow("integration-engine", List.of(restricted, unknown));
    String token = DemoSystem.token("integration-engine", restricted, unknown);

    assertThat(found(token, "Observation?patient=" + patient)).containsExactly(potassium);
    assertThat(found(token, "Observation?patient=" + patient + "&code=http://loinc.org%7C2823-3"))
        .containsExactly(potassium);
    assertThat(found(token, "Observation?patient=" + patient + "&_include=Observation:subject"))
        .containsExactly(potassium);
    assertThat(DemoSystem.fhir("Observation/" + potassium, token).statusCode()).isEqualTo(200);
    assertThat(DemoSystem.fhir("Observation/" + potassium + "/_history/1", token).statusCode())
        .isEqualTo(200);
    for (String hidden :
        List.of("Observation/" + sodium, "Observation/" + sodium + "/_history/1")) {
      assertThat(DemoSystem.fhir(hidden, token).statusCode()).as(hidden).isEqualTo(404);
    }
    for (String refused :
        List.of(
            "Observation?code=http://loinc.org%7C2951-2",
            "Observation?code:not=http://loinc.org%7C2823-3",
            "DiagnosticReport?patient=" + patient,
            "Patient/" + patient,
            "Patient/" + patient + "/$everything")) {
      assertThat(DemoSystem.fhir(refused, token).statusCode()).as(refused).isEqualTo(403);
    }
    assertThat(
            FhirClient.sendAs(token, "POST", "Observation", observation(patient, "2823-3"))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void several_scopes_of_a_type_give_together_what_one_search_can_say() throws Exception {
    String patient = patient("RS-4", "RESTR4");
    String chloride = result(patient, "2075-0");
    String calcium = result(patient, "17861-6");
    result(patient, "2345-7");
    List<String> scopes =
        List.of(
            "system/Observation.rs?code=http://loinc.org|2075-0",
            "system/Observation.rs?code=http://loinc.org|17861-6");
    new KeycloakAdmin().allow("integration-engine", scopes);
    String both = DemoSystem.token("integration-engine", scopes.toArray(String[]::new));
    assertThat(found(both, "Observation?patient=" + patient))
        .containsExactlyInAnyOrder(chloride, calcium);
    assertThat(found(both, "Observation?patient=" + patient + "&code=http://loinc.org%7C2075-0"))
        .containsExactly(chloride);
  }

  @Test
  void a_system_sees_the_kinds_of_results_that_its_scope_names() throws Exception {
    String patient = patient("RS-7", "RESTR7");
    String vital = result(patient, "8867-4", "vital-signs");
    String laboratory = result(patient, "2823-3", "laboratory");
    String neither = result(patient, "2951-2");
    String restricted = "system/Observation.rs?category=" + CATEGORY + "|vital-signs";
    new KeycloakAdmin().allow("integration-engine", List.of(restricted));
    String token = DemoSystem.token("integration-engine", restricted);

    assertThat(found(token, "Observation?patient=" + patient)).containsExactly(vital);
    assertThat(found(token, "Observation?_id=" + vital + "," + laboratory + "," + neither))
        .containsExactly(vital);
    assertThat(DemoSystem.fhir("Observation/" + vital, token).statusCode()).isEqualTo(200);
    for (String hidden : List.of(laboratory, neither)) {
      assertThat(DemoSystem.fhir("Observation/" + hidden, token).statusCode())
          .as(hidden)
          .isEqualTo(404);
    }
    assertThat(
            DemoSystem.fhir("Observation?category=" + CATEGORY + "%7Claboratory", token)
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void a_system_sees_alerts_and_receipts_of_the_patient_that_its_scope_names() throws Exception {
    String own = patient("RS-5", "RESTR5");
    String other = patient("RS-6", "RESTR6");
    String alert = alert(own);
    String hidden = alert(other);
    List<String> scopes =
        List.of(
            "system/CommunicationRequest.rs?patient=" + own,
            "system/Task.rs?patient=Patient/" + own,
            "system/Encounter.rs?patient=" + own,
            "system/Binary.r?_id=" + own,
            "system/AuditEvent.rs?patient=" + own,
            "system/DiagnosticReport.rs?conclusion=http://snomed.info/sct|260385009");
    new KeycloakAdmin().allow("integration-engine", scopes);
    String token = DemoSystem.token("integration-engine", scopes.toArray(String[]::new));

    assertThat(found(token, "CommunicationRequest")).containsExactly(alert);
    assertThat(DemoSystem.fhir("CommunicationRequest/" + alert, token).statusCode()).isEqualTo(200);
    assertThat(DemoSystem.fhir("CommunicationRequest/" + hidden, token).statusCode())
        .isEqualTo(404);
    List<String> receipts = found(token, "Task");
    assertThat(receipts).isNotEmpty().allMatch(id -> id.startsWith(alert));
    assertThat(found(token, "Task?_id=" + receipts.get(0))).containsExactly(receipts.get(0));
    assertThat(DemoSystem.fhir("Task/" + receipts.get(0), token).statusCode()).isEqualTo(200);
    String all = DemoSystem.token("integration-engine", "system/Task.rs");
    String foreign = found(all, "Task?patient=" + other).get(0);
    assertThat(found(token, "Task?_id=" + foreign)).isEmpty();
    assertThat(DemoSystem.fhir("Task/" + foreign, token).statusCode()).isEqualTo(404);
    HttpResponse<String> unchanged =
        DemoSystem.get(
            DemoSystem.origin() + "/fhir/CommunicationRequest/" + hidden,
            "Authorization",
            "Bearer " + token,
            "If-None-Match",
            "W/\"1\"");
    assertThat(unchanged.statusCode()).as("not told from what is not there").isEqualTo(404);
    assertThat(found(token, "Encounter")).isEmpty();
    for (String nothing : List.of("Binary/" + own, "AuditEvent", "DiagnosticReport")) {
      assertThat(DemoSystem.fhir(nothing, token).statusCode()).as(nothing).isEqualTo(403);
    }
  }

  private static String alert(String patient) throws Exception {
    return FhirClient.kept(
            FhirClient.post(
                "CommunicationRequest",
                """
                {"resourceType":"CommunicationRequest","status":"active","subject":{"reference":"Patient/%s"},
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
                 "payload":[{"contentString":"restricted"}]}"""
                    .formatted(patient)),
            201)
        .path("id")
        .asText();
  }

  @Test
  void an_app_with_a_patient_in_its_context_sees_what_is_of_him() throws Exception {
    String own = patient("RS-2", "RESTR2");
    String other = patient("RS-3", "RESTR3");
    String ofOwn = message(own, "RESTR2");
    String ofOther = message(other, "RESTR3");
    List<String> scopes = List.of("patient/Communication.rs", "patient/Patient.rs");
    SmartApp app = SmartApp.registered("one-patient-app", scopes);
    new KeycloakAdmin().say(app.clientId(), "patient", own);
    String token = app.token(browser, "nurse.cole", "openid " + String.join(" ", scopes));

    assertThat(found(token, "Communication?_count=500")).contains(ofOwn).doesNotContain(ofOther);
    assertThat(found(token, "Communication?subject=Patient/" + own)).contains(ofOwn);
    assertThat(found(token, "Communication?subject=Patient/" + other)).isEmpty();
    assertThat(DemoSystem.fhir("Communication/" + ofOwn, token).statusCode()).isEqualTo(200);
    assertThat(DemoSystem.fhir("Communication/" + ofOther, token).statusCode()).isEqualTo(404);
    assertThat(DemoSystem.fhir("Communication?patient=" + other, token).statusCode())
        .isEqualTo(403);
    assertThat(found(token, "Patient")).containsExactly(own);
    assertThat(DemoSystem.fhir("Patient/" + own, token).statusCode()).isEqualTo(200);
    assertThat(DemoSystem.fhir("Patient/" + other, token).statusCode()).isEqualTo(404);
    assertThat(DemoSystem.fhir("Observation?patient=" + own, token).statusCode()).isEqualTo(403);
  }

  private static String patient(String controlId, String number) throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", controlId, number + "^^^IT^MR||Roe^Restricted", ""));
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

  private static String result(String patient, String code, String category) throws Exception {
    String kind =
        "{\"category\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}],"
            .formatted(CATEGORY, category);
    String posted = observation(patient, code).replaceFirst("\\{", kind);
    return FhirClient.kept(FhirClient.post("Observation", posted), 201).path("id").asText();
  }

  private static String observation(String patient, String code) {
    return """
        {"resourceType":"Observation","status":"final","subject":{"reference":"Patient/%s"},
         "code":{"coding":[{"system":"http://loinc.org","code":"%s"}]},
         "effectiveDateTime":"2026-11-01T08:00:00Z","valueQuantity":{"value":4.1,"unit":"mmol/L"}}"""
        .formatted(patient, code);
  }

  private static String message(String patient, String words) throws Exception {
    return FhirClient.kept(
            FhirClient.post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","subject":{"reference":"Patient/%s"},
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
                 "payload":[{"contentString":"%s"}]}"""
                    .formatted(patient, words)),
            201)
        .path("id")
        .asText();
  }

  /** Ids of what was found. */
  private static List<String> found(String token, String search) throws Exception {
    JsonNode page = FhirClient.kept(DemoSystem.fhir(search, token), 200);
    return StreamSupport.stream(page.path("entry").spliterator(), false)
        .map(entry -> entry.path("resource").path("id").asText())
        .toList();
  }
}
