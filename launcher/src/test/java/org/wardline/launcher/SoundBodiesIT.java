package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What R4 asks of every resource and request is asked, and the refusal says where it lies. */
@ExtendWith(DemoSystem.class)
class SoundBodiesIT {
  private static final String OBSERVATION =
      """
      {"resourceType":"Observation","status":"final",%s"code":{"text":"x"},"subject":{"reference":"Patient/%s"}}""";

  private static JsonNode observed(String more, int status) throws IOException {
    return kept(post("Observation", OBSERVATION.formatted(more, Samples.patient())), status);
  }

  @Test
  void a_required_element_that_is_missing_is_named() throws Exception {
    JsonNode refused =
        observed("\"component\":[{\"code\":{\"text\":\"a\"}},{\"valueString\":\"x\"}],", 422);
    assertThat(refused.at("/issue/0/expression/0").asText())
        .isEqualTo("Observation.component[1].code");
    assertThat(refused.at("/issue/0/code").asText()).isEqualTo("required");
    String stay =
        "{\"resourceType\":\"Encounter\",\"status\":\"planned\",\"subject\":{\"reference\":\"Patient/%s\"}}"
            .formatted(Samples.patient());
    assertThat(kept(post("Encounter", stay), 422).at("/issue/0/expression/0").asText())
        .isEqualTo("Encounter.class");
    JsonNode batch =
        kept(
            post(
                "",
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"POST\",\"url\":\"Encounter\"},\"resource\":%s}]}"
                    .formatted(stay)),
            422);
    assertThat(batch.at("/issue/0/expression/0").asText())
        .isEqualTo("Bundle.entry[0].resource.class");
  }

  @Test
  void a_narrative_is_text_with_markup_and_no_program() throws Exception {
    String div =
        "\"text\":{\"status\":\"additional\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>%s</div>\"},";
    observed(
        div.formatted(
            "<p class='a'>Low <b>sodium</b><br/><a href='https://x.example/'>more</a> <a href='#a:b'>below</a></p>"),
        201);
    for (String harmful :
        new String[] {
          "<script>alert(1)</script>",
          "<p onclick='x()'>a</p>",
          "<a href='javascript:x()'>a</a>",
          "<a href=' JavaScript:x()'>a</a>",
          "<p><iframe src='https://x.example/'></iframe></p>",
          "<form><input/></form>",
          "<p>a</p><!-- b -->"
        }) {
      JsonNode refused = observed(div.formatted(harmful), 422);
      assertThat(refused.at("/issue/0/expression/0").asText())
          .as(harmful)
          .isEqualTo("Observation.text.div");
    }
  }

  @Test
  void a_value_that_cannot_be_is_named_and_validated() throws Exception {
    String wrong = OBSERVATION.formatted("", Samples.patient()).replace("\"final\"", "\"bogus\"");
    JsonNode refused = kept(post("Observation", wrong), 400);
    assertThat(refused.at("/issue/0/expression/0").asText()).isEqualTo("Observation.status");
    JsonNode validated = kept(post("Observation/$validate", wrong), 200);
    assertThat(validated.at("/issue/0/severity").asText()).isEqualTo("error");
    JsonNode unknown =
        kept(
            post("Observation/$validate", OBSERVATION.formatted("\"foo\":1,", Samples.patient())),
            200);
    assertThat(unknown.at("/issue/0/expression/0").asText()).isEqualTo("Observation.foo");
    JsonNode nobody =
        kept(
            post(
                "Appointment",
                "{\"resourceType\":\"Appointment\",\"status\":\"booked\",\"participant\":[{\"status\":\"accepted\"}]}"),
            422);
    assertThat(nobody.at("/issue/0/expression/0").asText()).isEqualTo("Appointment.participant");
    JsonNode role =
        kept(
            post(
                "CommunicationRequest",
                "{\"resourceType\":\"CommunicationRequest\",\"status\":\"active\",\"recipient\":[{\"identifier\":{\"value\":\"nobody\"}}],\"payload\":[{\"contentString\":\"x\"}]}"),
            422);
    assertThat(role.at("/issue/0/expression/0").asText())
        .isEqualTo("CommunicationRequest.recipient[0]");
  }

  @Test
  void an_entry_of_a_batch_that_is_no_resource_fails_alone() throws Exception {
    String sound = OBSERVATION.formatted("", Samples.patient());
    String entry = "{\"request\":{\"method\":\"POST\",\"url\":\"Observation\"},\"resource\":%s}";
    String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s,%s,%s]}";
    String bogus = entry.formatted(sound.replace("\"final\"", "\"bogus\""));
    String unknown = entry.formatted("{\"resourceType\":\"Letter\"}");
    String precise =
        entry.formatted(
            OBSERVATION.formatted("\"valueQuantity\":{\"value\":6.80},", Samples.patient()));
    JsonNode answers =
        kept(post("", bundle.formatted("batch", bogus, unknown, precise)), 200).path("entry");
    assertThat(answers.at("/0/response/status").asText()).startsWith("400");
    assertThat(answers.at("/1/response/status").asText()).startsWith("400");
    assertThat(answers.at("/2/response/status").asText()).startsWith("201");
    assertThat(answers.at("/0/response/outcome/issue/0/diagnostics").asText()).contains("status");
    String made = answers.at("/2/response/location").asText().replaceFirst("^.*/fhir/", "");
    assertThat(FhirClient.get(made.split("/_history", 2)[0]).body()).contains("6.80");
    kept(post("", bundle.formatted("transaction", precise, bogus, precise)), 400);
  }

  private static HttpResponse<String> raw(HttpRequest.Builder request) throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // without an upgrade on the way
        .build()
        .send(
            request
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + FhirClient.token())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** The first line of the answer to an address that no client library would send. */
  private static String raw(String path) throws IOException {
    URI origin = URI.create(DemoSystem.origin());
    try (var socket = new Socket(origin.getHost(), origin.getPort())) {
      socket.setSoTimeout(30_000);
      String head =
          "GET /fhir/%s HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(path, origin.getHost(), origin.getPort(), FhirClient.token());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return String.valueOf(lines.readLine());
    }
  }

  private static HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + path));
  }

  @Test
  void characters_that_are_none_are_refused() throws Exception {
    for (String wrong : new String[] {"\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00ff"}) {
      byte[] body =
          "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}],\"name\":[{\"family\":\"A%sB\"}]}"
              .formatted(UUID.randomUUID(), wrong)
              .getBytes(StandardCharsets.ISO_8859_1);
      HttpResponse<String> answer =
          raw(
              at("Patient")
                  .header("Content-Type", "application/fhir+json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }
    for (String xml :
        new String[] {"<Patient/>", "<Patient xmlns=\"http://hl7.org/fhir\">hello</Patient>"}) {
      HttpResponse<String> answer =
          raw(
              at("Patient")
                  .header("Content-Type", "application/fhir+xml")
                  .POST(HttpRequest.BodyPublishers.ofString(xml)));
      assertThat(answer.statusCode()).as(xml + answer.body()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "metadata, text/turtle, 406",
    "metadata?_format=ttl, */*, 406",
    "metadata?_format=application/fhir%2Bxml, */*, 200",
    "metadata?_format=application/fhir+json, */*, 200",
    "metadata?_format=json, text/html, 200",
    "metadata, 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200",
    "metadata, application/fhir+json; fhirVersion=4.0, 200",
    "metadata, application/fhir+json; fhirVersion=3.0, 406",
    "metadata, application/fhir+json; fhirVersion=\"4.0\", 200",
    "Patient?_count=1, application/pdf, 406",
    "Patient?_count=1, 'text/turtle;q=0.5, application/fhir+xml', 200"
  })
  void a_form_that_there_is_not_is_not_acceptable(String path, String accept, int status)
      throws Exception {
    HttpResponse<String> answer = raw(at(path).header("Accept", accept).GET());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 406) {
      assertThat(answer.body()).contains("OperationOutcome", "not-supported");
    }
  }

  @Test
  void what_is_not_done_here_is_told_apart_from_what_is_wrong() throws Exception {
    HttpResponse<String> deleted = raw(at("Communication/" + UUID.randomUUID()).DELETE());
    assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(405);
    String record = UUID.randomUUID().toString();
    String changed = "{\"resourceType\":\"AuditEvent\",\"id\":\"" + record + "\"}";
    assertThat(FhirClient.send("PUT", "AuditEvent/" + record, changed).statusCode()).isEqualTo(405);
    assertThat(post("Task", "{\"resourceType\":\"Task\"}").statusCode()).isEqualTo(405);
    HttpResponse<String> patch =
        raw(
            at("Observation?identifier=urn:x%7C1")
                .header("Content-Type", "application/json-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("[]")));
    assertThat(patch.statusCode()).isEqualTo(400);
    assertThat(raw("Patient?name=%")).contains(" 400 ");
    JsonNode lost = kept(FhirClient.get("Patient/" + UUID.randomUUID()), 404);
    assertThat(lost.at("/issue/0/code").asText()).isEqualTo("not-found");
  }
}
