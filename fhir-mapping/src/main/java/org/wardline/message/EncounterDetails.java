package org.wardline.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a system tells us of a stay (PV1, FHIR Encounter).
 *
 * @param visitSystem assigning authority of the visit number, as a URI
 * @param visitNumber PV1-19; empty when not given
 * @param status FHIR encounter-status that the event means; empty when it means none
 * @param patientClass PV1-2 as sent, such as {@code I}
 * @param location ward, room and bed as shown, such as {@code 2000 · 2012 · 01}; empty when he is
 *     nowhere now; null when not given
 * @param admittedAt PV1-44
 * @param dischargedAt PV1-45, or when the event happened that discharged him
 * @param details what else is known of it (participants, types, reasons): a FHIR {@code Encounter}
 *     as JSON without the above; empty when not given
 */
public record EncounterDetails(
    String visitSystem,
    String visitNumber,
    String status,
    String patientClass,
    @Nullable String location,
    @Nullable Instant admittedAt,
    @Nullable Instant dischargedAt,
    String details) {
  public static final String IN_PROGRESS = "in-progress";
  public static final String FINISHED = "finished";

  /** The same with other details. */
  public EncounterDetails with(String other) {
    return new EncounterDetails(
        visitSystem, visitNumber, status, patientClass, location, admittedAt, dischargedAt, other);
  }

  /** The same under another number. */
  public EncounterDetails numbered(String system, String number) {
    return new EncounterDetails(
        system, number, status, patientClass, location, admittedAt, dischargedAt, details);
  }

  /** This, told later, laid over what was told before: what it does not say stays as it was. */
  public EncounterDetails over(EncounterDetails earlier) {
    boolean begun = status.equals(IN_PROGRESS); // whoever is here is not discharged
    return new EncounterDetails(
        visitSystem,
        visitNumber,
        status.isEmpty() ? earlier.status : status,
        patientClass.isEmpty() ? earlier.patientClass : patientClass,
        location == null ? earlier.location : location,
        admittedAt == null ? earlier.admittedAt : admittedAt,
        dischargedAt == null && !begun ? earlier.dischargedAt : dischargedAt,
        details.isEmpty() ? earlier.details : details);
  }
}
