package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What systems tell beside admissions, over real sockets: it stands in the patient's context, and
 * whoever must know it is told.
 */
@ExtendWith(DemoSystem.class)
class ChartFeedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALL =
      "system/Patient.rs system/Encounter.rs system/Observation.rs system/DiagnosticReport.rs"
          + " system/ServiceRequest.rs system/DocumentReference.rs system/Appointment.rs system/Communication.rs";

  @Test
  void a_result_is_read_as_report_and_observations_and_a_correction_replaces_it() {
    String result =
        "PV1|1|I|3 West^9^1||||||||||||||||VIS-R1\nOBR|1|P-1|F-1|BMP^Basic panel^L|||20260601110000+0000|||||||||||||||20260601115500+0000||LAB|%s\n"
            + "OBX|1|NM|2823-3^Potassium^LN||%s|mmol/L^^UCUM|3.5-5.1||||%s\n";
    Hl7.taken(
        Hl7.message(
            "ORU^R01", "CF-1", "CHART-1^^^IT^MR||Roe^Rea", result.formatted("F", "4.1", "F")));
    JsonNode report = only("DiagnosticReport?identifier=F-1");
    assertThat(report.path("status").asText()).isEqualTo("final");
    assertThat(report.path("subject").path("reference").asText()).isEqualTo(patient("CHART-1"));
    assertThat(report.path("encounter").path("reference").asText()).startsWith("Encounter/");
    JsonNode potassium = get(report.path("result").path(0).path("reference").asText());
    assertThat(potassium.path("valueQuantity").path("value").asDouble()).isEqualTo(4.1);
    Hl7.taken(
        Hl7.message(
            "ORU^R01", "CF-2", "CHART-1^^^IT^MR||Roe^Rea", result.formatted("C", "4.4", "C")));
    JsonNode corrected =
        only("Observation?code=http://loinc.org|2823-3&patient=" + patient("CHART-1"));
    assertThat(corrected.path("id").asText()).isEqualTo(potassium.path("id").asText());
    assertThat(corrected.path("valueQuantity").path("value").asDouble()).isEqualTo(4.4);
    assertThat(corrected.path("status").asText()).isEqualTo("corrected");
    assertThat(corrected.path("meta").path("versionId").asText()).isEqualTo("2");
    assertThat(only("Observation?patient.identifier=CHART-1").path("id").asText())
        .isEqualTo(corrected.path("id").asText());
  }

  @Test
  void orders_documents_and_appointments_stand_in_the_patients_context() {
    String patient = "CHART-2^^^IT^MR||Roe^Olga";
    Hl7.taken(
        Hl7.message("OMG^O19", "CF-10", patient, "ORC|NW|ORD-1\nOBR|1|ORD-1||CT^CT head^L|S\n"));
    assertThat(only("ServiceRequest?identifier=ORD-1").path("status").asText()).isEqualTo("active");
    Hl7.taken(
        Hl7.message("ORM^O01", "CF-11", patient, "ORC|CA|ORD-1\nOBR|1|ORD-1||CT^CT head^L|S\n"));
    assertThat(only("ServiceRequest?identifier=ORD-1").path("status").asText())
        .isEqualTo("revoked");

    String document =
        "TXA|1|DS|TX|20260601110000+0000||||||||DOC-%s^IT|%s||||AU||AV\nOBX|1|TX|1^Summary||All well.\n";
    Hl7.taken(Hl7.message("MDM^T02", "CF-12", patient, document.formatted("1", "")));
    Hl7.taken(Hl7.message("MDM^T10", "CF-13", patient, document.formatted("2", "DOC-1^IT")));
    assertThat(only("DocumentReference?identifier=DOC-1").path("status").asText())
        .isEqualTo("superseded");
    assertThat(
            only("DocumentReference?identifier=DOC-2")
                .path("relatesTo")
                .path(0)
                .path("code")
                .asText())
        .isEqualTo("replaces");

    Hl7.taken(
        Hl7.message(
            "SIU^S12",
            "CF-14",
            patient,
            "SCH|AP-1|AF-1|||||CHECK^Check-up||30|MIN|^^^20260701090000+0000\n"));
    JsonNode appointment = only("Appointment?identifier=AF-1");
    assertThat(appointment.path("status").asText()).isEqualTo("booked");
    assertThat(appointment.path("participant").path(0).path("actor").path("reference").asText())
        .isEqualTo(patient("CHART-2"));
  }

  @Test
  void a_critical_result_reaches_who_is_on_duty_once_and_says_when_a_role_was_vacant()
      throws Exception {
    String critical =
        "PV1|1|I|%s^9^1\nOBR|1|P-2|F-2|K^Potassium^L\nOBX|1|NM|K^Potassium^L||7.2|mmol/L|3.5-5.1|HH|||F\n";
    Hl7.taken(
        Hl7.message("ORU^R01", "CF-20", "CHART-3^^^IT^MR||Roe^Kate", critical.formatted("3 West")));
    await("somebody is told", Duration.ofSeconds(20), () -> alerts("CHART-3").size() == 1);
    JsonNode alert = alerts("CHART-3").get(0);
    assertThat(alert.path("priority").asText()).isEqualTo("stat");
    assertThat(alert.path("payload").path(0).path("contentString").asText())
        .contains("Potassium 7.2 mmol/L (HH), reference 3.5-5.1")
        .doesNotContain("Vacant");
    // the same finding in another message raises no second alert
    Hl7.taken(
        Hl7.message("ORU^R01", "CF-21", "CHART-3^^^IT^MR||Roe^Kate", critical.formatted("3 West")));
    // nobody holds the role of that ward: its fallback is told, visibly
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "CF-22",
            "CHART-4^^^IT^MR||Roe^Nell",
            critical.formatted("Stroke").replace("F-2", "F-3")));
    await("the fallback is told", Duration.ofSeconds(20), () -> alerts("CHART-4").size() == 1);
    assertThat(alerts("CHART-4").get(0).path("payload").path(0).path("contentString").asText())
        .contains("Vacant now, so that it goes to Cardiology on call: Neurology on call.");
    assertThat(alerts("CHART-3")).hasSize(1);
  }

  @Test
  void a_merge_gives_up_one_record_and_numbers_of_both_find_the_other() {
    Hl7.taken(
        Hl7.message(
            "ADT^A01",
            "CF-30",
            "MERGE-A^^^IT^MR||Roe^Ann",
            "PV1|1|I|3 West^1^1||||||||||||||||VIS-A\n"));
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "CF-31",
            "MERGE-A^^^IT^MR||Roe^Ann",
            "OBR|1||F-M|X^X^L\nOBX|1|ST|X^X^L||fine||||||F\n"));
    String prior = patient("MERGE-A");
    Hl7.taken(Hl7.message("ADT^A04", "CF-32", "MERGE-B^^^IT^MR||Roe^Anna", ""));
    String survivor = patient("MERGE-B");
    assertThat(survivor).isNotEqualTo(prior);
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "CF-33", "MERGE-B^^^IT^MR||Roe^Anna", "MRG|MERGE-A^^^IT^MR\n"));

    assertThat(patient("MERGE-A")).isEqualTo(survivor);
    JsonNode old = get(prior);
    assertThat(old.path("active").asBoolean(true)).isFalse();
    assertThat(old.path("link").path(0).path("type").asText()).isEqualTo("replaced-by");
    assertThat(get(survivor).path("link").path(0).path("type").asText()).isEqualTo("replaces");
    assertThat(only("Observation?patient=" + survivor).path("valueString").asText())
        .isEqualTo("fine");
    assertThat(only("Encounter?identifier=VIS-A").path("subject").path("reference").asText())
        .isEqualTo(survivor);
    // what comes under the number that was given up is about the surviving record
    Hl7.taken(Hl7.message("ADT^A08", "CF-34", "MERGE-A^^^IT^MR||Roe^Anna Maria", ""));
    assertThat(get(survivor).path("name").path(0).path("given").path(0).asText())
        .isEqualTo("Anna Maria");
    // the same merge told again changes nothing, and a number that nobody had becomes his
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "CF-35", "MERGE-B^^^IT^MR||Roe^Anna", "MRG|MERGE-A^^^IT^MR\n"));
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "CF-36", "MERGE-B^^^IT^MR||Roe^Anna", "MRG|MERGE-C^^^IT^MR\n"));
    assertThat(patient("MERGE-C")).isEqualTo(survivor);
    assertThat(get(survivor).path("link")).hasSize(1);
  }

  @Test
  void a_stay_ends_with_discharge_and_goes_on_when_that_is_cancelled() {
    String pv1 = "PV1|1|I|3 West^7^1||||||||||||||||VIS-D%s\n";
    String patient = "STAY-1^^^IT^MR||Roe^Dean";
    Hl7.taken(Hl7.message("ADT^A01", "CF-40", patient, pv1.formatted("")));
    Hl7.taken(Hl7.message("ADT^A03", "CF-41", patient, pv1.formatted("")));
    JsonNode over = only("Encounter?identifier=VIS-D");
    assertThat(over.path("status").asText()).isEqualTo("finished");
    assertThat(over.path("period").path("end").asText()).isNotEmpty();
    Hl7.taken(Hl7.message("ADT^A13", "CF-42", patient, pv1.formatted("")));
    JsonNode again = only("Encounter?identifier=VIS-D");
    assertThat(again.path("status").asText()).isEqualTo("in-progress");
    assertThat(again.path("period").has("end")).isFalse();
    assertThat(again.path("location").path(0).path("location").path("display").asText())
        .isEqualTo("3 West · 7 · 1");
    Hl7.taken(
        Hl7.message("ADT^A02", "CF-43", patient, pv1.formatted("").replace("3 West^7", "ICU^2")));
    assertThat(
            only("Encounter?identifier=VIS-D")
                .path("location")
                .path(0)
                .path("location")
                .path("display")
                .asText())
        .isEqualTo("ICU · 2 · 1");
  }

  @Test
  void a_critical_result_of_nobody_known_is_told_to_somebody_who_must_find_out() {
    assertThat(
            Hl7.send(
                    Hl7.message(
                        "ORU^R01",
                        "CF-70",
                        "123-45-6789^^^USSSA^SS||Roe^Nomi",
                        "OBR|1||F-70|K^Potassium^L\nOBX|1|NM|K^Potassium^L||7.9|mmol/L||HH|||F\n"))
                .text())
        .contains("MSA|AA|CF-70")
        .contains("kept for review");
    await(
        "somebody is told",
        Duration.ofSeconds(20),
        () -> get("Communication?_count=500").toString().contains("message CF-70"));
    assertThat(get("Communication?_count=500").toString())
        .contains("It matches no patient here. Find out whose it is: Nomi Roe");
  }

  @Test
  void the_end_of_one_stay_is_not_the_end_of_another() {
    String patient = "STAY-2^^^IT^MR||Roe^Dina";
    String pv1 = "PV1|1|%s|%s^1^1||||||||||||||||%s\n";
    Hl7.taken(Hl7.message("ADT^A04", "CF-80", patient, pv1.formatted("E", "ED", "VIS-E2")));
    Hl7.taken(Hl7.message("ADT^A01", "CF-81", patient, pv1.formatted("I", "3 West", "VIS-I2")));
    Hl7.taken(Hl7.message("ADT^A03", "CF-82", patient, pv1.formatted("E", "ED", "VIS-E2")));
    assertThat(only("Encounter?identifier=VIS-E2").path("status").asText()).isEqualTo("finished");
    JsonNode stay = only("Encounter?identifier=VIS-I2");
    assertThat(stay.path("status").asText()).isEqualTo("in-progress");
    assertThat(stay.path("location").path(0).path("location").path("display").asText())
        .isEqualTo("3 West · 1 · 1");
  }

  @Test
  void shared_numbers_of_merged_records_stay_shared() {
    String twin = "%s^^^IT^MR~999-00-1111^^^USSSA^SS||Roe^Tess";
    for (String each : List.of("TWIN-A", "TWIN-B", "TWIN-C", "TWIN-D")) {
      Hl7.taken(
          Hl7.message(
              "ADT^A04",
              "CF-" + each,
              each.equals("TWIN-A") || each.equals("TWIN-C")
                  ? twin.formatted(each)
                  : each + "^^^IT^MR||Roe^Tess",
              ""));
    }
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "CF-90", "TWIN-B^^^IT^MR||Roe^Tess", "MRG|TWIN-A^^^IT^MR\n"));
    Hl7.taken(
        Hl7.message(
            "ADT^A40^ADT_A39", "CF-91", "TWIN-D^^^IT^MR||Roe^Tess", "MRG|TWIN-C^^^IT^MR\n"));
    assertThat(patient("TWIN-A")).isEqualTo(patient("TWIN-B"));
    assertThat(patient("TWIN-C")).isEqualTo(patient("TWIN-D"));
  }

  @Test
  void a_batch_is_answered_item_by_item() {
    String item = Hl7.message("ADT^A08", "CF-5%s", "BATCH-%s^^^IT^MR||Roe^Bea", "");
    String answer =
        Hl7.send(
                "FHS|^~\\&|IT|IT|W|D\rBHS|^~\\&|IT|IT|W|D\r"
                    + item.formatted("0", "0")
                    + item.formatted("1", "1").replace("|2.5.1|", "|9.9|")
                    + item.formatted("2", "2")
                    + "BTS|3\rFTS|1\r")
            .text();
    assertThat(answer)
        .contains("MSA|AA|CF-50")
        .contains("MSA|AR|CF-51")
        .contains("MSA|AA|CF-52")
        .contains("BTS|3");
    assertThat(patient("BATCH-2")).isNotEmpty();
  }

  @Test
  void what_would_delete_or_swap_records_is_left_to_a_person() {
    Hl7.taken(Hl7.message("ADT^A04", "CF-60", "DEL-1^^^IT^MR||Roe^Dot", ""));
    assertThat(Hl7.send(Hl7.message("ADT^A23", "CF-61", "DEL-1^^^IT^MR||Roe^Dot", "")).text())
        .contains("MSA|AA|CF-61")
        .contains("kept for review");
    assertThat(get(patient("DEL-1")).path("active").asBoolean()).isTrue();
  }

  private static List<JsonNode> alerts(String identifier) {
    var found = new ArrayList<JsonNode>();
    entries("Communication?patient=" + patient(identifier))
        .forEach(
            entry -> {
              if (entry.path("resource").path("payload").toString().contains("Critical result")) {
                found.add(entry.path("resource"));
              }
            });
    return found;
  }

  /** Reference of the one active patient with that number. */
  private static String patient(String identifier) {
    return "Patient/" + only("Patient?identifier=" + identifier).path("id").asText();
  }

  private static JsonNode only(String search) {
    JsonNode entries = entries(search);
    assertThat(entries).as(search).hasSize(1);
    return entries.get(0).path("resource");
  }

  private static JsonNode entries(String search) {
    return get(search.replace("|", "%7C").replace(" ", "%20")).path("entry");
  }

  private static JsonNode get(String path) {
    var answer = DemoSystem.fhir(path, DemoSystem.token("integration-engine", ALL.split(" ")));
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
