package org.wardline.patient;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.PatientIndex.Outcome;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * What a batch of messages changes in the patient index. Messages about one patient are laid over
 * each other in their order, so that each row is written once.
 */
public final class IndexChanges {
  private static final Table PATIENT =
      Table.of(
              "patient",
              "id uuid",
              "organization_id uuid",
              "family text",
              "given text[]",
              "birth_date text",
              "gender text",
              "deceased boolean",
              "location text",
              "updated_at timestamptz")
          .onConflict(
              """
              (id) do update set
                family = case when excluded.family = '' and excluded.given = '{}' then patient.family else excluded.family end,
                given = case when excluded.family = '' and excluded.given = '{}' then patient.given else excluded.given end,
                birth_date = coalesce(excluded.birth_date, patient.birth_date),
                gender = coalesce(excluded.gender, patient.gender),
                deceased = excluded.deceased,
                location = case when excluded.location = '' then patient.location else excluded.location end,
                version = patient.version + 1, updated_at = excluded.updated_at""");
  private static final Table IDENTIFIER =
      Table.of(
              "patient_identifier",
              "organization_id uuid",
              "patient_id uuid",
              "system text",
              "value text",
              "type text",
              "matching boolean",
              "position integer")
          .onConflict(
              """
              (patient_id, system, value) do update set
                type = case when excluded.type = '' then patient_identifier.type else excluded.type end,
                matching = patient_identifier.matching or excluded.matching,
                position = excluded.position
              where (patient_identifier.type, patient_identifier.matching, patient_identifier.position)
                is distinct from (excluded.type, excluded.matching, excluded.position)""");
  private static final Table ENCOUNTER =
      Table.of(
              "encounter",
              "id uuid",
              "organization_id uuid",
              "patient_id uuid",
              "visit_system text",
              "visit_number text",
              "patient_class text",
              "location text",
              "admitted_at timestamptz",
              "discharged_at timestamptz",
              "updated_at timestamptz")
          .onConflict(
              """
              (organization_id, visit_system, visit_number) do update set
                patient_id = excluded.patient_id,
                patient_class = case when excluded.patient_class = '' then encounter.patient_class else excluded.patient_class end,
                location = case when excluded.location = '' then encounter.location else excluded.location end,
                admitted_at = coalesce(excluded.admitted_at, encounter.admitted_at),
                discharged_at = coalesce(excluded.discharged_at, encounter.discharged_at),
                updated_at = excluded.updated_at""");

  private final UUID organization;
  private final Map<Name, UUID> owners;
  private final Keys keys;
  private final Map<UUID, Patient> patients = new LinkedHashMap<>();
  private final Map<Name, Stay> stays = new LinkedHashMap<>();

  IndexChanges(UUID organization, Map<Name, UUID> owners, Keys keys) {
    this.organization = organization;
    this.owners = owners;
    this.keys = keys;
  }

  /** An identifier, or a visit number, with its authority. */
  record Name(String system, String value) {}

  private record Patient(PatientDemographics said, String location) {}

  private record Stay(UUID patient, EncounterDetails said) {}

  /** Makes the patient, or brings him up to date. */
  public Outcome keep(PatientDemographics sent, String location) {
    List<Name> names =
        PatientIndex.matching(sent).stream().map(i -> new Name(i.system(), i.value())).toList();
    if (names.isEmpty()) {
      return new Outcome.Nameless();
    }
    List<UUID> found =
        names.stream().filter(owners::containsKey).map(owners::get).distinct().toList();
    if (found.size() > 1) {
      return new Outcome.Conflict(found);
    }
    UUID patient = found.isEmpty() ? keys.next() : found.get(0);
    names.forEach(name -> owners.put(name, patient));
    patients.merge(
        patient,
        new Patient(sent, location),
        (earlier, later) ->
            new Patient(
                later.said().over(earlier.said()),
                later.location().isEmpty() ? earlier.location() : later.location()));
    return new Outcome.Kept(patient, found.isEmpty());
  }

  /** Makes the stay, or brings it up to date; a stay without number has no row of its own. */
  public void keepEncounter(UUID patient, EncounterDetails sent) {
    if (!sent.visitNumber().isEmpty()) {
      stays.merge(
          new Name(sent.visitSystem(), sent.visitNumber()),
          new Stay(patient, sent),
          (earlier, later) -> new Stay(later.patient(), later.said().over(earlier.said())));
    }
  }

  /** Adds the rows that say all this. */
  public void addTo(RowBatch rows) {
    Instant now = keys.now();
    patients.forEach((id, patient) -> add(rows, id, patient, now));
    for (Stay stay : stays.values()) {
      EncounterDetails said = stay.said();
      rows.add(
          ENCOUNTER,
          keys.next(now),
          organization,
          stay.patient(),
          said.visitSystem(),
          said.visitNumber(),
          said.patientClass(),
          said.location(),
          said.admittedAt(),
          said.dischargedAt(),
          now);
    }
  }

  private void add(RowBatch rows, UUID id, Patient patient, Instant now) {
    PatientDemographics said = patient.said();
    rows.add(
        PATIENT,
        id,
        organization,
        said.family(),
        said.given().toArray(String[]::new),
        said.birthDate(),
        said.gender(),
        said.deceased(),
        patient.location(),
        now);
    var matching = PatientIndex.matching(said);
    Map<Name, PatientIdentifier> each = new LinkedHashMap<>();
    said.identifiers().forEach(i -> each.putIfAbsent(new Name(i.system(), i.value()), i));
    int position = 0;
    for (PatientIdentifier identifier : each.values()) {
      rows.add(
          IDENTIFIER,
          organization,
          id,
          identifier.system(),
          identifier.value(),
          identifier.type(),
          matching.contains(identifier),
          position++);
    }
  }
}
