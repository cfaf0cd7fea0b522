package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where records of a chart come from. */
@ExtendWith(DemoSystem.class)
class ProvenanceIT {
  private static final String PATIENT = "PROVENANCE^^^IT^MR||Roe^Origin";

  @Test
  void a_result_names_the_message_that_told_of_it_last() throws IOException {
    Hl7.taken(Hl7.message("ADT^A04", "PV-1", PATIENT, ""));
    Hl7.taken(Hl7.message("ORU^R01", "PV-2", PATIENT, result("P")));
    JsonNode first = provenance("_revinclude=Provenance:target");
    assertThat(first.at("/entity/0/what/identifier/value").asText()).isEqualTo("PV-2");
    assertThat(first.at("/entity/0/what/display").asText()).contains("ORU^R01");
    assertThat(first.at("/entity/0/role").asText()).isEqualTo("source");
    assertThat(first.at("/activity/coding/0/code").asText()).isEqualTo("CREATE");
    assertThat(first.at("/agent/0/who/identifier/value").asText()).isNotEmpty();

    Hl7.taken(Hl7.message("ORU^R01", "PV-3", PATIENT, result("F")));
    JsonNode second = provenance("_revinclude=Provenance:target");
    assertThat(second.at("/entity/0/what/identifier/value").asText()).isEqualTo("PV-3");
    assertThat(second.at("/activity/coding/0/code").asText()).isEqualTo("UPDATE");
    String target = second.at("/target/0/reference").asText();
    assertThat(target).startsWith("Observation/");
    JsonNode searched = kept(DemoSystem.fhir("Provenance?target=" + target, token()), 200);
    assertThat(searched.at("/entry/0/resource/id").asText()).isEqualTo(second.path("id").asText());
    assertThat(
            kept(DemoSystem.fhir("Provenance/" + second.path("id").asText(), token()), 200)
                .at("/target/0/reference")
                .asText())
        .isEqualTo(target);
  }

  @Test
  void what_a_client_brought_has_none_and_nobody_asks_for_all() throws IOException {
    JsonNode posted =
        kept(
            FhirClient.post(
                "Observation",
                """
                {"resourceType":"Observation","status":"final","identifier":[{"system":"urn:it","value":"%s"}],
                 "code":{"text":"x"},"subject":{"identifier":{"system":"urn:wardline:authority:DEMO","value":"MRN10001"}}}"""
                    .formatted(UUID.randomUUID())),
            201);
    String id = posted.path("id").asText();
    assertThat(DemoSystem.fhir("Provenance/" + id, token()).statusCode()).isEqualTo(404);
    assertThat(
            kept(DemoSystem.fhir("Provenance?target=Observation/" + id, token()), 200)
                .path("entry"))
        .isEmpty();
    for (String all : List.of("Provenance", "Provenance?target:missing=true")) {
      assertThat(DemoSystem.fhir(all, token()).statusCode()).as(all).isEqualTo(400);
    }
  }

  private static JsonNode provenance(String along) throws IOException {
    JsonNode found =
        kept(
            DemoSystem.fhir(
                "Observation?patient.identifier=urn:wardline:authority:IT%7CPROVENANCE&" + along,
                token()),
            200);
    for (JsonNode entry : found.path("entry")) {
      if (entry.at("/resource/resourceType").asText().equals("Provenance")) {
        return entry.path("resource");
      }
    }
    throw new AssertionError("no Provenance in " + found);
  }

  private static String result(String status) {
    return "PV1|1|I\nORC|RE|P-PV|F-PV\nOBR|1|P-PV|F-PV|K^Potassium^L|||20260601||||||||||||||||||"
        + status
        + "\nOBX|1|NM|K^Potassium^L||4.2|mmol/L||N|||"
        + status
        + "\n";
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/Provenance.rs",
        "system/Observation.crus",
        "system/Patient.crus");
  }
}
