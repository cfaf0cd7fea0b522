package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages and alerts in message bundles ({@code $process-message}). */
@ExtendWith(DemoSystem.class)
class MessageBundleIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_message_is_sent_once_about_the_patient_beside_it() throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", "MB-1", "BUNDLED^^^IT^MR||Roe^Bea", ""));
    String bundle = bundle("dr.bianchi", communication());
    JsonNode answer = answered(bundle, "ok");
    String focus = answer.at("/entry/0/resource/focus/0/reference").asText();
    JsonNode sent = JSON.readTree(FhirClient.get(focus).body());
    assertThat(sent.at("/subject/identifier/value").asText()).isEqualTo("BUNDLED");
    assertThat(sent.at("/payload/0/contentString").asText()).isEqualTo("In a bundle");
    assertThat(answer.at("/entry/0/resource/destination/0/endpoint").asText())
        .isEqualTo("urn:it:sender");
    assertThat(answered(bundle, "ok").at("/entry/0/resource/focus/0/reference").asText())
        .isEqualTo(focus);
  }

  @Test
  void an_alert_comes_in_a_bundle_too() throws Exception {
    String alert =
        """
        {"resourceType":"CommunicationRequest","status":"active","payload":[{"contentString":"Bundled alert"}],
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"switchboard"}}]}""";
    JsonNode answer = answered(bundle("", alert), "ok");
    assertThat(answer.at("/entry/0/resource/focus/0/reference").asText())
        .startsWith("CommunicationRequest/");
  }

  @Test
  void what_cannot_be_done_is_answered_by_a_message_and_what_may_not_by_status() throws Exception {
    JsonNode answer = answered(bundle("no.such", communication()), "fatal-error");
    assertThat(answer.at("/entry/1/resource/resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(answer.at("/entry/0/resource/response/details/reference").asText())
        .isEqualTo(answer.at("/entry/1/fullUrl").asText());
    String headless =
        bundle("pharm.dietz", communication())
            .replace("\"fullUrl\":\"urn:uuid:00000000-0000-4000-8000-000000000002\",", "")
            .replace("urn:uuid:00000000-0000-4000-8000-000000000002", "Practitioner/none");
    answered(headless, "fatal-error");
    answered(bundle("", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}"), "fatal-error");
    String good = bundle("dr.bianchi", communication());
    assertThat(
            FhirClient.sendAs(
                    DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"),
                    "POST",
                    "$process-message",
                    good)
                .statusCode())
        .isEqualTo(403);
    assertThat(post(good.replace("\"message\"", "\"collection\"")).statusCode()).isEqualTo(422);
    assertThat(post("{\"resourceType\":\"Bundle\",\"type\":\"message\"}").statusCode())
        .isEqualTo(422);
  }

  private static JsonNode answered(String bundle, String code) throws Exception {
    HttpResponse<String> answer = post(bundle);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode read = JSON.readTree(answer.body());
    assertThat(read.path("type").asText()).isEqualTo("message");
    assertThat(read.at("/entry/0/resource/response/code").asText())
        .as(read.toString())
        .isEqualTo(code);
    return read;
  }

  private static HttpResponse<String> post(String bundle) {
    return FhirClient.post("$process-message", bundle);
  }

  private static String communication() {
    return """
        {"resourceType":"Communication","status":"in-progress","subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},
         "recipient":[{"reference":"urn:uuid:00000000-0000-4000-8000-000000000002"}],"payload":[{"contentString":"In a bundle"}]}""";
  }

  private static String bundle(String recipient, String focus) {
    String people =
        recipient.isEmpty()
            ? ""
            : """
            ,{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","identifier":[{"value":"BUNDLED"}]}},
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"Practitioner",
             "identifier":[{"system":"https://wardline.org/fhir/NamingSystem/username","value":"%s"}]}}"""
                .formatted(recipient);
    return """
        {"resourceType":"Bundle","type":"message","identifier":{"system":"urn:it","value":"%s"},"entry":[
         {"fullUrl":"urn:uuid:00000000-0000-4000-8000-00000000000a","resource":{"resourceType":"MessageHeader","id":"00000000-0000-4000-8000-00000000000a",
          "eventCoding":{"system":"urn:it:events","code":"tell"},"source":{"endpoint":"urn:it:sender"},
          "focus":[{"reference":"urn:uuid:00000000-0000-4000-8000-00000000000b"}]}},
         {"fullUrl":"urn:uuid:00000000-0000-4000-8000-00000000000b","resource":%s}%s]}"""
        .formatted(UUID.randomUUID(), focus, people);
  }
}
