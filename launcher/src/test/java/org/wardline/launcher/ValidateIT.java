package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whether a resource would be taken, and that asking leaves nothing behind. */
@ExtendWith(DemoSystem.class)
class ValidateIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATIENT =
      "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}]}";

  @Test
  void what_would_be_taken_is_said_to_be_and_is_not_taken() throws Exception {
    assertThat(severity(validate("Patient", PATIENT.formatted("VAL-1")))).isEqualTo("information");
    assertThat(found("Patient?identifier=urn:it%7CVAL-1")).isEmpty();
    String id = kept("VAL-2");
    String observation =
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"K\"},\"subject\":{\"reference\":\"Patient/%s\"},"
            + "\"interpretation\":[{\"coding\":[{\"code\":\"HH\"}]}]}";
    assertThat(severity(validate("Observation", observation.formatted(id))))
        .isEqualTo("information");
    assertThat(found("Observation?patient=" + id)).isEmpty();
    assertThat(found("Communication?patient=" + id)).isEmpty(); // nobody was told
    String message =
        """
        {"resourceType":"Communication","status":"in-progress","subject":{"reference":"Patient/%s"},
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
         "payload":[{"contentString":"Only asked."}]}""";
    assertThat(severity(validate("Communication", message.formatted(id)))).isEqualTo("information");
    assertThat(found("Communication?patient=" + id)).isEmpty();
  }

  @Test
  void an_update_is_tried_on_what_is_there_and_changes_nothing() throws Exception {
    String id = kept("VAL-3");
    String changed =
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"VAL-3\"}],\"gender\":\"female\"}"
            .formatted(id);
    assertThat(severity(validate("Patient/" + id, changed))).isEqualTo("information");
    JsonNode after = JSON.readTree(FhirClient.get("Patient/" + id).body());
    assertThat(after.has("gender")).isFalse();
    assertThat(after.at("/meta/versionId").asText()).isEqualTo("1");
    JsonNode nobody = validate("Patient/0190a000-0000-7000-8000-000000000000", changed);
    assertThat(severity(nobody)).isEqualTo("error");
  }

  @Test
  void what_would_be_refused_is_told_with_its_place_and_the_rule() throws Exception {
    String[][] wrong = {
      {
        "Observation",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"K\"}}",
        "Observation.subject"
      },
      {
        "ServiceRequest",
        "{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/"
            + kept("VAL-4")
            + "\"}}",
        "ServiceRequest.intent"
      },
      {
        "Communication",
        "{\"resourceType\":\"Communication\",\"status\":\"in-progress\",\"payload\":[{\"contentString\":\"To nobody\"}]}",
        "recipient"
      }
    };
    for (String[] each : wrong) {
      JsonNode outcome = validate(each[0], each[1]);
      assertThat(severity(outcome)).as(each[2]).isEqualTo("error");
      assertThat(outcome.toString()).contains(each[2]);
    }
    // what is no resource of that type is refused before
    assertThat(post("Patient/$validate", "{\"resourceType\":\"Location\"}").statusCode())
        .isEqualTo(400);
    JsonNode unknown = validate("Patient", "{\"resourceType\":\"Patient\",\"nme\":\"x\"}");
    assertThat(severity(unknown)).isEqualTo("error");
    assertThat(unknown.at("/issue/0/expression/0").asText()).isEqualTo("Patient.nme");
  }

  @Test
  void it_comes_in_parameters_too_and_says_that_profiles_are_not_checked() throws Exception {
    String parameters =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"mode\",\"valueCode\":\"create\"},"
            + "{\"name\":\"profile\",\"valueUri\":\"http://example.org/StructureDefinition/p\"},{\"name\":\"resource\",\"resource\":"
            + PATIENT.formatted("VAL-5")
            + "}]}";
    JsonNode outcome = validate("Patient", parameters);
    assertThat(severity(outcome)).isEqualTo("information");
    assertThat(outcome.at("/issue/1/severity").asText()).isEqualTo("warning");
    assertThat(found("Patient?identifier=urn:it%7CVAL-5")).isEmpty();
  }

  @Test
  void who_may_not_do_it_may_not_try_it() {
    String reader = DemoSystem.token("integration-engine", "system/Patient.rs");
    for (String type : new String[] {"Patient", "Communication", "CommunicationRequest"}) {
      String empty = "{\"resourceType\":\"" + type + "\"}";
      HttpResponse<String> refused = FhirClient.sendAs(reader, "POST", type + "/$validate", empty);
      assertThat(refused.statusCode()).as(type + refused.body()).isEqualTo(403);
    }
  }

  private static String kept(String number) throws IOException {
    return FhirClient.kept(post("Patient", PATIENT.formatted(number)), 201).path("id").asText();
  }

  private static JsonNode validate(String of, String body) throws IOException {
    return FhirClient.kept(post(of + "/$validate", body), 200);
  }

  private static HttpResponse<String> post(String path, String body) {
    return FhirClient.post(path, body);
  }

  private static String severity(JsonNode outcome) {
    return outcome.at("/issue/0/severity").asText();
  }

  private static JsonNode found(String query) throws IOException {
    return JSON.readTree(FhirClient.get(query).body()).path("entry");
  }
}
