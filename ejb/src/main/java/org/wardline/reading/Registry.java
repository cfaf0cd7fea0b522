package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditSearch;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.Chart;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.directory.RoleSnapshot;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;

/** The guarded way to what is no message: patients, people, roles, and the audit trail. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Registry {
  private static final int MOST = 100;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Patients patients;
  @Inject private People people;
  @Inject private Chart chart;
  @Inject private OnCallRoles roles;
  @Inject private AuditSearch auditSearch;
  @Inject private AuditTrail audit;

  /** One patient. */
  public Optional<PatientSummary> patient(Actor actor, UUID id) {
    gate.pass(policy.decidePatients(actor, 'r'), actor, new Entity.Patient(id));
    Optional<PatientSummary> found = patients.byId(actor.organizationId(), id);
    found.ifPresent(
        p ->
            audit.record(
                actor,
                AuditAct.RESOURCE_READ,
                new Entity.Data("Patient/" + id, List.of()),
                new Entity.Patient(id)));
    return found;
  }

  /** A page of patients. */
  public List<PatientSummary> patients(
      Actor actor, Patients.Query query, int limit, String request) {
    gate.pass(policy.decidePatients(actor, 's'), actor, new Entity.Query(request));
    List<PatientSummary> found = patients.find(actor.organizationId(), query, limit);
    audit.recordSearch(actor, request, found.stream().map(PatientSummary::id).toList());
    return found;
  }

  /**
   * Whom another system means by a number: only by one that identifies people.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<PatientSummary> identified(Actor actor, String system, String value, String request) {
    gate.pass(policy.decidePatients(actor, 's'), actor, new Entity.Query(request));
    List<PatientSummary> found = patients.identified(actor.organizationId(), system, value);
    audit.recordSearch(actor, request, found.stream().map(PatientSummary::id).toList());
    return found;
  }

  /** One person. */
  public Optional<Practitioner> practitioner(Actor actor, UUID id) {
    gate.pass(policy.decideDirectory(actor, "Practitioner", 'r'), actor);
    audit.record(actor, AuditAct.RESOURCE_READ, new Entity.Data("Practitioner/" + id, List.of()));
    return people.byId(actor.organizationId(), id);
  }

  /**
   * What the hospital's directory told of a person beside his name, as a FHIR Practitioner; empty
   * when nothing.
   */
  public String described(Actor actor, UUID id) {
    gate.pass(policy.decideDirectory(actor, "Practitioner", 'r'), actor);
    return chart.byId(actor.organizationId(), "Practitioner", id).map(Chart.Entry::json).orElse("");
  }

  /** The same of each of these of whom something was told. */
  public Map<UUID, String> described(Actor actor, List<UUID> ids) {
    gate.pass(policy.decideDirectory(actor, "Practitioner", 's'), actor);
    return ids.isEmpty()
        ? Map.of()
        : chart
            .find(actor.organizationId(), Chart.Query.ofKeys("Practitioner", ids), ids.size())
            .stream()
            .collect(Collectors.toMap(Chart.Entry::id, Chart.Entry::json));
  }

  /** The standing of a person at some moment. */
  public Optional<RoleSnapshot> practitionerRole(Actor actor, UUID id) {
    gate.pass(policy.decideDirectory(actor, "PractitionerRole", 'r'), actor);
    audit.record(
        actor, AuditAct.RESOURCE_READ, new Entity.Data("PractitionerRole/" + id, List.of()));
    return people.snapshot(actor.organizationId(), id);
  }

  /** People by words of name, user name or department. */
  public List<Practitioner> practitioners(Actor actor, String words, int limit, String request) {
    gate.pass(policy.decideDirectory(actor, "Practitioner", 's'), actor, new Entity.Query(request));
    audit.recordSearch(actor, request, List.of());
    return people.search(actor.organizationId(), words, limit);
  }

  /** A page of people in the order of their keys. */
  public List<Practitioner> practitioners(
      Actor actor, People.Query query, int limit, String request) {
    gate.pass(policy.decideDirectory(actor, "Practitioner", 's'), actor, new Entity.Query(request));
    audit.recordSearch(actor, request, List.of());
    return people.find(actor.organizationId(), query, limit);
  }

  /** Roles by words, with who holds them now. */
  public List<OnCallRole> roles(Actor actor, String words, int limit) {
    gate.pass(policy.decideDirectory(actor, "HealthcareService", 's'), actor);
    return roles.search(actor.organizationId(), words, limit);
  }

  /** Takes an on-call role from now on. */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void takeRole(Actor actor, UUID role) {
    gate.pass(policy.decideTakeDuty(actor), actor);
    roles.take(actor.organizationId(), role, actor.party().id());
    audit.record(
        actor, AuditAct.DUTY_TAKEN, new Entity.Data("HealthcareService/" + role, List.of()));
  }

  /** One audit record. */
  public Optional<AuditSearch.Found> auditEvent(Actor actor, UUID id) {
    gate.pass(policy.decideAudit(actor, 'r'), actor);
    audit.record(actor, AuditAct.RESOURCE_READ, new Entity.Data("AuditEvent/" + id, List.of()));
    return auditSearch.byId(actor.organizationId(), id);
  }

  /**
   * Patients with that number, of whom records are looked for; the search itself is on record.
   *
   * @param system null for any
   */
  public List<UUID> auditedPatients(
      Actor actor, @org.jspecify.annotations.Nullable String system, String value) {
    gate.pass(policy.decideAudit(actor, 's'), actor);
    return patients
        .find(actor.organizationId(), Patients.Query.ofIdentifier(system, value), MOST)
        .stream()
        .map(PatientSummary::id)
        .toList();
  }

  /**
   * Which of these records fit: for who is told of them instead of searching.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> matchingAuditEvents(Actor actor, AuditSearch.Query query) {
    gate.pass(policy.decideAudit(actor, 's'), actor);
    return auditSearch.find(actor.organizationId(), query, query.ids().size()).stream()
        .map(AuditSearch.Found::id)
        .toList();
  }

  /**
   * How many records there are on all pages; part of a search that is on record.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public long countAuditEvents(Actor actor, AuditSearch.Query query) {
    gate.pass(policy.decideAudit(actor, 's'), actor);
    return auditSearch.count(actor.organizationId(), query);
  }

  /** A page of the audit trail; the search itself is one record, whatever it found. */
  public List<AuditSearch.Found> auditEvents(
      Actor actor, AuditSearch.Query query, int limit, String request) {
    gate.pass(policy.decideAudit(actor, 's'), actor, new Entity.Query(request));
    List<AuditSearch.Found> found = auditSearch.find(actor.organizationId(), query, limit);
    audit.recordSearch(actor, request, List.of());
    return found;
  }
}
