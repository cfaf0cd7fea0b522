package org.wardline.patient;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PatientIdentifier;
import org.wardline.message.PatientSnapshot;

/**
 * A patient of the index, as he is now.
 *
 * @param id our key
 * @param identifiers in the order in which the sender listed them
 * @param family family name; may be empty
 * @param given given names
 * @param birthDate ISO 8601, possibly partial; null when unknown
 * @param gender FHIR administrative-gender; null when unknown
 * @param deceased null when nobody said
 * @param active false for a record that was given up
 * @param location ward, room and bed; empty when unknown
 * @param details what else is known of him: a FHIR Patient as JSON without the above
 * @param mergedInto the record that took this one's place; null for one that stands
 * @param replaces records that were given up for this one
 * @param version counts changes, from 1
 */
public record PatientSummary(
    UUID id,
    List<PatientIdentifier> identifiers,
    String family,
    List<String> given,
    @Nullable String birthDate,
    @Nullable String gender,
    @Nullable Boolean deceased,
    boolean active,
    String location,
    String details,
    @Nullable UUID mergedInto,
    List<UUID> replaces,
    int version,
    Instant updatedAt) {
  public PatientSummary {
    identifiers = List.copyOf(identifiers);
    given = List.copyOf(given);
    replaces = List.copyOf(replaces);
  }

  /** {@code Family, Given Names}, as shown. */
  public String name() {
    String names = String.join(" ", given);
    if (family.isEmpty() || names.isEmpty()) {
      return family.isEmpty() && names.isEmpty() ? "(no name)" : family + names;
    }
    return family + ", " + names;
  }

  /** The record number: the first identifier of type MR, else the first. */
  public PatientIdentifier recordNumber() {
    return identifiers.stream()
        .filter(i -> i.type().equals("MR"))
        .findFirst()
        .orElse(identifiers.get(0));
  }

  /** As an author sees him now. */
  public PatientSnapshot snapshot() {
    PatientIdentifier number = recordNumber();
    return new PatientSnapshot(id, number.system(), number.value(), name(), birthDate);
  }
}
