package org.wardline.message;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The patient as the author saw him when he wrote. It is bound into the sealed message: a later
 * merge or correction changes the link, never this.
 *
 * @param patientId the row of the patient index that the conversation pointed to
 * @param identifierSystem assigning authority of the record number, as a URI
 * @param identifier the record number
 * @param name as shown, family name first
 * @param birthDate ISO 8601, possibly only year or year and month; null when unknown
 */
public record PatientSnapshot(
    UUID patientId,
    String identifierSystem,
    String identifier,
    String name,
    @Nullable String birthDate) {
  public PatientSnapshot {
    Objects.requireNonNull(patientId, "patientId");
    Objects.requireNonNull(identifierSystem, "identifierSystem");
    Objects.requireNonNull(identifier, "identifier");
    Objects.requireNonNull(name, "name");
  }
}
