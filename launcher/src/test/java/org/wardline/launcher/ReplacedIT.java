package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;
import static org.wardline.launcher.FhirClient.send;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stays, organizations and places are replaced, and nothing of anybody else. */
@ExtendWith(DemoSystem.class)
class ReplacedIT {
  private static String patient;
  private static String another;

  @BeforeAll
  static void tell() throws Exception {
    patient = admitted("REPLACED");
    another = admitted("REPLACED-2");
  }

  private static String admitted(String number) throws Exception {
    String body =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}]}"
            .formatted(number);
    return "Patient/" + kept(post("Patient", body), 201).path("id").asText();
  }

  private static String stay(String patient, String number, String more) {
    return stay(patient, number, more, "none");
  }

  private static String stay(String patient, String number, String more, String id) {
    return """
        {"resourceType":"Encounter","id":"%4$s","class":{"code":"IMP"},"subject":{"reference":"%1$s"}%2$s%3$s}"""
        .formatted(
            patient,
            number.isEmpty()
                ? ""
                : ",\"identifier\":[{\"system\":\"urn:it:visit\",\"value\":\"" + number + "\"}]",
            more,
            id);
  }

  @Test
  void a_stay_is_replaced_by_its_id() throws Exception {
    String number = "V-" + UUID.randomUUID();
    JsonNode made =
        kept(
            post(
                "Encounter",
                stay(
                    patient,
                    number,
                    ",\"status\":\"planned\",\"reasonCode\":[{\"text\":\"Fever\"}]")),
            201);
    String id = made.path("id").asText();
    String path = "Encounter/" + id;
    assertThat(made.at("/meta/versionId").asText()).isEqualTo("1");
    String finished =
        ",\"status\":\"finished\",\"period\":{\"start\":\"2026-01-02\",\"end\":\"2026-01-05\"},\"type\":[{\"text\":\"Stay\"}]";
    String nobody = UUID.randomUUID().toString();
    JsonNode replaced = kept(send("PUT", path, stay(patient, "", finished, id)), 200);
    assertThat(replaced.path("status").asText()).isEqualTo("finished");
    assertThat(replaced.at("/type/0/text").asText()).isEqualTo("Stay");
    assertThat(replaced.has("reasonCode")).as("it was left out").isFalse();
    assertThat(replaced.at("/identifier/0/value").asText()).isEqualTo(number);
    assertThat(replaced.at("/meta/versionId").asText()).isEqualTo("2");

    assertThat(
            send("PUT", path, stay(patient, number, finished, id), "If-Match", "W/\"1\"")
                .statusCode())
        .as("somebody else changed it")
        .isEqualTo(412);
    assertThat(
            send("PUT", path, stay(patient, number, finished, id), "If-Match", "W/\"2\"")
                .statusCode())
        .isEqualTo(200);
    assertThat(send("PUT", path, stay(another, number, finished, id)).statusCode()).isEqualTo(422);
    assertThat(send("PUT", path, stay(patient, "OTHER", finished, id)).statusCode()).isEqualTo(422);
    assertThat(send("PUT", "Encounter/" + nobody, stay(patient, "", finished, nobody)).statusCode())
        .isIn(404, 422);
    JsonNode still = kept(get(path), 200);
    assertThat(still.at("/subject/reference").asText()).isEqualTo(patient);
    assertThat(still.at("/meta/versionId").asText()).isEqualTo("3");

    String token = DemoSystem.token("integration-engine", "system/Encounter.crs");
    assertThat(
            FhirClient.sendAs(token, "PUT", path, stay(patient, number, finished, id)).statusCode())
        .as("without the right to update")
        .isEqualTo(403);
  }

  @Test
  void a_stay_that_hl7_told_of_is_put_back_as_it_was_read() throws Exception {
    Hl7.taken(
        Hl7.message(
            "ADT^A01",
            "REPL-1",
            "REPLHL7^^^IT^MR||Roe^Val",
            "PV1|1|I|3 West^12^1||||||||||||||||VIS-REPL|||||||||||||||||||||||||20260601100000||||||ALT-REPL^^^IT\n"));
    JsonNode found =
        kept(get("Encounter?patient.identifier=urn:wardline:authority:IT%7CREPLHL7"), 200)
            .at("/entry/0/resource");
    String path = "Encounter/" + found.path("id").asText();
    assertThat(found.path("identifier").findValuesAsText("value")).contains("VIS-REPL", "ALT-REPL");
    JsonNode back = kept(send("PUT", path, found.toString()), 200);
    assertThat(back.path("identifier").findValuesAsText("value")).contains("VIS-REPL", "ALT-REPL");
    assertThat(back.path("period")).isEqualTo(found.path("period"));
    assertThat(back.path("location")).isEqualTo(found.path("location"));
  }

  @Test
  void a_stay_is_replaced_by_its_number_and_in_a_transaction() throws Exception {
    String number = "V-" + UUID.randomUUID();
    String planned = stay(patient, number, ",\"status\":\"planned\"");
    String condition = "Encounter?identifier=urn:it:visit%7C" + number;
    JsonNode made = kept(send("PUT", condition, planned), 201);
    String begun = stay(patient, number, ",\"status\":\"in-progress\"");
    assertThat(kept(send("PUT", condition, begun), 200).path("id")).isEqualTo(made.path("id"));
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Encounter/%s\"}}]}"
            .formatted(stay(patient, number, ",\"status\":\"finished\""), made.path("id").asText());
    kept(post("", bundle), 200);
    assertThat(kept(get("Encounter/" + made.path("id").asText()), 200).path("status").asText())
        .isEqualTo("finished");
  }

  @Test
  void organizations_and_places_are_replaced_and_patched() throws Exception {
    for (String type : List.of("Organization", "Location")) {
      JsonNode made =
          kept(
              post(
                  type,
                  "{\"resourceType\":\"%s\",\"name\":\"Old\",\"alias\":[\"O\"],\"identifier\":[{\"system\":\"urn:it:old\",\"value\":\"%s\"}]}"
                      .formatted(type, UUID.randomUUID())),
              201);
      String path = type + "/" + made.path("id").asText();
      String number = UUID.randomUUID().toString();
      JsonNode replaced =
          kept(
              send(
                  "PUT",
                  path,
                  Samples.identified(
                      "{\"resourceType\":\"%s\",\"name\":\"New\",\"identifier\":[{\"system\":\"urn:it:new\",\"value\":\"%s\"}]}"
                          .formatted(type, number),
                      made.path("id").asText())),
              200);
      assertThat(replaced.path("name").asText()).isEqualTo("New");
      assertThat(replaced.has("alias")).isFalse();
      assertThat(kept(get(type + "?identifier=urn:it:new%7C" + number), 200).path("total").asInt())
          .isEqualTo(1);
      String old = made.at("/identifier/0/value").asText();
      assertThat(kept(get(type + "?identifier=urn:it:old%7C" + old), 200).path("total").asInt())
          .isZero();
      JsonNode patched =
          kept(
              DemoSystem.send(
                  "PATCH",
                  DemoSystem.origin() + "/fhir/" + path,
                  "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"Newest\"}]",
                  "Authorization",
                  "Bearer " + FhirClient.token(),
                  "Content-Type",
                  "application/json-patch+json",
                  "Prefer",
                  "return=representation"),
              200);
      assertThat(patched.path("name").asText()).isEqualTo("Newest");
    }
  }

  @Test
  void who_prefers_it_is_told_in_words() throws Exception {
    String body = "{\"resourceType\":\"Organization\",\"name\":\"Words\"}";
    for (String preferred : List.of("return=OperationOutcome", "return=minimal")) {
      var answer =
          DemoSystem.post(
              DemoSystem.origin() + "/fhir/Organization",
              body,
              "Authorization",
              "Bearer " + FhirClient.token(),
              "Content-Type",
              "application/fhir+json",
              "Prefer",
              preferred);
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.headers().firstValue("Location")).isPresent();
      boolean words = preferred.contains("OperationOutcome");
      assertThat(answer.body().contains("\"resourceType\":\"OperationOutcome\""))
          .as(preferred + answer.body())
          .isEqualTo(words);
      assertThat(answer.body().isEmpty()).isEqualTo(!words);
    }
  }
}
