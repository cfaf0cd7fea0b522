package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Scopes that are restricted by a search, and {@code patient/} scopes (SMART App Launch 2.0): what
 * does not fit is neither found nor read, and whatever is neither search nor read is not given.
 */
class RestrictedScopesIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
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
