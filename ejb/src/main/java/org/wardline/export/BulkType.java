package org.wardline.export;

import java.util.Arrays;
import java.util.Optional;

/** What can be had in bulk. */
public enum BulkType {
  COMMUNICATION("Communication"),
  AUDIT_EVENT("AuditEvent");

  private final String fhirType;

  BulkType(String fhirType) {
    this.fhirType = fhirType;
  }

  /** The FHIR type of what is in its files. */
  public String fhirType() {
    return fhirType;
  }

  /** The one of that FHIR type. */
  public static Optional<BulkType> of(String fhirType) {
    return Arrays.stream(values()).filter(t -> t.fhirType.equals(fhirType)).findFirst();
  }
}
