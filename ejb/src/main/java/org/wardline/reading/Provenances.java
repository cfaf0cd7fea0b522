package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.CareRelations;
import org.wardline.access.CareRelations.Care;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.fhir.OriginView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.store.Database;

/**
 * Which HL7 v2 message told of what stands in a chart. It is of the patient, so the same may see it
 * who may see the chart; what came over FHIR has none, since the audit trail says who brought it.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Provenances {
  private static final String TYPE = "Provenance";

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private CareRelations relations;
  @Inject private AuditTrail audit;
  @Inject private Database database;

  /**
   * That of one record; empty when there is none.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<OriginView> of(Actor actor, UUID record) {
    gate.pass(policy.decideChart(actor, TYPE, 'r'), actor);
    Optional<OriginView> found = origins(actor, List.of(record)).stream().findFirst();
    found.ifPresent(
        origin -> {
          var data = new Entity.Data(TYPE + "/" + record, List.of());
          UUID patient = origin.patient();
          if (patient == null) {
            audit.record(actor, AuditAct.RESOURCE_READ, data);
          } else {
            Care care = relations.of(actor, patient);
            var whose = new Entity.Patient(patient);
            gate.pass(policy.decideChartOf(actor, TYPE, 'r', care), actor, data, whose);
            audit.record(actor, care.reading(), data, whose);
          }
        });
    return found;
  }

  /**
   * Those of these records.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not of one of them; it is on
   *     record
   */
  public List<OriginView> find(Actor actor, List<UUID> records, String request) {
    var query = new Entity.Query(request);
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor, query);
    List<OriginView> found = origins(actor, records);
    var patients = new LinkedHashSet<UUID>();
    found.stream().map(OriginView::patient).filter(Objects::nonNull).forEach(patients::add);
    for (UUID patient : patients) {
      Care care = relations.of(actor, patient);
      var whose = new Entity.Patient(patient);
      gate.pass(policy.decideChartOf(actor, TYPE, 's', care), actor, query, whose);
      if (care == Care.EMERGENCY) {
        audit.record(actor, AuditAct.EMERGENCY_SEARCHED, query, whose);
      }
    }
    audit.recordSearch(actor, request, new ArrayList<>(patients));
    return found;
  }

  private List<OriginView> origins(Actor actor, List<UUID> records) {
    return records.isEmpty()
        ? List.of()
        : database.list(
            """
            select c.id, c.type, c.patient_id, c.version, c.updated_at, i.source, i.control_id, i.message_type, i.received_at
            from chart_record c join inbound i on i.id = c.inbound_id and i.organization_id = c.organization_id
            where c.organization_id is not distinct from ? and c.id = any((select ?::uuid[])::uuid[]) order by c.id""",
            row ->
                new OriginView(
                    row.uuid("id"),
                    row.text("type"),
                    row.uuidOrNull("patient_id"),
                    row.integer("version"),
                    row.instant("updated_at"),
                    row.text("source"),
                    row.text("control_id"),
                    row.text("message_type"),
                    row.instant("received_at")),
            actor.organizationId(),
            records.toArray(UUID[]::new));
  }
}
