package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Keeps the patient index from what systems send. A patient is matched by identifiers alone: same
 * assigning authority and same value, of a type that names one person. Two messages about the same
 * patient wait for each other.
 */
@Singleton
public class PatientIndex {
  /**
   * Types of table 0203 that do not name one person in practice: social security and licence
   * numbers are shared, mistyped and invented; account and visit numbers name a stay.
   */
  private static final Set<String> NOT_MATCHED =
      Set.of("SS", "SSN", "DL", "DLN", "PPN", "AN", "VN", "BC", "CC", "MC", "MA", "TAX", "ACSN");

  private final Database database;
  private final Keys keys;

  @Inject
  public PatientIndex(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** What became of a message about a patient. */
  public sealed interface Outcome {
    /** He is in the index. */
    record Kept(UUID patient, boolean created) implements Outcome {}

    /** None of its identifiers names one person; nothing was changed. */
    record Nameless() implements Outcome {}

    /** Its identifiers belong to several patients; nothing was changed. */
    record Conflict(List<UUID> patients) implements Outcome {}
  }

  /** Makes the patient, or brings him up to date. */
  public Outcome keep(UUID organization, PatientDemographics sent, String location) {
    List<PatientIdentifier> matching = matching(sent.identifiers());
    if (matching.isEmpty()) {
      return new Outcome.Nameless();
    }
    lock(organization, matching);
    List<UUID> found = owners(organization, matching);
    if (found.size() > 1) {
      return new Outcome.Conflict(found);
    }
    Instant now = keys.now();
    UUID patient = found.isEmpty() ? keys.next(now) : found.get(0);
    String[] given = sent.given().toArray(String[]::new);
    database.update(
        """
        insert into patient (id, organization_id, family, given, birth_date, gender, deceased, location, updated_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (id) do update set
          family = case when excluded.family = '' and excluded.given = '{}' then patient.family else excluded.family end,
          given = case when excluded.family = '' and excluded.given = '{}' then patient.given else excluded.given end,
          birth_date = coalesce(excluded.birth_date, patient.birth_date),
          gender = coalesce(excluded.gender, patient.gender),
          deceased = excluded.deceased,
          location = case when excluded.location = '' then patient.location else excluded.location end,
          version = patient.version + 1, updated_at = excluded.updated_at""",
        patient,
        organization,
        sent.family(),
        given,
        sent.birthDate(),
        sent.gender(),
        sent.deceased(),
        location,
        now);
    keepIdentifiers(organization, patient, sent.identifiers(), matching);
    return new Outcome.Kept(patient, found.isEmpty());
  }

  /** Makes the stay, or brings it up to date; a stay without number has no row of its own. */
  public void keepEncounter(UUID organization, UUID patient, EncounterDetails sent) {
    if (sent.visitNumber().isEmpty()) {
      return;
    }
    database.update(
        """
        insert into encounter (id, organization_id, patient_id, visit_system, visit_number, patient_class, location,
          admitted_at, discharged_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (organization_id, visit_system, visit_number) do update set
          patient_id = excluded.patient_id,
          patient_class = case when excluded.patient_class = '' then encounter.patient_class else excluded.patient_class end,
          location = case when excluded.location = '' then encounter.location else excluded.location end,
          admitted_at = coalesce(excluded.admitted_at, encounter.admitted_at),
          discharged_at = coalesce(excluded.discharged_at, encounter.discharged_at),
          updated_at = excluded.updated_at""",
        keys.next(),
        organization,
        patient,
        sent.visitSystem(),
        sent.visitNumber(),
        sent.patientClass(),
        sent.location(),
        sent.admittedAt(),
        sent.dischargedAt(),
        keys.now());
  }

  private static List<PatientIdentifier> matching(List<PatientIdentifier> identifiers) {
    return identifiers.stream().filter(i -> !NOT_MATCHED.contains(i.type())).toList();
  }

  /** Locks are taken in one order, so that two messages cannot wait for each other for ever. */
  private void lock(UUID organization, List<PatientIdentifier> matching) {
    List<String> names =
        matching.stream()
            .map(i -> organization + "|" + i.system() + "|" + i.value())
            .sorted()
            .toList();
    for (String name : names) {
      database.first("select pg_advisory_xact_lock(hashtextextended(?, 7))", row -> true, name);
    }
  }

  private List<UUID> owners(UUID organization, List<PatientIdentifier> matching) {
    return matching.stream()
        .map(
            i ->
                database.first(
                    "select patient_id from patient_identifier where organization_id = ? and system = ? and value = ? and matching",
                    row -> row.uuid("patient_id"),
                    organization,
                    i.system(),
                    i.value()))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  private void keepIdentifiers(
      UUID organization,
      UUID patient,
      List<PatientIdentifier> all,
      List<PatientIdentifier> matching) {
    for (int i = 0; i < all.size(); i++) {
      PatientIdentifier identifier = all.get(i);
      database.update(
          """
          insert into patient_identifier (organization_id, patient_id, system, value, type, matching, position)
          values (?, ?, ?, ?, ?, ?, ?)
          on conflict (patient_id, system, value) do update set
            type = case when excluded.type = '' then patient_identifier.type else excluded.type end,
            matching = patient_identifier.matching or excluded.matching,
            position = excluded.position""",
          organization,
          patient,
          identifier.system(),
          identifier.value(),
          identifier.type(),
          matching.contains(identifier),
          i);
    }
  }
}
