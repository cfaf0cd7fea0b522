package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.Appointment;
import org.junit.jupiter.api.Test;

/** Single fields, as the v2-to-FHIR guide maps them. */
class FieldsOfTheGuideTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  @Test
  void the_timing_of_an_appointment_comes_before_what_it_replaced() throws Exception {
    Appointment booked =
        FHIR.newJsonParser()
            .parseResource(
                Appointment.class,
                event(
                        "SIU^S12",
                        "",
                        "SCH|P1|F1|||||CHECK||||^^^202601010900^202601011000\rTQ1|1||||||202607020900|202607020945")
                    .chart()
                    .get(0)
                    .json());
    assertThat(booked.getStart().toInstant()).isEqualTo(Instant.parse("2026-07-02T09:00:00Z"));
    assertThat(booked.getEnd().toInstant()).isEqualTo(Instant.parse("2026-07-02T09:45:00Z"));
  }

  @Test
  void a_street_has_its_name_and_a_stay_its_other_number() throws Exception {
    assertThat(
            Objects.requireNonNull(
                    event("ADT^A08", "1000&Hospital Lane&B^Ste. 123^Bern", "").patient())
                .details())
        .contains("\"line\":[\"1000\",\"Hospital Lane\",\"B\",\"Ste. 123\"]");
    var stay =
        Objects.requireNonNull(
            event("ADT^A01", "", "PV1|1|I" + "|".repeat(17) + "V7" + "|".repeat(31) + "50^^^OLD")
                .encounter());
    assertThat(stay.visitNumber()).isEqualTo("V7");
    assertThat(stay.details()).contains("urn:wardline:authority:OLD", "\"50\"");
  }

  private static Hl7Event event(String type, String address, String segments)
      throws Hl7FaultException {
    String text =
        "MSH|^~\\&|S|F|R|F|20260701120000||"
            + type
            + "|1|P|2.5.1\rPID|1||A1^^^WARD^MR||Roe^Jane||19880818|F|||"
            + address
            + "\r"
            + segments;
    Msh msh = Msh.read(text.getBytes(StandardCharsets.UTF_8));
    return new EventMapper(new Sender("urn:ours", ZoneOffset.UTC), Set.of())
        .map(msh, Segments.parse(text, msh), "one")
        .value()
        .get(0);
  }
}
