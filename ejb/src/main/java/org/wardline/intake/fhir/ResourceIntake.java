package org.wardline.intake.fhir;

import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.alert.AlertWorker.CriticalResultKept;
import org.wardline.alert.CriticalResults;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.Chart;
import org.wardline.chart.ChartWriter;
import org.wardline.chart.ChartWriter.Told;
import org.wardline.chart.Contents;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.ChartRecord;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PatientDemographics;
import org.wardline.message.StaffRecord;
import org.wardline.operation.StaffList;
import org.wardline.patient.IndexChanges;
import org.wardline.patient.PatientIndex;
import org.wardline.patient.PatientIndex.Outcome;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;

/**
 * Keeps what a client tells of patients; as one message of HL7 v2 does, it changes links and
 * content.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class ResourceIntake {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private PatientIndex index;
  @Inject private Patients patients;
  @Inject private Standing standing;
  @Inject private Chart chart;
  @Inject private ChartWriter writer;
  @Inject private Contents contents;
  @Inject private CriticalResults critical;
  @Inject private Event<CriticalResultKept> kept;
  @Inject private StaffList staff;
  @Inject private Database database;
  @Inject private Locks locks;
  @Inject private Keys keys;
  @Resource private SessionContext session;

  /**
   * What was kept.
   *
   * @param version counts changes, from 1
   * @param created false when it was there before
   */
  public record Stored(String type, UUID id, int version, boolean created) {}

  /**
   * Does several things in one transaction: all of them, or none.
   *
   * @param claims all that the work looks for and changes: others wait
   */
  public <T> T together(UUID organization, Claims claims, Supplier<T> work) {
    locks.hold(claims.names(organization));
    return work.get();
  }

  /** Does something, and leaves nothing of it: what it would have thrown, it throws. */
  public void attempt(Runnable work) {
    work.run();
    session.setRollbackOnly();
  }

  /**
   * Keeps a patient. One whose number is known is that patient, brought up to date.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when the numbers are of several patients, or name nobody
   */
  public Stored patient(Actor actor, PatientDemographics said) {
    gate.pass(policy.decideKeep(actor, "Patient", 'c'), actor);
    IndexChanges changes = begin(actor, said);
    return kept(actor, changes.keep(said, null), changes);
  }

  /**
   * Brings a patient up to date, and replaces what is known of him beside the index.
   *
   * @param version that the client changed; null when it does not say
   * @return empty when there is no such patient
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when a number is another patient's, or it is a record that was
   *     given up
   * @throws ChangedMeanwhileException when that version is not the newest
   */
  public Optional<Stored> updatePatient(
      Actor actor, UUID id, PatientDemographics said, @Nullable String version) {
    gate.pass(policy.decideKeep(actor, "Patient", 'u'), actor, new Entity.Patient(id));
    Optional<PatientSummary> known = patients.byId(actor.organizationId(), id);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    if (!known.get().active()) {
      throw new InvalidMessageException("Patient.id", "This record was given up for another.");
    }
    IndexChanges changes = begin(actor, said);
    standing.require(version, "select version from patient", actor, id);
    Stored stored = kept(actor, changes.keepAs(id, said), changes);
    database.update(
        "update patient set details = ?::jsonb where organization_id = ? and id = ?",
        said.details(),
        actor.organizationId(),
        id);
    return Optional.of(stored);
  }

  private IndexChanges begin(Actor actor, PatientDemographics said) {
    locks.hold(PatientIndex.lockNames(actor.organizationId(), said.identifiers()));
    return index.begin(actor.organizationId(), said.identifiers());
  }

  private Stored kept(Actor actor, Outcome outcome, IndexChanges changes) {
    if (outcome instanceof Outcome.Conflict) {
      throw new InvalidMessageException(
          "Patient.identifier", "The identifiers belong to several patients.");
    }
    if (!(outcome instanceof Outcome.Kept patient)) {
      throw new InvalidMessageException(
          "Patient.identifier", "No identifier names one person: a record number is needed.");
    }
    var rows = new RowBatch();
    changes.addTo(rows);
    database.write(rows);
    standing.record(actor, patient.created(), "Patient", patient.patient(), patient.patient());
    int version =
        patients
            .byId(actor.organizationId(), patient.patient())
            .map(PatientSummary::version)
            .orElse(1);
    return new Stored("Patient", patient.patient(), version, patient.created());
  }

  /**
   * Keeps a record of a patient's chart.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when there is no such patient
   */
  public Stored chart(Actor actor, UUID patient, ChartRecord said) {
    gate.pass(policy.decideKeep(actor, said.type(), 'c'), actor, new Entity.Patient(patient));
    standing.require(actor, patient, said.type() + ".subject");
    write(actor, patient, said, true);
    return new Stored(said.type(), said.id(), 1, true);
  }

  /**
   * Keeps a photograph or a document.
   *
   * @param patient whose it is: who may look into his chart may have it; null when of nobody
   * @param said what it is, without its bytes
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when there is no such patient
   */
  public Stored content(Actor actor, @Nullable UUID patient, ChartRecord said, byte[] bytes) {
    gate.pass(policy.decideKeep(actor, said.type(), 'c'), actor);
    if (patient == null) {
      keep(actor, said);
    } else {
      standing.require(actor, patient, "Binary.securityContext");
      write(actor, patient, said, true);
    }
    contents.add(actor.organizationId(), said.id(), bytes);
    return new Stored(said.type(), said.id(), 1, true);
  }

  /**
   * Replaces a record of a patient's chart.
   *
   * @param version that the client changed; null when it does not say
   * @return empty when there is no such record
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when there is no such patient, or it would change its patient
   * @throws ChangedMeanwhileException when that version is not the newest
   */
  public Optional<Stored> updateChart(
      Actor actor, UUID patient, ChartRecord said, @Nullable String version) {
    gate.pass(policy.decideKeep(actor, said.type(), 'u'), actor, new Entity.Patient(patient));
    Optional<Chart.Entry> known = chart.byId(actor.organizationId(), said.type(), said.id());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    if (!patient.equals(known.get().patient())) {
      throw new InvalidMessageException(
          said.type() + ".subject", "A record is never given to another patient.");
    }
    standing.require(version, "select version from chart_record", actor, said.id());
    write(actor, patient, said, false);
    return Optional.of(new Stored(said.type(), said.id(), known.get().version() + 1, false));
  }

  /**
   * Keeps what is of no patient, such as an organization.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   */
  public Stored thing(Actor actor, ChartRecord said) {
    gate.pass(policy.decideKeep(actor, said.type(), 'c'), actor);
    keep(actor, said);
    return new Stored(said.type(), said.id(), 1, true);
  }

  /**
   * Replaces what is of no patient, such as a group.
   *
   * @param version that the client changed; null when it does not say
   * @return empty when there is no such thing
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws ChangedMeanwhileException when that version is not the newest
   */
  public Optional<Stored> updateThing(Actor actor, ChartRecord said, @Nullable String version) {
    gate.pass(policy.decideKeep(actor, said.type(), 'u'), actor);
    Optional<Chart.Entry> known = chart.byId(actor.organizationId(), said.type(), said.id());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    standing.require(version, "select version from chart_record", actor, said.id());
    // what it is not called any more must not find it
    database.update(
        "delete from chart_identifier where organization_id = ? and record_id = ?",
        actor.organizationId(),
        said.id());
    keep(actor, said, AuditAct.RESOURCE_UPDATED);
    return Optional.of(new Stored(said.type(), said.id(), known.get().version() + 1, false));
  }

  /**
   * Keeps somebody who works here, as the hospital's directory tells of him. He can be written to
   * once the identity provider knows him.
   *
   * @param described makes what else is told of him, under his key
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   */
  public Stored practitioner(
      Actor actor, StaffRecord staff, String system, Function<UUID, ChartRecord> described) {
    gate.pass(policy.decideKeep(actor, "Practitioner", 'c'), actor);
    UUID id = this.staff.keep(actor.organizationId(), staff, system);
    boolean known = chart.byId(actor.organizationId(), "Practitioner", id).isPresent();
    keep(actor, described.apply(id));
    return new Stored("Practitioner", id, 1, !known);
  }

  private void keep(Actor actor, ChartRecord said) {
    keep(actor, said, AuditAct.RESOURCE_CREATED);
  }

  private void keep(Actor actor, ChartRecord said, AuditAct act) {
    var rows = new RowBatch();
    writer.add(rows, actor.organizationId(), List.of(new Told(null, null, said)));
    database.write(rows);
    audit.record(actor, act, new Entity.Data(said.type() + "/" + said.id(), List.of()));
  }

  private void write(Actor actor, UUID patient, ChartRecord said, boolean created) {
    UUID organization = actor.organizationId();
    var rows = new RowBatch();
    writer.add(rows, organization, List.of(new Told(patient, null, said)));
    if (said.critical() != null) {
      critical.add(
          rows,
          new CriticalResults.Origin(organization, patient, "", said.id(), "", actor.name()),
          List.of(said));
      kept.fire(new CriticalResultKept());
    }
    database.write(rows);
    standing.record(actor, created, said.type(), said.id(), patient);
  }

  /** A new key. */
  public UUID newKey() {
    return keys.next();
  }
}
