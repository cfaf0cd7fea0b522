package org.wardline.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a system tells us of a stay (PV1, FHIR Encounter).
 *
 * @param visitSystem assigning authority of the visit number, as a URI
 * @param visitNumber PV1-19; empty when not given
 * @param patientClass PV1-2 as sent, such as {@code I}
 * @param location ward, room and bed as shown, such as {@code 2000 · 2012 · 01}; empty when not
 *     given
 * @param admittedAt PV1-44
 * @param dischargedAt PV1-45
 */
public record EncounterDetails(
    String visitSystem,
    String visitNumber,
    String patientClass,
    String location,
    @Nullable Instant admittedAt,
    @Nullable Instant dischargedAt) {

  /** This, told later, laid over what was told before: what it does not say stays as it was. */
  public EncounterDetails over(EncounterDetails earlier) {
    return new EncounterDetails(
        visitSystem,
        visitNumber,
        patientClass.isEmpty() ? earlier.patientClass : patientClass,
        location.isEmpty() ? earlier.location : location,
        admittedAt == null ? earlier.admittedAt : admittedAt,
        dischargedAt == null ? earlier.dischargedAt : dischargedAt);
  }
}
