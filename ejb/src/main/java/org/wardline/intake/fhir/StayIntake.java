package org.wardline.intake.fhir;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.intake.fhir.ResourceIntake.Stored;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.EncounterDetails;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.Encounters;
import org.wardline.patient.IndexChanges;
import org.wardline.patient.PatientIndex;
import org.wardline.store.Database;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;

/** Keeps what a client tells of stays, beside what HL7 v2 tells of them. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class StayIntake {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private PatientIndex index;
  @Inject private Encounters encounters;
  @Inject private Standing standing;
  @Inject private Database database;
  @Inject private Locks locks;

  /**
   * Keeps a stay. One whose number is known is that stay, brought up to date.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when there is no such patient
   */
  public Stored keep(Actor actor, UUID patient, EncounterDetails said) {
    gate.pass(policy.decideKeep(actor, "Encounter", 'c'), actor, new Entity.Patient(patient));
    standing.require(actor, patient, "Encounter.subject");
    locks.hold(List.of(Encounters.lockName(actor.organizationId(), said)));
    Optional<UUID> before =
        encounters.byVisit(actor.organizationId(), said.visitSystem(), said.visitNumber());
    boolean anothers =
        before
            .flatMap(id -> encounters.byId(actor.organizationId(), id))
            .filter(stay -> !stay.patient().equals(patient))
            .isPresent();
    if (anothers) {
      throw new InvalidMessageException(
          "Encounter.subject", "A stay is never given to another patient.");
    }
    write(actor, patient, said);
    UUID id =
        encounters
            .byVisit(actor.organizationId(), said.visitSystem(), said.visitNumber())
            .orElseThrow();
    standing.record(actor, before.isEmpty(), "Encounter", id, patient);
    return new Stored("Encounter", id, version(actor, id), before.isEmpty());
  }

  private void write(Actor actor, UUID patient, EncounterDetails said) {
    IndexChanges changes = index.begin(actor.organizationId(), List.of());
    changes.keepEncounter(patient, said);
    var rows = new RowBatch();
    changes.addTo(rows);
    database.write(rows);
  }

  private int version(Actor actor, UUID stay) {
    return encounters.byId(actor.organizationId(), stay).map(Encounters.Stay::version).orElse(1);
  }

  /**
   * Brings a stay up to date, and replaces what is known of it beside the index.
   *
   * @param names all that it comes with: one of them is its number; none keeps it
   * @param version that the client changed; null when it does not say
   * @return empty when there is no such stay
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when it would change its patient or its number
   * @throws ChangedMeanwhileException when that version is not the newest
   */
  public Optional<Stored> replace(
      Actor actor,
      UUID id,
      UUID patient,
      EncounterDetails said,
      List<BusinessIdentifier> names,
      @Nullable String version) {
    gate.pass(policy.decideKeep(actor, "Encounter", 'u'), actor, new Entity.Patient(patient));
    UUID organization = actor.organizationId();
    Optional<EncounterDetails> numbered =
        encounters
            .byId(organization, id)
            .map(stay -> said.numbered(stay.visitSystem(), stay.visitNumber()));
    if (numbered.isEmpty()) {
      return Optional.empty();
    }
    EncounterDetails stay = numbered.get();
    var number = new BusinessIdentifier(stay.visitSystem(), stay.visitNumber());
    if (!names.isEmpty() && !names.contains(number)) {
      throw new InvalidMessageException(
          "Encounter.identifier", "The number of a stay is its own for good.");
    }
    standing.require(actor, patient, "Encounter.subject");
    locks.hold(List.of(Encounters.lockName(organization, stay)));
    boolean anothers =
        encounters.byId(organization, id).filter(now -> !now.patient().equals(patient)).isPresent();
    if (anothers) {
      throw new InvalidMessageException(
          "Encounter.subject", "A stay is never given to another patient.");
    }
    standing.require(version, "select version from encounter", actor, id);
    write(actor, patient, stay);
    database.update(
        "update encounter set details = ?::jsonb where organization_id = ? and id = ?",
        stay.details(),
        actor.organizationId(),
        id);
    standing.record(actor, false, "Encounter", id, patient);
    return Optional.of(new Stored("Encounter", id, version(actor, id), false));
  }
}
