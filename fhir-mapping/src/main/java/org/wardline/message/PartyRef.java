package org.wardline.message;

import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * Who takes part: a reference to a person, role, machine or patient of the directory, written as
 * FHIR writes it ({@code Practitioner/0190…}).
 *
 * @param kind the FHIR resource type behind the reference
 * @param id our own key, which is also the FHIR logical id
 */
public record PartyRef(Kind kind, UUID id) {

  /**
   * The resource types that can send or receive a message (FHIR R4 Communication.sender/recipient).
   */
  public enum Kind {
    PRACTITIONER("Practitioner"),
    PRACTITIONER_ROLE("PractitionerRole"),
    HEALTHCARE_SERVICE("HealthcareService"),
    DEVICE("Device"),
    PATIENT("Patient");

    private final String fhirType;

    Kind(String fhirType) {
      this.fhirType = fhirType;
    }

    /** The FHIR resource type, such as {@code Practitioner}. */
    public String fhirType() {
      return fhirType;
    }
  }

  public PartyRef {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
  }

  public static PartyRef practitioner(UUID id) {
    return new PartyRef(Kind.PRACTITIONER, id);
  }

  public static PartyRef device(UUID id) {
    return new PartyRef(Kind.DEVICE, id);
  }

  public static PartyRef service(UUID id) {
    return new PartyRef(Kind.HEALTHCARE_SERVICE, id);
  }

  public static PartyRef patient(UUID id) {
    return new PartyRef(Kind.PATIENT, id);
  }

  /**
   * Reads {@code Type/uuid}.
   *
   * @throws IllegalArgumentException when the type is none of {@link Kind} or the id is no UUID
   */
  public static PartyRef parse(String reference) {
    int slash = reference.indexOf('/');
    String type = slash < 0 ? "" : reference.substring(0, slash);
    for (Kind kind : Kind.values()) {
      if (kind.fhirType.equals(type)) {
        return new PartyRef(kind, Identifiers.parse(reference.substring(slash + 1)));
      }
    }
    throw new IllegalArgumentException("not a reference to a person, role or machine");
  }

  @Override
  public String toString() {
    return kind.fhirType + "/" + id.toString().toLowerCase(Locale.ROOT);
  }
}
