package org.wardline.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a system tells us of a patient.
 *
 * @param identifiers at least one
 * @param family family name; empty when not given
 * @param given given names, in order
 * @param birthDate ISO 8601, possibly partial; null when not given
 * @param gender FHIR administrative-gender; null when not given
 * @param deceased true when the sender says so
 */
public record PatientDemographics(
    List<PatientIdentifier> identifiers,
    String family,
    List<String> given,
    @Nullable String birthDate,
    @Nullable String gender,
    boolean deceased) {
  public PatientDemographics {
    identifiers = List.copyOf(identifiers);
    given = List.copyOf(given);
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException("identifiers: at least one");
    }
  }
}
