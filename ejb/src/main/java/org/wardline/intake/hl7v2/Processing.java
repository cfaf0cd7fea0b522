package org.wardline.intake.hl7v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.hl7.AdtMapper.AdtEvent;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientDemographics;
import org.wardline.patient.IndexChanges;
import org.wardline.patient.PatientIndex;
import org.wardline.store.RowBatch;

/** What a message that was read changes here, and what stands in the audit trail of it. */
@Singleton
public class Processing {
  private final AuditTrail audit;
  private final InboundStore store;

  @Inject
  public Processing(AuditTrail audit, InboundStore store) {
    this.audit = audit;
    this.store = store;
  }

  /** How it ended: {@code processed} or {@code review}, and what the sender should know. */
  record Result(String outcome, List<Hl7Fault> warnings) {}

  Result apply(Arrival arrival, AdtEvent event, UUID inbound, IndexChanges changes, RowBatch rows) {
    PatientDemographics patient = event.patient();
    EncounterDetails encounter = event.encounter();
    if (patient == null) {
      return review(arrival, inbound, "no patient identifier", List.of(), rows);
    }
    PatientIndex.Outcome outcome =
        changes.keep(patient, encounter == null ? "" : encounter.location());
    if (outcome instanceof PatientIndex.Outcome.Kept kept) {
      if (encounter != null) {
        changes.keepEncounter(kept.patient(), encounter);
      }
      recordPatient(arrival, kept, inbound, rows);
      return new Result("processed", List.of());
    }
    if (outcome instanceof PatientIndex.Outcome.Conflict) {
      return review(
          arrival,
          inbound,
          "identifiers of several patients",
          List.of(
              Hl7Fault.error(
                  "PID^1^3",
                  Hl7Fault.DUPLICATE_KEY,
                  "The identifiers belong to several patients; kept for review")),
          rows);
    }
    return review(
        arrival,
        inbound,
        "no identifier that names one person",
        List.of(
            Hl7Fault.error(
                "PID^1^3",
                Hl7Fault.REQUIRED_MISSING,
                "No identifier names one person; kept for review")),
        rows);
  }

  /** Nothing that we acknowledge is without an owner. */
  private Result review(
      Arrival arrival, UUID inbound, String reason, List<Hl7Fault> warnings, RowBatch rows) {
    store.addReview(rows, arrival.name().organization(), inbound, reason);
    return new Result("review", warnings);
  }

  private void recordPatient(
      Arrival arrival, PatientIndex.Outcome.Kept kept, UUID inbound, RowBatch rows) {
    var about =
        new Entity.Data(
            "Patient/" + kept.patient(), List.of(new Detail("inbound", inbound.toString(), false)));
    record(
        arrival,
        kept.created() ? AuditAct.PATIENT_CREATED : AuditAct.PATIENT_UPDATED,
        Outcome.SUCCESS,
        "",
        List.of(new Entity.Patient(kept.patient()), about),
        rows);
  }

  /** That it came, or how it ended. */
  void recordReceived(Arrival arrival, UUID inbound, Outcome outcome, String text, RowBatch rows) {
    var details =
        List.of(
            new Detail("control-id", arrival.msh().controlId(), false),
            new Detail(
                "message-type",
                arrival.msh().messageType() + "^" + arrival.msh().triggerEvent(),
                false));
    record(
        arrival,
        AuditAct.INTERFACE_RECEIVED,
        outcome,
        text,
        List.of(new Entity.Data("urn:uuid:" + inbound, details)),
        rows);
  }

  void record(
      Arrival arrival,
      AuditAct act,
      Outcome outcome,
      String text,
      List<Entity> entities,
      RowBatch rows) {
    audit.add(
        rows,
        audit.ofSystem(
            arrival.name().organization(),
            act,
            outcome,
            text,
            AuditTrail.system(arrival.source().name(), arrival.peer()),
            entities));
  }
}
