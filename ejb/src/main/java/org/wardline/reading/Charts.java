package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.CareRelations;
import org.wardline.access.CareRelations.Care;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.Chart;
import org.wardline.chart.Chart.Entry;
import org.wardline.chart.Contents;
import org.wardline.mapping.fhir.ChartLines;
import org.wardline.mapping.fhir.PostedResources;
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
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Charts {
  /** What a patient's page shows, beside the conversations. */
  private static final List<String> SHOWN =
      List.of("DiagnosticReport", "DocumentReference", "ServiceRequest", "Appointment");

  private static final int MOST = 200;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Chart chart;
  @Inject private Contents contents;
  @Inject private Encounters encounters;
  @Inject private Patients patients;
  @Inject private CareRelations relations;
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
        entry -> {
          var data = new Entity.Data(type + "/" + id, List.of());
          if (entry.patient() == null) {
            audit.record(actor, AuditAct.RESOURCE_READ, data);
          } else {
            Care care = care(actor, type, 'r', entry.patient(), data);
            audit.record(actor, care.reading(), data, new Entity.Patient(entry.patient()));
          }
        });
    return found;
  }

  private Care care(Actor actor, String type, char right, UUID patient, Entity... about) {
    Care care = relations.of(actor, patient);
    Entity[] entities = Arrays.copyOf(about, about.length + 1);
    entities[about.length] = new Entity.Patient(patient);
    gate.pass(policy.decideChartOf(actor, type, right, care), actor, entities);
    return care;
  }

  /** A person names patients, and looks after each of them. */
  private void search(Actor actor, String type, Collection<UUID> named, String request) {
    var query = new Entity.Query(request);
    if (named.isEmpty() || actor.machine()) {
      gate.pass(policy.decideChartOfAll(actor, type), actor, query);
      return;
    }
    for (UUID patient : named) {
      Care care = care(actor, type, 's', patient, query);
      if (care == Care.EMERGENCY) {
        audit.record(actor, AuditAct.EMERGENCY_SEARCHED, query, new Entity.Patient(patient));
      }
    }
  }

  /**
   * A photograph or a document.
   *
   * @param entry what it is
   */
  public record Content(Entry entry, byte[] bytes) {}

  /**
   * A photograph or a document, with its bytes.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.crypto.SealBrokenException when they are not what was kept
   */
  public Optional<Content> content(Actor actor, UUID id) {
    return read(actor, "Binary", id)
        .flatMap(
            entry ->
                contents.of(actor.organizationId(), id).map(bytes -> new Content(entry, bytes)));
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
    if (!PostedResources.DIRECTORY.containsAll(query.types())) {
      search(actor, type, query.patients(), request);
    }
    List<Entry> found = chart.find(actor.organizationId(), query, limit);
    audit.recordSearch(
        actor,
        request,
        found.stream().map(Entry::patient).filter(Objects::nonNull).distinct().toList());
    return found;
  }

  /**
   * What a patient's page shows.
   *
   * @param entries reports, documents, orders and appointments, the newest first
   * @param results the observations of those reports
   */
  public record Newest(List<Entry> entries, List<Entry> results) {}

  /**
   * What of that type has that identifier, for a client that makes it only once.
   *
   * @param system null for any
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public List<UUID> numbered(
      Actor actor, String type, @org.jspecify.annotations.Nullable String system, String value) {
    gate.pass(policy.decideKeep(actor, type, 'c'), actor);
    return type.equals("Patient")
        ? patientsNumbered(actor, type, system, value)
        : chart
            .find(actor.organizationId(), Chart.Query.ofNumber(type, system, value), MOST)
            .stream()
            .map(Entry::id)
            .toList();
  }

  /**
   * The newest reports with their results, documents, orders and appointments of a patient.
   *
   * @return empty when there is no such patient
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Newest> newest(Actor actor, UUID patient, int limit) {
    gate.pass(policy.decideChart(actor, "Patient", 's'), actor, new Entity.Patient(patient));
    for (String type : SHOWN) {
      gate.pass(policy.decideChart(actor, type, 's'), actor, new Entity.Patient(patient));
    }
    search(actor, "Observation", List.of(patient), "chart?patient=" + patient);
    if (patients.byId(actor.organizationId(), patient).isEmpty()) {
      return Optional.empty();
    }
    audit.recordSearch(actor, "chart?patient=" + patient, List.of(patient));
    List<Entry> entries =
        chart.newest(actor.organizationId(), patient, SHOWN, Math.min(limit, MOST));
    List<UUID> results =
        entries.stream().flatMap(e -> ChartLines.results(e.json()).stream()).limit(MOST).toList();
    return Optional.of(
        new Newest(
            entries,
            results.isEmpty()
                ? List.of()
                : chart.find(
                    actor.organizationId(),
                    Chart.Query.ofThese("Observation", results, patient),
                    MOST)));
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
        stay -> {
          var data = new Entity.Data("Encounter/" + id, List.of());
          Care care = care(actor, "Encounter", 'r', stay.patient(), data);
          audit.record(actor, care.reading(), data, new Entity.Patient(stay.patient()));
        });
    return found;
  }

  /**
   * A page of stays.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Stay> encounters(Actor actor, Encounters.Query query, int limit, String request) {
    gate.pass(policy.decideChart(actor, "Encounter", 's'), actor, new Entity.Query(request));
    search(actor, "Encounter", query.patients(), request);
    List<Stay> found = encounters.find(actor.organizationId(), query, limit);
    audit.recordSearch(actor, request, found.stream().map(Stay::patient).distinct().toList());
    return found;
  }

  /**
   * Patients with that number, for a client that tells something of one of them.
   *
   * @param system null for any
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public List<UUID> patientsNumbered(
      Actor actor, String type, @org.jspecify.annotations.Nullable String system, String value) {
    gate.pass(policy.decideKeep(actor, type, 'c'), actor);
    return ofPatients(actor, system, value);
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
    return ofPatients(actor, system, value);
  }

  private List<UUID> ofPatients(
      Actor actor, @org.jspecify.annotations.Nullable String system, String value) {
    return patients
        .find(actor.organizationId(), Patients.Query.ofIdentifier(system, value), MOST)
        .stream()
        .map(p -> p.id())
        .toList();
  }
}
