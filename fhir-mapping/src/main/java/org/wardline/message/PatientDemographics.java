package org.wardline.message;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a system tells us of a patient.
 *
 * @param identifiers at least one
 * @param family family name; empty when not given
 * @param given given names, in order
 * @param birthDate ISO 8601, possibly partial; null when not given
 * @param gender FHIR administrative-gender; null when not given
 * @param deceased null when the sender does not say
 * @param details what else is known of him (address, telecom, contacts and their like): a FHIR
 *     {@code Patient} as JSON without the above; a member that is null is to be forgotten; empty
 *     when not given
 */
public record PatientDemographics(
    List<PatientIdentifier> identifiers,
    String family,
    List<String> given,
    @Nullable String birthDate,
    @Nullable String gender,
    @Nullable Boolean deceased,
    String details) {
  public PatientDemographics {
    identifiers = List.copyOf(identifiers);
    given = List.copyOf(given);
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException("identifiers: at least one");
    }
  }

  /** The same with other details. */
  public PatientDemographics with(String other) {
    return new PatientDemographics(identifiers, family, given, birthDate, gender, deceased, other);
  }

  /** This, told later, laid over what was told before: what it does not say stays as it was. */
  public PatientDemographics over(PatientDemographics earlier) {
    boolean named = !family.isEmpty() || !given.isEmpty();
    List<PatientIdentifier> all =
        Stream.concat(identifiers.stream(), earlier.identifiers.stream()).distinct().toList();
    return new PatientDemographics(
        all,
        named ? family : earlier.family,
        named ? given : earlier.given,
        birthDate == null ? earlier.birthDate : birthDate,
        gender == null ? earlier.gender : gender,
        deceased == null ? earlier.deceased : deceased,
        details.isEmpty() ? earlier.details : details);
  }
}
