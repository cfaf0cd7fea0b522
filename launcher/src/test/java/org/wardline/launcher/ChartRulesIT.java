package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;
import static org.wardline.launcher.FhirClient.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients write about a patient is kept as it came, and found by all that it says. */
@ExtendWith(DemoSystem.class)
class ChartRulesIT {
  private static String patient;
  private static String stay;
  private static String lasting;
  private static String encounter;

  @BeforeAll
  static void admit() throws IOException {
    Hl7.taken(
        Hl7.message(
            "ADT^A01", "CR-1", "CHARTRULES^^^IT^MR||Roe^Ora", "PV1|1|I|3W||||||||||||||||CR-V1"));
    patient =
        "Patient/"
            + kept(get("Patient?identifier=CHARTRULES"), 200).at("/entry/0/resource/id").asText();
    stay = only("Encounter?patient=" + patient + "&identifier=CR-V1");
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "CR-2",
            "CHARTRULES^^^IT^MR||Roe^Ora",
            "PV1|1|I|3W||||||||||||||||CR-V1\nOBR|1|CR-P|CR-F|GLU^Glucose^L\nOBX|1|NM|GLU^Glucose^L||5|mmol/L|||||F"));
    lasting =
        observation(
            "LASTING", "\"effectivePeriod\":{\"start\":\"2026-10-01\",\"end\":\"2026-10-10\"}");
    encounter =
        kept(
                post(
                    "Encounter",
                    """
                    {"resourceType":"Encounter","status":"finished","class":{"system":
                     "http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"%s"},
                     "identifier":[{"system":"urn:it:visit","value":"CR-V2"}],
                     "period":{"start":"2026-11-01","end":"2026-11-10"}}"""
                        .formatted(patient)),
                201)
            .path("id")
            .asText();
  }

  private static String observation(String number, String more) throws IOException {
    return kept(post("Observation", written(number, more)), 201).path("id").asText();
  }

  private static String written(String number, String more) {
    return """
        {"resourceType":"Observation","status":"final","code":{"text":"Rule"},"subject":{"reference":"%s"},
         "identifier":[{"system":"urn:it:rule","value":"%s"}],%s}"""
        .formatted(patient, number, more);
  }

  private static List<String> found(String search) throws IOException {
    List<String> ids = new ArrayList<>();
    kept(get(search), 200)
        .path("entry")
        .forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  private static String only(String search) throws IOException {
    List<String> ids = found(search);
    assertThat(ids).as(search).hasSize(1);
    return ids.get(0);
  }

  @Test
  void what_a_client_refers_to_finds_what_it_wrote_beside_what_hl7_told() throws Exception {
    String mine = observation("STAY", "\"encounter\":{\"reference\":\"Encounter/" + stay + "\"}");
    String told = only("Observation?patient=" + patient + "&code=GLU");
    for (String form : List.of(stay, "Encounter/" + stay)) {
      assertThat(found("Observation?encounter=" + form)).containsExactlyInAnyOrder(mine, told);
      assertThat(found("Observation?patient=" + patient + "&encounter=" + form)).hasSize(2);
    }
    assertThat(found("Observation?encounter:Encounter=" + stay)).hasSize(2);
    assertThat(found("Observation?encounter=" + stay + "&code=GLU")).containsExactly(told);
    assertThat(found("Observation?encounter=" + encounter)).isEmpty();
    assertThat(found("DiagnosticReport?encounter=" + stay)).hasSize(1);
    // an update moves it, at once and once it was read through
    ObjectNode moved = (ObjectNode) kept(get("Observation/" + mine), 200);
    ((ObjectNode) moved.path("encounter")).put("reference", "Encounter/" + encounter);
    kept(send("PUT", "Observation/" + mine, moved.toString()), 200);
    assertThat(found("Observation?encounter=" + stay)).containsExactly(told);
    assertThat(found("Observation?encounter=" + encounter)).containsExactly(mine);
    DemoSystem.await(
        "read through",
        Duration.ofSeconds(60),
        () ->
            DemoDatabase.query(
                    "select count(*) from chart_record where coded_version <> version or coding <> version")
                .equals("0"));
    assertThat(found("Observation?encounter=" + stay)).containsExactly(told);
    assertThat(found("Observation?encounter=" + encounter)).containsExactly(mine);
  }

  @Test
  void a_stay_is_meant_by_the_identifier_in_the_reference() throws Exception {
    String named =
        observation(
            "NAMED",
            "\"encounter\":{\"identifier\":{\"system\":\"urn:it:visit\",\"value\":\"X\"}}");
    String search = "Observation?patient=" + patient + "&encounter:identifier=";
    assertThat(found(search + "urn:it:visit%7CX")).containsExactly(named);
    assertThat(found(search + "urn:it:visit%7CY")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gt2026-10-05, true", "ge2026-10-10, true", "gt2026-10-10, false", "lt2026-10-05, true",
    "le2026-10-01, true", "lt2026-10-01, false", "eb2026-10-05, false", "eb2026-10-11, true",
    "sa2026-09-30, true", "sa2026-10-05, false", "2026-10, true", "2026-10-05, false",
    "ne2026-10-05, true", "ne2026-10, false"
  })
  void a_time_that_lasts_lies_to_a_date_as_r4_has_it(String date, boolean fits) throws Exception {
    String search = "Observation?identifier=LASTING&patient=" + patient + "&date=" + date;
    assertThat(found(search)).isEqualTo(fits ? List.of(lasting) : List.of());
    String of = date.replace("-10", "-11").replace("-09-30", "-10-31");
    assertThat(
            found(
                "Encounter?_id="
                    + encounter
                    + "&date="
                    + of.replace("2026-11-11", "2026-11-10")
                        .replace("eb2026-11-10", "eb2026-11-11")))
        .as(of)
        .isEqualTo(fits ? List.of(encounter) : List.of());
  }

  @Test
  void a_time_without_a_known_end_lasts() throws Exception {
    for (String end :
        List.of(
            "\"end\":\"9999-12-31\"",
            "\"_end\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]}")) {
      String number = "END-" + end.length();
      String id = observation(number, "\"effectivePeriod\":{\"start\":\"2026-01-01\"," + end + "}");
      String search = "Observation?patient=" + patient + "&identifier=" + number + "&date=";
      assertThat(found(search + "ge2030-01-01")).containsExactly(id);
      assertThat(found(search + "eb2030-01-01")).isEmpty();
    }
  }

  @Test
  void a_time_without_a_beginning_and_a_report_of_hl7_are_found_by_when_they_are_about()
      throws Exception {
    String open = observation("OPEN", "\"effectivePeriod\":{\"end\":\"2026-10-10\"}");
    String search = "Observation?patient=" + patient + "&identifier=OPEN&date=";
    assertThat(found(search + "lt2026-10-05")).containsExactly(open);
    assertThat(found(search + "gt2026-10-05")).containsExactly(open);
    assertThat(found(search + "gt2026-10-15")).isEmpty();
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "CR-3",
            "CHARTRULES^^^IT^MR||Roe^Ora",
            "OBR|1|CR-P3|CR-F3|GLU^Glucose^L|||20260901080000|||||||||||||||20260903||LAB|F\nOBX|1|NM|GLU^Glucose^L||5|mmol/L|||||F"));
    String report = "DiagnosticReport?patient=" + patient + "&identifier=CR-F3&date=";
    assertThat(found(report + "2026-09-01")).hasSize(1);
    assertThat(found(report + "2026-09-03")).isEmpty();
  }

  @Test
  void two_patients_of_an_appointment_stay_two() throws Exception {
    String by =
        "{\"actor\":{\"type\":\"Patient\",\"identifier\":{\"system\":\"urn:wardline:authority:IT\",\"value\":\"%s\"}},\"status\":\"%s\"}";
    JsonNode kept =
        kept(
            post(
                "Appointment",
                "{\"resourceType\":\"Appointment\",\"status\":\"proposed\",\"participant\":["
                    + by.formatted("CHARTRULES", "tentative")
                    + ","
                    + by.formatted("CHARTRULES-CHILD", "needs-action")
                    + "]}"),
            201);
    JsonNode parts = kept(get("Appointment/" + kept.path("id").asText()), 200).path("participant");
    assertThat(parts).hasSize(2);
    assertThat(parts.at("/0/actor/reference").asText()).isEqualTo(patient);
    assertThat(parts.at("/0/status").asText()).isEqualTo("tentative");
    assertThat(parts.at("/1/actor").has("reference")).isFalse();
    assertThat(parts.at("/1/actor/identifier/value").asText()).isEqualTo("CHARTRULES-CHILD");
  }

  @Test
  void the_patients_part_in_an_appointment_stays_as_it_was_said() throws Exception {
    String posted =
        """
        {"resourceType":"Appointment","status":"booked","start":"2026-12-01T09:00:00Z","end":"2026-12-01T10:00:00Z",
         "participant":[{"actor":{"display":"Dr. Who"},"status":"accepted"},
          {"actor":{"reference":"%s","display":"Ora"},"required":"required","status":"declined",
           "type":[{"text":"patient"}],"period":{"start":"2026-12-01"}}]}"""
            .formatted(patient);
    JsonNode kept = kept(post("Appointment", posted), 201);
    JsonNode read = kept(get("Appointment/" + kept.path("id").asText()), 200);
    assertThat(read.path("participant"))
        .isEqualTo(
            new com.fasterxml.jackson.databind.ObjectMapper().readTree(posted).path("participant"));
    assertThat(found("Appointment?patient=" + patient)).contains(kept.path("id").asText());
    String id = "Appointment/" + kept.path("id").asText();
    HttpResponse<String> patch =
        DemoSystem.send(
            "PATCH",
            DemoSystem.origin() + "/fhir/" + id,
            "[{\"op\":\"replace\",\"path\":\"/participant/1/status\",\"value\":\"tentative\"}]",
            "Authorization",
            "Bearer " + FhirClient.token(),
            "Content-Type",
            "application/json-patch+json",
            "Prefer",
            "return=representation");
    JsonNode patched = kept(patch, 200);
    assertThat(patched.at("/participant/1/status").asText()).isEqualTo("tentative");
    assertThat(kept(get(id), 200).at("/participant/1/actor/reference").asText()).isEqualTo(patient);
  }

  @Test
  void halves_of_identifiers_are_heeded_or_refused() throws Exception {
    String of = "Observation?patient=" + patient + "&identifier=";
    assertThat(found(of + "urn:it:rule%7C")).contains(lasting);
    assertThat(found(of + "%7CLASTING")).isEmpty();
    assertThat(found(of + "LASTING")).containsExactly(lasting);
    for (String refused :
        List.of("Communication?identifier=urn:it%7C", "Patient?identifier=%7C1")) {
      assertThat(get(refused).statusCode()).as(refused).isEqualTo(400);
    }
  }

  @Test
  void a_reference_by_a_search_names_an_identifier() throws Exception {
    String by = "\"performer\":[{\"reference\":\"Organization?%s\"}]";
    HttpResponse<String> refused =
        post("Observation", written("BY-NAME", by.formatted("name=Lab")));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    observation("BY-PERCENT", by.formatted("identifier=urn:it|100%"));
    String named = observation("BY-NUMBER", by.formatted("identifier=urn:it%3Aorg|A%20B"));
    assertThat(kept(get("Observation/" + named), 200).at("/performer/0/identifier").toString())
        .isEqualTo("{\"system\":\"urn:it:org\",\"value\":\"A B\"}");
  }

  @Test
  void what_cannot_be_a_key_of_ours_finds_nothing() throws Exception {
    assertThat(found("Observation?patient=Patient/nobody")).isEmpty();
    assertThat(found("Observation?_id=" + lasting + ",nothing")).containsExactly(lasting);
    assertThat(found("Communication?_id=nothing")).isEmpty();
  }

  @Test
  void a_transaction_changes_nothing_twice() throws Exception {
    String twice = observation("TWICE", "\"valueString\":\"first\"");
    String entry = "{\"request\":{\"method\":\"PUT\",\"url\":\"%s\"},\"resource\":%s}";
    String byId =
        entry.formatted(
            "Observation/" + twice,
            written("TWICE", "\"id\":\"" + twice + "\",\"valueString\":\"second\""));
    String byNumber =
        entry.formatted(
            "Observation?identifier=urn:it:rule|TWICE",
            written("TWICE", "\"valueString\":\"third\""));
    for (String both : List.of(byId + "," + byId, byId + "," + byNumber)) {
      HttpResponse<String> refused =
          post(
              "",
              "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + both + "]}");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    }
    assertThat(kept(get("Observation/" + twice), 200).path("valueString").asText())
        .isEqualTo("first");
  }
}
