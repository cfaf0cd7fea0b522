package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.Chart;
import org.wardline.chart.Chart.Entry;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.patient.Encounters;
import org.wardline.patient.Encounters.Stay;
import org.wardline.patient.Patients;

/**
 * The guarded way to a patient's context: stays, results, reports, orders, documents, appointments.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Charts {
  /** What a patient's page shows, beside the conversations. */
  private static final List<String> SHOWN =
      List.of("DiagnosticReport", "DocumentReference", "ServiceRequest", "Appointment");

  private static final int MOST = 200;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Chart chart;
  @Inject private Encounters encounters;
  @Inject private Patients patients;
  @Inject private AuditTrail audit;

  /**
   * One record.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Entry> read(Actor actor, String type, UUID id) {
    gate.pass(policy.decideChart(actor, type, 'r'), actor);
    Optional<Entry> found = chart.byId(actor.organizationId(), type, id);
    found.ifPresent(
        entry ->
            audit.record(
                actor,
                AuditAct.RESOURCE_READ,
                new Entity.Data(type + "/" + id, List.of()),
                new Entity.Patient(entry.patient())));
    return found;
  }

  /**
   * A page of records of one type.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Entry> search(
      Actor actor, String type, Chart.Query query, int limit, String request) {
    gate.pass(policy.decideChart(actor, type, 's'), actor, new Entity.Query(request));
    List<Entry> found = chart.find(actor.organizationId(), query, limit);
    audit.recordSearch(actor, request, found.stream().map(Entry::patient).distinct().toList());
    return found;
  }

  /**
   * The newest reports, documents, orders and appointments of a patient.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Entry> newest(Actor actor, UUID patient, int limit) {
    gate.pass(policy.decideChart(actor, "Patient", 's'), actor, new Entity.Patient(patient));
    audit.recordSearch(actor, "chart?patient=" + patient, List.of(patient));
    return chart.newest(actor.organizationId(), patient, SHOWN, Math.min(limit, MOST));
  }

  /**
   * The results of a report that is in somebody's chart.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Entry> results(Actor actor, UUID patient, List<UUID> ids) {
    gate.pass(policy.decideChart(actor, "Observation", 's'), actor, new Entity.Patient(patient));
    return ids.isEmpty()
        ? List.of()
        : chart.find(
            actor.organizationId(),
            new Chart.Query(
                List.of("Observation"),
                ids,
                List.of(patient),
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null),
            MOST);
  }

  /**
   * One stay.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Stay> encounter(Actor actor, UUID id) {
    gate.pass(policy.decideChart(actor, "Encounter", 'r'), actor);
    Optional<Stay> found = encounters.byId(actor.organizationId(), id);
    found.ifPresent(
        stay ->
            audit.record(
                actor,
                AuditAct.RESOURCE_READ,
                new Entity.Data("Encounter/" + id, List.of()),
                new Entity.Patient(stay.patient())));
    return found;
  }

  /**
   * A page of stays.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Stay> encounters(Actor actor, Encounters.Query query, int limit, String request) {
    gate.pass(policy.decideChart(actor, "Encounter", 's'), actor, new Entity.Query(request));
    List<Stay> found = encounters.find(actor.organizationId(), query, limit);
    audit.recordSearch(actor, request, found.stream().map(Stay::patient).distinct().toList());
    return found;
  }

  /**
   * Patients that a chained search means ({@code patient.identifier}); what is found by it is
   * audited, this step alone is not.
   *
   * @param system null for any
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> patientsOf(
      Actor actor, String type, @org.jspecify.annotations.Nullable String system, String value) {
    gate.pass(policy.decideChart(actor, type, 's'), actor);
    return patients
        .find(actor.organizationId(), new Patients.Query(null, system, value, null, null), MOST)
        .stream()
        .map(p -> p.id())
        .toList();
  }
}
