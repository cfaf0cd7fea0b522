package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What messages refer to is there: roles, who holds them, the machines that write. */
@ExtendWith(DemoSystem.class)
class DirectoryIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "https://wardline.org/fhir/NamingSystem/on-call-role";

  @Test
  void whom_an_alert_went_to_and_who_raised_it_can_be_looked_up() throws Exception {
    JsonNode alert =
        FhirClient.kept(
            FhirClient.post(
                "CommunicationRequest",
                """
                {"resourceType":"CommunicationRequest","status":"active","recipient":[{"identifier":{"system":"%s","value":"switchboard"}}],
                 "payload":[{"contentString":"looked up"}]}"""
                    .formatted(ROLE)),
            201);
    JsonNode message = read("Communication/" + alert.path("id").asText());
    JsonNode service = read(message.at("/recipient/0/reference").asText());
    assertThat(service.path("resourceType").asText()).isEqualTo("HealthcareService");
    assertThat(service.at("/identifier/0/value").asText()).isEqualTo("switchboard");
    JsonNode device = read(message.at("/sender/reference").asText());
    assertThat(device.path("resourceType").asText()).isEqualTo("Device");
    assertThat(device.at("/identifier/0/value").asText()).isEqualTo("integration-engine");
    assertThat(read("Device?identifier=integration-engine").path("entry")).hasSize(1);

    String id = service.path("id").asText();
    assertThat(found("HealthcareService?identifier=" + ROLE + "|switchboard")).isEqualTo(id);
    assertThat(found("HealthcareService?_id=" + id)).isEqualTo(id);
    assertThat(read("HealthcareService?identifier=urn:else|switchboard").path("entry")).isEmpty();
    assertThat(read("HealthcareService?name=" + name(service).substring(0, 4)).toString())
        .contains(id);
    JsonNode first = read("HealthcareService?_count=1");
    assertThat(first.path("link").toString()).contains("\"next\"");
  }

  @Test
  void who_is_on_duty_is_told_with_the_time_since_when() throws Exception {
    JsonNode found =
        read(
            "PractitionerRole?service.identifier="
                + ROLE
                + "|cardiology-on-call&active=true&_include=PractitionerRole:practitioner");
    assertThat(found.path("entry")).as(found.toString()).hasSize(2);
    JsonNode duty = found.at("/entry/0/resource");
    assertThat(duty.path("active").asBoolean()).isTrue();
    assertThat(duty.at("/period/start").asText()).isNotEmpty();
    assertThat(duty.at("/period/end").isMissingNode()).isTrue();
    String person = duty.at("/practitioner/reference").asText();
    assertThat(person).endsWith(found.at("/entry/1/resource/id").asText());
    assertThat(read("PractitionerRole/" + duty.path("id").asText())).isEqualTo(duty);
    String at = duty.at("/healthcareService/0/reference").asText();
    assertThat(read("PractitionerRole?practitioner=" + person + "&service=" + at).toString())
        .contains(duty.path("id").asText());
    assertThat(read("PractitionerRole?service=" + at + "&date=lt2001").path("entry")).isEmpty();
    assertThat(read("PractitionerRole?service.identifier=nothing").path("entry")).isEmpty();
  }

  @Test
  void the_systems_that_are_delivered_to_are_told_to_who_may_know() throws Exception {
    String token = DemoSystem.token("integration-engine", "system/Endpoint.rs");
    JsonNode all = JSON.readTree(DemoSystem.fhir("Endpoint", token).body());
    assertThat(all.path("entry")).hasSize(2);
    JsonNode hl7 = JSON.readTree(DemoSystem.fhir("Endpoint/ehr-hl7", token).body());
    assertThat(hl7.at("/connectionType/code").asText()).isEqualTo("hl7v2-mllp");
    assertThat(hl7.path("address").asText()).startsWith("mllp://127.0.0.1:");
    assertThat(DemoSystem.fhir("Endpoint/no-such", token).statusCode()).isEqualTo(404);
    assertThat(DemoSystem.fhir("Endpoint", FhirClient.token()).statusCode()).isEqualTo(403);
  }

  private static String name(JsonNode service) {
    return service.path("name").asText();
  }

  private static String found(String search) throws IOException {
    JsonNode entries = read(search).path("entry");
    assertThat(entries).as(search).hasSize(1);
    return entries.get(0).at("/resource/id").asText();
  }

  private static JsonNode read(String path) throws IOException {
    var answer = FhirClient.get(path.replace("|", "%7C"));
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
