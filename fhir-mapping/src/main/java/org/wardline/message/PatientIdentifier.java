package org.wardline.message;

import java.util.Objects;

/**
 * One identifier of a patient (PID-3, FHIR Patient.identifier).
 *
 * @param system assigning authority as a URI; empty when not given: then it names nobody elsewhere
 * @param value as issued
 * @param type HL7 table 0203, such as {@code MR}; empty when not given
 */
public record PatientIdentifier(String system, String value, String type) {
  public PatientIdentifier {
    Objects.requireNonNull(type, "type");
    if (value.isBlank()) {
      throw new IllegalArgumentException("identifier: value");
    }
  }
}
