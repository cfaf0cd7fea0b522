package org.wardline.intake.hl7v2;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.alert.AlertWorker.CriticalResultKept;
import org.wardline.alert.CriticalResults;
import org.wardline.audit.AuditTrail;
import org.wardline.census.Census;
import org.wardline.chart.ChartWriter;
import org.wardline.chart.ChartWriter.Told;
import org.wardline.mapping.hl7.EventMapper;
import org.wardline.mapping.hl7.Hl7Event;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.operation.StaffList;
import org.wardline.patient.PatientIndex.Outcome.Conflict;
import org.wardline.patient.PatientIndex.Outcome.Kept;
import org.wardline.store.RowBatch;

/** What a message that was read changes here, and what stands in the audit trail of it. */
@Singleton
public class Processing {
  private final AuditTrail audit;
  private final ChartWriter chart;
  private final CriticalResults critical;
  private final Census census;
  private final StaffList staff;
  private final Event<CriticalResultKept> kept;

  @Inject
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Processing(
      AuditTrail audit,
      ChartWriter chart,
      CriticalResults critical,
      Census census,
      StaffList staff,
      Event<CriticalResultKept> kept) {
    this.audit = audit;
    this.chart = chart;
    this.critical = critical;
    this.census = census;
    this.staff = staff;
    this.kept = kept;
  }

  private static final String PROCESSED = "processed";
  private static final String REVIEW = "review";

  /** How it ended: {@code processed} or {@code review}, and what the sender should know. */
  record Result(String outcome, List<Hl7Fault> warnings) {}

  /** Applies all that it says. */
  Result apply(Arrival arrival, UUID inbound, Changes changes) {
    var warnings = new ArrayList<Hl7Fault>();
    boolean review = false;
    for (Hl7Event event : arrival.events()) {
      Result result = apply(arrival, event, inbound, changes);
      warnings.addAll(result.warnings());
      review |= result.outcome().equals(REVIEW);
    }
    return new Result(review ? REVIEW : PROCESSED, warnings.stream().distinct().toList());
  }

  /** What cannot be laid over other messages is written in its own turn. */
  private Result apply(Arrival arrival, Hl7Event event, UUID inbound, Changes changes) {
    changes.unmapped(arrival, inbound, event.unmapped());
    if (event.inTurn()) {
      changes.flush();
    }
    Result result =
        event.staff().isEmpty()
            ? patient(arrival, event, inbound, changes)
            : staff(arrival, event, changes);
    if (event.inTurn()) {
      changes.flush();
    }
    if (result.outcome().equals(PROCESSED) && EventMapper.needsPerson(arrival.msh())) {
      return review(
          inbound,
          "event " + arrival.msh().triggerEvent() + " needs a person",
          List.of(
              Hl7Fault.error(
                  "MSH^1^9",
                  Hl7Fault.UNSUPPORTED_EVENT,
                  "Nothing is deleted, swapped or unlinked by a message; kept for review")),
          changes);
    }
    return result;
  }

  private Result staff(Arrival arrival, Hl7Event event, Changes changes) {
    event
        .staff()
        .forEach(
            person -> {
              UUID id =
                  staff.keep(
                      arrival.name().organization(),
                      person,
                      arrival.source().authority() + ":staff");
              record(
                  arrival,
                  AuditAct.STAFF_LISTED,
                  Outcome.SUCCESS,
                  "",
                  List.of(
                      new Entity.Data(
                          "Practitioner/" + id,
                          List.of(new Detail("active", String.valueOf(person.active()), false)))),
                  changes.rows());
            });
    return new Result(PROCESSED, List.of());
  }

  private Result patient(Arrival arrival, Hl7Event event, UUID inbound, Changes changes) {
    PatientDemographics patient = event.patient();
    EncounterDetails encounter = event.encounter();
    if (patient == null) {
      return unidentified(arrival, event, inbound, "no patient identifier", List.of(), changes);
    }
    var outcome = changes.index().keep(patient, encounter == null ? null : encounter.location());
    if (outcome instanceof Kept kept) {
      if (encounter != null) {
        changes.index().keepEncounter(kept.patient(), encounter);
      }
      recordPatient(arrival, kept, inbound, changes.rows());
      return known(arrival, event, inbound, kept.patient(), changes);
    }
    if (outcome instanceof Conflict) {
      return unidentified(
          arrival,
          event,
          inbound,
          "identifiers of several patients",
          List.of(
              Hl7Fault.error(
                  "PID^1^3",
                  Hl7Fault.DUPLICATE_KEY,
                  "The identifiers belong to several patients; kept for review")),
          changes);
    }
    return unidentified(
        arrival,
        event,
        inbound,
        "no identifier that names one person",
        List.of(
            Hl7Fault.error(
                "PID^1^3",
                Hl7Fault.REQUIRED_MISSING,
                "No identifier names one person; kept for review")),
        changes);
  }

  /** What is said of a patient whom we know. */
  private Result known(
      Arrival arrival, Hl7Event event, UUID inbound, UUID patient, Changes changes) {
    event.chart().forEach(record -> changes.tell(new Told(patient, inbound, record)));
    if (event.kind() == Hl7Event.Kind.READMITTED) {
      changes.readmitted(patient);
    }
    tell(arrival, event, inbound, patient, changes);
    return event.inTurn()
        ? inTurn(arrival, event, inbound, patient, changes)
        : new Result(PROCESSED, List.of());
  }

  private Result inTurn(
      Arrival arrival, Hl7Event event, UUID inbound, UUID patient, Changes changes) {
    UUID organization = arrival.name().organization();
    List<UUID> prior = changes.index().owners(event.prior());
    changes.flush(); // what is told of him stands before it is moved
    chart.withdraw(organization, event.withdrawn());
    EncounterDetails encounter = event.encounter();
    switch (event.kind()) {
      case MERGED -> {
        return merge(arrival, event, inbound, patient, prior, changes);
      }
      case VISIT_MOVED -> {
        if (encounter == null || encounter.visitNumber().isEmpty()) {
          return review(inbound, "nothing says which stay or number moves", List.of(), changes);
        }
        chart.moveVisit(organization, encounter.visitSystem(), encounter.visitNumber(), patient);
      }
      case CANCELLED -> census.left(organization, patient);
      case DISCHARGED ->
          census.discharged(
              organization, patient, encounter == null ? null : encounter.dischargedAt());
      default -> {
        // nothing more
      }
    }
    if (event.moved() && encounter != null && encounter.location() != null) {
      census.moved(organization, patient, encounter.location());
    }
    return new Result(PROCESSED, List.of());
  }

  /** MRG-1 given up for PID-3; numbers that we never met become his. */
  private Result merge(
      Arrival arrival,
      Hl7Event event,
      UUID inbound,
      UUID survivor,
      List<UUID> prior,
      Changes changes) {
    List<UUID> others = prior.stream().filter(id -> !id.equals(survivor)).toList();
    for (UUID other : others) {
      var merge = census.merged(arrival.name().organization(), survivor, other, inbound);
      record(
          arrival,
          AuditAct.PATIENTS_MERGED,
          Outcome.SUCCESS,
          "",
          List.of(
              new Entity.Data(
                  "Patient/" + survivor,
                  List.of(
                      new Detail("merge", merge.id().toString(), false),
                      new Detail("inbound", inbound.toString(), false))),
              new Entity.Patient(survivor),
              new Entity.Patient(other)),
          changes.rows());
    }
    if (prior.isEmpty()) {
      changes.flush(); // owners are read afresh
      changes.index().adopt(survivor, event.prior());
    }
    return new Result(PROCESSED, List.of());
  }

  /** Nothing that we acknowledge is without an owner. */
  private static Result review(
      UUID inbound, String reason, List<Hl7Fault> warnings, Changes changes) {
    changes.review(inbound, reason);
    return new Result(REVIEW, warnings);
  }

  /** Nobody knows whose it is: somebody must look, and what is critical is told all the same. */
  private Result unidentified(
      Arrival arrival,
      Hl7Event event,
      UUID inbound,
      String reason,
      List<Hl7Fault> warnings,
      Changes changes) {
    tell(arrival, event, inbound, null, changes);
    return review(inbound, reason, warnings, changes);
  }

  /** MSH-3: a source may stand for many systems. */
  private static String sender(Arrival arrival) {
    String application = arrival.msh().component(3, 1);
    return application.isEmpty() ? arrival.source().name() : application;
  }

  private void tell(
      Arrival arrival, Hl7Event event, UUID inbound, @Nullable UUID patient, Changes changes) {
    if (event.chart().stream().noneMatch(record -> record.critical() != null)) {
      return;
    }
    critical.add(
        changes.rows(),
        new CriticalResults.Origin(
            arrival.name().organization(),
            patient,
            patient == null ? described(arrival, event) : "",
            inbound,
            event.place(),
            sender(arrival)),
        event.chart());
    kept.fire(new CriticalResultKept());
  }

  /** How the sender names the patient; whoever is told must find out who it is. */
  private static String described(Arrival arrival, Hl7Event event) {
    PatientDemographics patient = event.patient();
    String control = "message " + arrival.msh().controlId();
    if (patient == null) {
      return "no number or name given, " + control;
    }
    return String.join(" ", patient.given())
        + " "
        + patient.family()
        + ", born "
        + (patient.birthDate() == null ? "(not given)" : patient.birthDate())
        + ", numbers "
        + String.join(", ", patient.identifiers().stream().map(PatientIdentifier::value).toList())
        + ", "
        + control;
  }

  private void recordPatient(Arrival arrival, Kept kept, UUID inbound, RowBatch rows) {
    var about =
        new Entity.Data(
            "Patient/" + kept.patient(), List.of(new Detail("inbound", inbound.toString(), false)));
    record(
        arrival,
        kept.created() ? AuditAct.PATIENT_CREATED : AuditAct.PATIENT_UPDATED,
        Outcome.SUCCESS,
        "",
        List.of(new Entity.Patient(kept.patient()), about, new Entity.Cause("urn:uuid:" + inbound)),
        rows);
  }

  /** That it came, or how it ended. */
  void recordReceived(Arrival arrival, UUID inbound, Outcome outcome, String text, RowBatch rows) {
    var details = new ArrayList<Detail>();
    details.add(new Detail("control-id", arrival.msh().controlId(), false));
    details.add(
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
