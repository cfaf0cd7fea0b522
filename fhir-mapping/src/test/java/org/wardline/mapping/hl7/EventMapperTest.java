package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.Test;
import org.wardline.message.ChartRecord;
import org.wardline.message.CriticalFinding;
import org.wardline.message.Mapped;
import org.wardline.message.OrderNumber;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.message.StaffRecord;

class EventMapperTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String MSH = "MSH|^~\\&|ADT|HOSP|W|H|20260101||ADT^A01^ADT_A01|1|P|2.5.1\r";

  @Test
  void identifiers_keep_their_authority_or_get_the_senders() throws Exception {
    var patient =
        patient("PID|1||A1^^^WARD^MR~B2^^^&2.16.840.1.113883.19&ISO^PI~C3||Roe^Jane^Q||19880818|F");
    assertThat(patient.identifiers())
        .containsExactly(
            new PatientIdentifier("urn:wardline:authority:WARD", "A1", "MR"),
            new PatientIdentifier("urn:oid:2.16.840.1.113883.19", "B2", "PI"),
            new PatientIdentifier("urn:ours", "C3", ""));
    assertThat(patient.family()).isEqualTo("Roe");
    assertThat(patient.given()).containsExactly("Jane", "Q");
    assertThat(patient.birthDate()).isEqualTo("1988-08-18");
    assertThat(patient.gender()).isEqualTo("female");
  }

  @Test
  void a_partial_birth_date_stays_partial_and_a_wrong_one_is_reported() throws Exception {
    assertThat(patient("PID|1||A1||Roe||198808").birthDate()).isEqualTo("1988-08");
    Mapped<List<Hl7Event>> wrong = map("PID|1||A1||Roe||19881342|X");
    assertThat(Objects.requireNonNull(wrong.value().get(0).patient()).birthDate()).isNull();
    assertThat(wrong.problems())
        .extracting(Mapped.Problem::location)
        .containsExactly("PID^1^7", "PID^1^8");
  }

  @Test
  void a_message_without_identifier_has_no_patient_and_says_so() throws Exception {
    Mapped<List<Hl7Event>> mapped = map("PID|1||||Roe^Jane");
    assertThat(mapped.value().get(0).patient()).isNull();
    assertThat(mapped.problems()).extracting(Mapped.Problem::code).containsExactly("101");
  }

  @Test
  void escapes_and_subcomponents_are_read_and_the_first_name_is_the_legal_one() throws Exception {
    var patient = patient("PID|1||A1||van der \\T\\ Roe&van der^Jane^^^^^L~Nick^Old^^^^^N");
    assertThat(patient.family()).isEqualTo("van der & Roe");
    assertThat(patient.given()).containsExactly("Jane");
  }

  @Test
  void two_quotes_forget_what_was_known_and_an_empty_field_says_nothing() throws Exception {
    var patient = patient("PID|1||A1||Roe^Jane||||||\"\"||^^^jane@example.org|\"\"|\"\"");
    assertThat(patient.details())
        .contains("\"address\":null", "\"communication\":null", "jane@example.org")
        .doesNotContain("\"telecom\":null", "maritalStatus");
    assertThat(patient("PID|1||A1||Roe^Jane").details()).isEmpty();
    assertThat(patient("PID|1||A1||Roe^Jane|||||||||||||||||||||||||\"\"").deceased()).isFalse();
  }

  @Test
  void a_doubled_escape_character_in_msh_2_is_forgiven() throws Exception {
    String text =
        "MSH|^~\\\\&|S|F|R|F|2012||ADT^A01|102|T|2.6\rPID|1||P1^5^M11^A^MR||DOE^JOHN^A||19800202|F";
    var msh = Msh.read(text.getBytes(StandardCharsets.US_ASCII));
    var patient =
        mapper(ZoneOffset.UTC).map(msh, Segments.parse(text, msh), "one").value().get(0).patient();
    assertThat(Objects.requireNonNull(patient).family()).isEqualTo("DOE");
  }

  @Test
  void times_without_offset_are_in_the_senders_zone() throws Exception {
    String text =
        MSH
            + "PID|1||A1||Roe\rPV1|1|I|3W^12^1||||||||||||||||V7|||||||||||||||||||||||||202607011200";
    var encounter =
        mapper(ZoneId.of("Europe/Zurich"))
            .map(header(text), segments(text), "one")
            .value()
            .get(0)
            .encounter();
    assertThat(Objects.requireNonNull(encounter).admittedAt())
        .isEqualTo(Instant.parse("2026-07-01T10:00:00Z"));
    assertThat(encounter.location()).isEqualTo("3W · 12 · 1");
    assertThat(encounter.visitNumber()).isEqualTo("V7");
  }

  @Test
  void a_result_is_an_observation_of_a_report_and_the_same_result_keeps_its_id() throws Exception {
    String result =
        "ORC|RE|P1|F1\rOBR|1|P1|F1|2823-3^Potassium^LN|||20260701113000|||||||||||||||20260701115900||LAB|F\r"
            + "OBX|1|NM|2823-3^Potassium^LN||6.9|mmol/L^^UCUM|3.5-5.1|HH|||%s\rNTE|1||Repeated.\\.br\\Called.\rOBX|2|SN|X^Other^L||>^10|||||F";
    Hl7Event event = event("ORU^R01", result.formatted("F"));
    assertThat(event.chart())
        .extracting(ChartRecord::type)
        .containsExactly("Observation", "Observation", "DiagnosticReport");
    Observation potassium = resource(Observation.class, event.chart().get(0));
    assertThat(potassium.getValueQuantity().getValue()).isEqualByComparingTo("6.9");
    assertThat(potassium.getValueQuantity().getCode()).isEqualTo("mmol/L");
    assertThat(potassium.getInterpretationFirstRep().getCodingFirstRep().getCode()).isEqualTo("HH");
    assertThat(potassium.getNoteFirstRep().getText()).isEqualTo("Repeated.\nCalled.");
    assertThat(potassium.getCode().getCodingFirstRep().getSystem()).isEqualTo("http://loinc.org");
    DiagnosticReport report = resource(DiagnosticReport.class, event.chart().get(2));
    assertThat(report.getStatus().toCode()).isEqualTo("final");
    assertThat(report.getResult())
        .extracting(Reference::getReference)
        .containsExactly(
            "Observation/" + event.chart().get(0).id(), "Observation/" + event.chart().get(1).id());
    Hl7Event corrected = event("ORU^R01", result.formatted("C"));
    assertThat(corrected.chart().get(0).id()).isEqualTo(event.chart().get(0).id());
    assertThat(corrected.chart().get(0).status()).isEqualTo("corrected");
  }

  @Test
  void a_critical_value_says_what_somebody_must_know_and_only_when_it_is_reported()
      throws Exception {
    String obx = "OBR|1|P1^OE|F1|K^Potassium^L\rOBX|1|NM|K^Potassium^L||6.9|mmol/L|3.5-5.1|%s|||%s";
    CriticalFinding finding = event("ORU^R01", obx.formatted("HH", "F")).chart().get(0).critical();
    assertThat(finding)
        .isEqualTo(
            new CriticalFinding("HH", "Potassium 6.9 mmol/L (HH), reference 3.5-5.1", false)
                .of(new OrderNumber("P1^OE", "F1")));
    assertThat(event("ORU^R01", obx.formatted("hh", "C")).chart().get(0).critical())
        .matches(f -> f.corrected());
    for (String[] other : new String[][] {{"H", "F"}, {"HH", "P"}, {"HH", "X"}, {"", "F"}}) {
      assertThat(event("ORU^R01", obx.formatted(other[0], other[1])).chart().get(0).critical())
          .isNull();
    }
  }

  @Test
  void an_order_has_the_state_that_its_control_code_gives_it() throws Exception {
    String order =
        "ORC|%s|P1||||||||||7^House^Gregory\rOBR|1|P1||CBC^Blood count^L||||||||||||||||||||||||S";
    Map<String, String> states =
        Map.of(
            "NW", "active", "CA", "revoked", "HD", "on-hold", "RE", "completed", "??", "unknown");
    for (Map.Entry<String, String> state : states.entrySet()) {
      for (String type : List.of("ORM^O01", "OML^O21", "OMG^O19")) {
        ChartRecord record = event(type, order.formatted(state.getKey())).chart().get(0);
        assertThat(record.type()).isEqualTo("ServiceRequest");
        assertThat(record.status()).as(type + " " + state.getKey()).isEqualTo(state.getValue());
        assertThat(resource(ServiceRequest.class, record).getRequester().getDisplay())
            .isEqualTo("House, Gregory");
      }
    }
  }

  @Test
  void a_document_that_replaces_another_withdraws_it_and_a_cancelled_one_is_in_error()
      throws Exception {
    String txa = "TXA|1|DS|TX|202607011100|||||^^|||DOC%s^APP|%s||||AU||AV\r%s";
    String body = "OBX|1|TX|1^Summary||First line\rOBX|2|TX|1^Summary||Second line";
    Hl7Event first = event("MDM^T02", txa.formatted("1", "", body));
    DocumentReference document = resource(DocumentReference.class, first.chart().get(0));
    assertThat(
            new String(
                document.getContentFirstRep().getAttachment().getData(), StandardCharsets.UTF_8))
        .isEqualTo("First line\nSecond line");
    assertThat(document.getDocStatus().toCode()).isEqualTo("final");
    Hl7Event second = event("MDM^T10", txa.formatted("2", "DOC1^APP", body));
    assertThat(second.withdrawn()).isEqualTo(Map.of(first.chart().get(0).id(), "superseded"));
    Hl7Event cancelled = event("MDM^T11", txa.formatted("2", "", ""));
    assertThat(cancelled.withdrawn())
        .isEqualTo(Map.of(second.chart().get(0).id(), "entered-in-error"));
    assertThat(cancelled.chart()).isEmpty();
    assertThat(cancelled.inTurn()).isTrue();
  }

  @Test
  void an_appointment_has_a_time_or_is_only_proposed() throws Exception {
    String sch = "SCH|P1|F1|||||CHECK^Check-up||30|MIN|^^^%s\rAIP|1||7^House^Gregory";
    Appointment booked =
        resource(Appointment.class, event("SIU^S12", sch.formatted("202607020900")).chart().get(0));
    assertThat(booked.getStatus().toCode()).isEqualTo("booked");
    assertThat(booked.getEnd().toInstant()).isEqualTo(Instant.parse("2026-07-02T09:30:00Z"));
    assertThat(event("SIU^S12", sch.formatted("")).chart().get(0).status()).isEqualTo("proposed");
    assertThat(event("SIU^S15", sch.formatted("")).chart().get(0).status()).isEqualTo("cancelled");
    assertThat(event("SIU^S26", sch.formatted("202607020900")).chart().get(0).status())
        .isEqualTo("noshow");
  }

  @Test
  void events_say_how_the_stay_stands_and_where_the_patient_is() throws Exception {
    String pv1 = "PV1|1|I|3W^12^1||||||||||||||||V7";
    Map<String, String> places =
        Map.of("A01", "3W · 12 · 1", "A02", "3W · 12 · 1", "A13", "3W · 12 · 1");
    Map<String, String> states =
        Map.of(
            "A01",
            "in-progress",
            "A02",
            "in-progress",
            "A03",
            "finished",
            "A11",
            "cancelled",
            "A13",
            "in-progress",
            "A05",
            "planned",
            "A25", // out of order, it must not bring back who has left
            "",
            "A08",
            "");
    for (Map.Entry<String, String> state : states.entrySet()) {
      var stay = Objects.requireNonNull(event("ADT^" + state.getKey(), pv1).encounter());
      assertThat(stay.status()).as(state.getKey()).isEqualTo(state.getValue());
    }
    for (Map.Entry<String, String> place : places.entrySet()) {
      var stay = Objects.requireNonNull(event("ADT^" + place.getKey(), pv1).encounter());
      assertThat(stay.location()).as(place.getKey()).isEqualTo(place.getValue());
    }
    // where he will be, and where he was when blood was taken, is not where he is
    assertThat(Objects.requireNonNull(event("ADT^A05", pv1).encounter()).location()).isNull();
    assertThat(Objects.requireNonNull(event("ORU^R01", pv1).encounter()).location()).isNull();
    assertThat(event("ADT^A02", pv1).moved()).isTrue();
  }

  @Test
  void a_message_about_several_patients_tells_of_each_his_own() throws Exception {
    String second =
        "PID|2||B2^^^WARD^MR||Doe^Bob\rOBR|1||F2|K^Potassium^L\rOBX|1|NM|K^Potassium^L||7.2|||HH|||F";
    List<Hl7Event> events =
        all("MSH|^~\\&|S|F|R|F|2026||ORU^R01|1|P|2.5.1\rPID|1||A1^^^WARD^MR||Roe^Jane\rOBR|1||F1|K^Potassium^L\rOBX|1|NM|K^Potassium^L||4.2|||N|||F\r"
                + second)
            .value();
    assertThat(events).hasSize(2);
    assertThat(Objects.requireNonNull(events.get(0).patient()).family()).isEqualTo("Roe");
    assertThat(events.get(0).chart()).allMatch(record -> record.critical() == null);
    assertThat(Objects.requireNonNull(events.get(1).patient()).family()).isEqualTo("Doe");
    assertThat(events.get(1).chart()).anyMatch(record -> record.critical() != null);
    assertThat(
            all("MSH|^~\\&|S|F|R|F|2026||ADT^A40|1|P|2.5.1\rPID|1||A1^^^WARD^MR\rMRG|A2^^^WARD^MR\rPID|2||B1^^^WARD^MR\rMRG|B2^^^WARD^MR\r")
                .value())
        .extracting(e -> e.prior().get(0).value())
        .containsExactly("A2", "B2");
  }

  @Test
  void two_reports_under_one_number_stand_beside_each_other() throws Exception {
    String organism = "OBR|%s||F1|S^Susceptibility^L\rOBX|1|ST|A^Ampicillin^L||%s||||||F\r";
    assertThat(
            event("ORU^R01", organism.formatted("1", "S") + organism.formatted("2", "R")).chart())
        .extracting(ChartRecord::id)
        .doesNotHaveDuplicates();
  }

  @Test
  void what_an_admission_says_beside_is_kept_of_the_stay_and_calls_nobody() throws Exception {
    String said =
        "PV1|1|I|3W||||||||||||||||V7\rOBX|1|NM|8867-4^Heart rate^LN||%s|/min|60-100|HH|||F";
    ChartRecord first = event("ADT^A01", said.formatted("150")).chart().get(0);
    ChartRecord later = event("ADT^A08", said.formatted("90")).chart().get(0);
    assertThat(first.type()).isEqualTo("Observation");
    assertThat(first.critical()).isNull();
    assertThat(later.id()).isEqualTo(first.id());
  }

  @Test
  void a_cancellation_without_detail_is_about_the_order_of_its_number() throws Exception {
    Hl7Event order = event("ORM^O01", "ORC|NW|P1\rOBR|1|P1||CBC^Blood count^L");
    Hl7Event cancelled = event("ORM^O01", "ORC|CA|P1");
    assertThat(cancelled.withdrawn()).isEqualTo(Map.of(order.chart().get(0).id(), "revoked"));
    assertThat(cancelled.chart()).isEmpty();
  }

  @Test
  void a_number_without_authority_or_too_long_to_search_by_is_no_reason_to_fail() throws Exception {
    String txa = "TXA|1|DS|TX|20260701|||||||" + "|%s^APP||||FILE-1\rOBX|1|TX|1||x";
    assertThat(event("MDM^T02", txa.formatted("D".repeat(300))).chart()).hasSize(1);
  }

  @Test
  void a_merge_names_the_record_that_is_given_up() throws Exception {
    Hl7Event merge = event("ADT^A40", "MRG|B2^^^WARD^MR");
    assertThat(merge.kind()).isEqualTo(Hl7Event.Kind.MERGED);
    assertThat(merge.prior())
        .containsExactly(new PatientIdentifier("urn:wardline:authority:WARD", "B2", "MR"));
    assertThat(event("ADT^A45", "MRG|B2^^^WARD^MR\rPV1|1|I|||||||||||||||||V7").kind())
        .isEqualTo(Hl7Event.Kind.VISIT_MOVED);
  }

  @Test
  void staff_is_listed_with_profession_and_department_and_who_left_is_inactive() throws Exception {
    String text =
        "MSH|^~\\&|HR|F|R|F|20260701||MFN^M02|1|P|2.5.1\rMFI|PRA^Practitioner master|HR|UPD|||AL\r"
            + "MFE|MUP|||dr.adams\rSTF|dr.adams|4711^^^HR|Adams^Anna|||F||CARD^Cardiology||^^PH^^^^4101\rPRA|dr.adams||physician\r"
            + "MFE|MDC|||dr.gone\rSTF|dr.gone||Gone^Bob";
    List<StaffRecord> staff = all(text).value().get(0).staff();
    assertThat(staff)
        .containsExactly(
            new StaffRecord(
                "dr.adams",
                List.of("dr.adams", "4711"),
                "Adams",
                "Anna",
                "physician",
                "Cardiology",
                "4101",
                true),
            new StaffRecord("dr.gone", List.of("dr.gone"), "Gone", "Bob", "", "", "", false));
  }

  @Test
  void what_has_no_rule_is_counted() throws Exception {
    assertThat(event("ADT^A08", "AL1|1\rAL1|2\rZPI|x\rPV1|1|I").unmapped())
        .isEqualTo(Map.of("AL1", 2, "ZPI", 1));
  }

  @Test
  void what_is_no_hl7_is_refused_by_the_header() {
    for (String broken : new String[] {"", "PID|1", "MSH", "MSHAxxxxxxxx", "{\"json\":1}"}) {
      assertThatThrownBy(() -> Msh.read(broken.getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOf(Hl7FaultException.class);
    }
  }

  private static PatientDemographics patient(String pid) throws Hl7FaultException {
    return Objects.requireNonNull(map(pid).value().get(0).patient());
  }

  private static Mapped<List<Hl7Event>> map(String pid) throws Hl7FaultException {
    return all(MSH + pid);
  }

  private static Mapped<List<Hl7Event>> all(String text) throws Hl7FaultException {
    return mapper(ZoneOffset.UTC).map(header(text), segments(text), "one");
  }

  private static Hl7Event event(String type, String segments) throws Hl7FaultException {
    return all("MSH|^~\\&|S|F|R|F|20260701120000||"
            + type
            + "|1|P|2.5.1\r"
            + "PID|1||A1^^^WARD^MR||Roe^Jane||19880818|F\r"
            + segments)
        .value()
        .get(0);
  }

  private static <T extends Resource> T resource(Class<T> type, ChartRecord record) {
    return FHIR.newJsonParser().parseResource(type, record.json());
  }

  private static EventMapper mapper(ZoneId zone) {
    return new EventMapper(new Sender("urn:ours", zone), Set.of("HH", "LL", "AA"));
  }

  private static Msh header(String text) throws Hl7FaultException {
    return Msh.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Segments segments(String text) throws Hl7FaultException {
    return Segments.parse(text, Msh.read(text.getBytes(StandardCharsets.UTF_8)));
  }
}
