package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was asked for and not done is on record as IHE BALP says: in the same shape. */
@ExtendWith(DemoSystem.class)
class FailedInteractionsIT {
  private static String auditor;

  @BeforeAll
  static void prepare() {
    auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
  }

  @Test
  void what_was_not_done_is_on_record_in_the_shape_of_the_interaction() throws Exception {
    String who = Samples.patient();
    String nobody = "Observation/" + UUID.randomUUID();
    assertThat(FhirClient.get(nobody).statusCode()).isEqualTo(404);
    assertThat(failures("entity=" + nobody))
        .containsExactly("R read 4 404 not-found, GET Observation");

    String made = Samples.posted("Observation", Samples.of("Observation", who));
    assertThat(
            FhirClient.send(
                    "PUT",
                    "Observation/" + made,
                    Samples.of("Observation", who, made),
                    "If-Match",
                    "W/\"77\"")
                .statusCode())
        .isEqualTo(412);
    assertThat(failures("entity=Observation/" + made))
        .containsExactly("U update 4 412 conflict, PUT Observation");

    String narrow = DemoSystem.token("integration-engine", "system/Encounter.rs");
    assertThat(DemoSystem.fhir("Observation?patient=Patient/" + who, narrow).statusCode())
        .isEqualTo(403);
    assertThat(
            FhirClient.sendAs(narrow, "POST", "Observation", Samples.of("Observation", who))
                .statusCode())
        .isEqualTo(403);
    assertThat(failures("patient=" + who))
        .containsExactly(
            "U update 4 412 conflict, PUT Observation",
            "E search 4 403 forbidden, GET Observation",
            "C create 4 403 forbidden, POST Observation");
  }

  @Test
  void an_entry_of_a_batch_that_failed_is_on_record_alone() throws Exception {
    String who = Samples.patient();
    String nobody = "Observation/" + UUID.randomUUID();
    String bundle =
        """
        {"resourceType":"Bundle","type":"batch","entry":[
         {"request":{"method":"GET","url":"%1$s"}},
         {"request":{"method":"GET","url":"Observation?patient=%2$s&unknown=x"}},
         {"resource":%3$s,"request":{"method":"POST","url":"Observation"}}]}"""
            .formatted(nobody, who, Samples.of("Observation", who));
    kept(FhirClient.send("POST", "", bundle), 200);
    assertThat(failures("entity=" + nobody))
        .containsExactly("R read 4 404 not-found, GET Observation");
    assertThat(failures("patient=" + who))
        .containsExactly("E search 4 400 invalid, GET Observation");
  }

  @Test
  void what_fails_before_it_is_looked_at_is_on_record_too() throws Exception {
    String who = Samples.patient();
    assertThat(FhirClient.get("Observation?unknown=x&patient=Patient/" + who).statusCode())
        .isEqualTo(400);
    assertThat(FhirClient.get("Observation?subject:Patient=" + who + "&unknown=x").statusCode())
        .isEqualTo(400);
    assertThat(FhirClient.get("Observation?unknown=x&subject=Group/" + who).statusCode())
        .isEqualTo(400);
    assertThat(FhirClient.send("PUT", "Patient/" + who, "{\"resourceType\":").statusCode())
        .isEqualTo(400);
    assertThat(failures("patient=" + who))
        .containsExactly(
            "E search 4 400 invalid, GET Observation",
            "E search 4 400 invalid, GET Observation",
            "U update 4 400 invalid, PUT Patient");

    String content = "Binary/" + UUID.randomUUID();
    assertThat(
            DemoSystem.get(
                    DemoSystem.origin() + "/fhir/" + content,
                    "Authorization",
                    "Bearer " + FhirClient.token(),
                    "Accept",
                    "image/png")
                .statusCode())
        .isEqualTo(404);
    assertThat(failures("entity=" + content)).containsExactly("R read 4 404 not-found, GET Binary");
  }

  @Test
  void a_transaction_that_failed_is_on_record_by_its_entries() throws Exception {
    String who = Samples.patient();
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"resource":%1$s,"request":{"method":"POST","url":"Observation"}},
         {"resource":%1$s,"request":{"method":"PUT","url":"Observation/%2$s"}}]}"""
            .formatted(Samples.of("Observation", who), UUID.randomUUID());
    int status = FhirClient.send("POST", "", bundle).statusCode();
    assertThat(status).isBetween(400, 499);
    assertThat(failures("patient=" + who))
        .hasSize(2)
        .anyMatch(failure -> failure.matches("C create 4 " + status + " [a-z-]+, POST Observation"))
        .anyMatch(failure -> failure.matches("U update 4 " + status + " [a-z-]+, PUT Observation"));
  }

  /** Action, subtype, outcome and what became of each, oldest first. */
  private static List<String> failures(String search) throws IOException {
    JsonNode trail =
        kept(
            DemoSystem.fhir(
                "AuditEvent?_sort=date&_count=500&type=rest&outcome=4,8&" + search, auditor),
            200);
    return StreamSupport.stream(trail.path("entry").spliterator(), false)
        .map(entry -> entry.path("resource"))
        .map(
            record ->
                String.join(
                    " ",
                    record.path("action").asText(),
                    record.at("/subtype/0/code").asText(),
                    record.path("outcome").asText(),
                    record.path("outcomeDesc").asText()))
        .toList();
  }
}
