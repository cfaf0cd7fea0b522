package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.PatientSnapshot;
import org.wardline.reading.MessageQuery.Span;

/**
 * Conversations as such, for programs: what its messages are part of. A person finds only those in
 * which he takes part.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Threads {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private ThreadRows rows;
  @Inject private AuditTrail audit;

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param recipients of each of these lists, any takes part
   * @param topics how it begins: one of these
   * @param after only conversations before this one: the next page
   * @param byChange the order, when it is not that in which they began
   */
  public record Query(
      List<UUID> ids,
      List<UUID> patients,
      List<List<String>> recipients,
      Span sent,
      Span changed,
      List<String> topics,
      @Nullable UUID after,
      @Nullable ChangeOrder byChange) {
    /** Only these. */
    public static Query of(List<UUID> ids) {
      return new Query(ids, List.of(), List.of(), Span.ANY, Span.ANY, List.of(), null, null);
    }
  }

  /**
   * One conversation; empty when there is none of that key.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it; it is on record
   */
  public Optional<ThreadView> byId(Actor actor, UUID id) {
    List<ThreadView> found = rows.views(actor, Query.of(List.of(id)), 1, false);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ThreadView thread = found.get(0);
    var about = new Entity.Data("Communication/" + id, List.of());
    boolean member = thread.member(actor.party());
    gate.pass(policy.decideRead(actor, member), actor, about);
    PatientSnapshot patient = thread.patient();
    if (patient == null) {
      audit.record(actor, AuditAct.RESOURCE_READ, about);
    } else {
      audit.record(actor, AuditAct.RESOURCE_READ, about, new Entity.Patient(patient.patientId()));
    }
    return Optional.of(thread);
  }

  /**
   * A page, newest first.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<ThreadView> find(Actor actor, Query query, int limit, String request) {
    gate.pass(policy.decideSearchMessages(actor), actor, new Entity.Query(request));
    List<ThreadView> found = rows.views(actor, query, limit, !actor.machine());
    audit.recordSearch(actor, request, ThreadRows.patients(found));
    return found;
  }
}
