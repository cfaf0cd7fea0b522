package org.wardline.patient;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
  private static final String NOTHING = "{}";

  /** Place of numbers that a patient had in a record that was given up: after his own. */
  private static final int FORMER = 100;

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
              "details jsonb",
              "updated_at timestamptz")
          .onConflict(
              "id",
              """
              do update set
                family = case when excluded.family = '' and excluded.given = '{}' then patient.family else excluded.family end,
                given = case when excluded.family = '' and excluded.given = '{}' then patient.given else excluded.given end,
                birth_date = coalesce(excluded.birth_date, patient.birth_date),
                gender = coalesce(excluded.gender, patient.gender),
                deceased = coalesce(excluded.deceased, patient.deceased),
                location = coalesce(excluded.location, patient.location),
                details = patient.details || excluded.details,
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
              "patient_id, system, value",
              """
              do update set
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
              "status text",
              "patient_class text",
              "location text",
              "admitted_at timestamptz",
              "discharged_at timestamptz",
              "details jsonb",
              "updated_at timestamptz")
          .onConflict(
              "organization_id, visit_system, visit_number",
              """
              do update set
                patient_id = excluded.patient_id,
                status = case when excluded.status = '' then encounter.status else excluded.status end,
                patient_class = case when excluded.patient_class = '' then encounter.patient_class else excluded.patient_class end,
                location = coalesce(excluded.location, encounter.location),
                admitted_at = coalesce(excluded.admitted_at, encounter.admitted_at),
                discharged_at = case when excluded.status = 'in-progress' then excluded.discharged_at
                  else coalesce(excluded.discharged_at, encounter.discharged_at) end,
                details = encounter.details || excluded.details,
                version = encounter.version + 1,
                updated_at = excluded.updated_at""");

  private final UUID organization;
  private final Map<Name, UUID> owners;
  private final Keys keys;
  private final Map<UUID, Patient> patients = new LinkedHashMap<>();
  private final Map<Name, Stay> stays = new LinkedHashMap<>();
  private final Map<Name, Adopted> adopted = new LinkedHashMap<>();

  IndexChanges(UUID organization, Map<Name, UUID> owners, Keys keys) {
    this.organization = organization;
    this.owners = owners;
    this.keys = keys;
  }

  /** An identifier, or a visit number, with its authority. */
  record Name(String system, String value) {}

  private record Patient(PatientDemographics said, @Nullable String location) {}

  private record Stay(UUID patient, EncounterDetails said) {}

  /**
   * Makes the patient, or brings him up to date.
   *
   * @param location where he is; empty: nowhere now; null: not said
   */
  public Outcome keep(PatientDemographics sent, @Nullable String location) {
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
    return keep(
        found.isEmpty() ? keys.next() : found.get(0), found.isEmpty(), names, sent, location);
  }

  /** Brings that patient up to date; his numbers must not be another's. */
  public Outcome keepAs(UUID patient, PatientDemographics sent) {
    List<Name> names =
        PatientIndex.matching(sent).stream().map(i -> new Name(i.system(), i.value())).toList();
    List<UUID> others =
        names.stream()
            .map(owners::get)
            .filter(Objects::nonNull)
            .filter(id -> !id.equals(patient))
            .distinct()
            .toList();
    return others.isEmpty()
        ? keep(patient, false, names, sent, null)
        : new Outcome.Conflict(others);
  }

  @SuppressWarnings("checkstyle:ParameterNumber")
  private Outcome keep(
      UUID patient,
      boolean created,
      List<Name> names,
      PatientDemographics sent,
      @Nullable String location) {
    names.forEach(name -> owners.put(name, patient));
    patients.merge(
        patient,
        new Patient(sent, location),
        (earlier, later) ->
            new Patient(
                later
                    .said()
                    .over(earlier.said())
                    .with(Details.over(later.said().details(), earlier.said().details())),
                later.location() == null ? earlier.location() : later.location()));
    return new Outcome.Kept(patient, created);
  }

  /** Numbers that nobody had become this patient's; one that somebody has is left to him. */
  public void adopt(UUID patient, List<PatientIdentifier> identifiers) {
    List<PatientIdentifier> free =
        identifiers.stream()
            .filter(i -> !owners.containsKey(new Name(i.system(), i.value())))
            .toList();
    free.forEach(i -> adopted.put(new Name(i.system(), i.value()), new Adopted(patient, i)));
  }

  private record Adopted(UUID patient, PatientIdentifier identifier) {}

  /** Whose these identifiers are, as far as we know; each patient once. */
  public List<UUID> owners(List<PatientIdentifier> identifiers) {
    return PatientIndex.matching(identifiers).stream()
        .map(i -> owners.get(new Name(i.system(), i.value())))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /** Makes the stay, or brings it up to date; a stay without number has no row of its own. */
  public void keepEncounter(UUID patient, EncounterDetails sent) {
    if (!sent.visitNumber().isEmpty()) {
      stays.merge(
          new Name(sent.visitSystem(), sent.visitNumber()),
          new Stay(patient, sent),
          (earlier, later) ->
              new Stay(
                  later.patient(),
                  later
                      .said()
                      .over(earlier.said())
                      .with(Details.over(later.said().details(), earlier.said().details()))));
    }
  }

  /** Adds the rows that say all this. */
  public void addTo(RowBatch rows) {
    Instant now = keys.now();
    patients.forEach((id, patient) -> add(rows, id, patient, now));
    for (Adopted each : adopted.values()) {
      rows.add(
          IDENTIFIER,
          organization,
          each.patient(),
          each.identifier().system(),
          each.identifier().value(),
          each.identifier().type(),
          !PatientIndex.matching(List.of(each.identifier())).isEmpty(),
          FORMER);
    }
    for (Stay stay : stays.values()) {
      EncounterDetails said = stay.said();
      rows.add(
          ENCOUNTER,
          keys.next(now),
          organization,
          stay.patient(),
          said.visitSystem(),
          said.visitNumber(),
          said.status(),
          said.patientClass(),
          said.location(),
          said.admittedAt(),
          said.dischargedAt(),
          json(said.details()),
          now);
    }
  }

  private static String json(String details) {
    return details.isEmpty() ? NOTHING : details;
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
        json(said.details()),
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
