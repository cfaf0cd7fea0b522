package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Conversations as such, for programs: what its messages are part of. A person finds only those in
 * which he takes part.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Threads {
  private static final String SELECT =
      "select c.id, c.patient_id, c.topic, c.created_at, c.changed_at, c.closes_at from conversation c where c.organization_id = ?";
  private static final String TAKES_PART =
      "exists (select 1 from participant p where p.conversation_id = c.id and p.party";
  private static final String MEMBERS =
      """
      select p.conversation_id, p.party, coalesce(r.name, d.name, '') as name from participant p
      left join practitioner r on p.party = 'Practitioner/' || r.id
      left join device d on p.party = 'Device/' || d.id
      where p.conversation_id = any((select ?::uuid[])::uuid[]) order by p.joined_at, p.party""";

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Patients patients;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private Keys keys;

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param recipients any of these takes part
   * @param topic how it begins
   * @param after only conversations before this one: the next page
   */
  public record Query(
      List<UUID> ids,
      List<UUID> patients,
      List<String> recipients,
      Span sent,
      Span changed,
      @Nullable String topic,
      @Nullable UUID after) {
    /** Only these. */
    public static Query of(List<UUID> ids) {
      return new Query(ids, List.of(), List.of(), Span.ANY, Span.ANY, null, null);
    }
  }

  /**
   * One conversation; empty when there is none of that key.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it; it is on record
   */
  public Optional<ThreadView> byId(Actor actor, UUID id) {
    List<ThreadView> found = views(actor, Query.of(List.of(id)), 1, false);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ThreadView thread = found.get(0);
    var about = new Entity.Data("Communication/" + id, List.of());
    boolean member = thread.members().stream().anyMatch(m -> m.party().equals(actor.party()));
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
    List<ThreadView> found = views(actor, query, limit, !actor.machine());
    audit.recordSearch(
        actor,
        request,
        found.stream()
            .map(ThreadView::patient)
            .filter(Objects::nonNull)
            .map(PatientSnapshot::patientId)
            .distinct()
            .toList());
    return found;
  }

  private List<ThreadView> views(Actor actor, Query query, int limit, boolean own) {
    var all = new Conditions(SELECT, actor.organizationId());
    if (own) {
      all.and(TAKES_PART + " = ?)", actor.party().toString());
    }
    all.andAny("c.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny("c.patient_id = any(?)", query.patients().toArray(UUID[]::new))
        .andAny(TAKES_PART + " = any(?))", query.recipients().toArray(String[]::new))
        .andIf("c.created_at >= ?", query.sent().from())
        .andIf("c.created_at < ?", query.sent().until())
        .andIf("c.changed_at >= ?", query.changed().from())
        .andIf("c.changed_at < ?", query.changed().until());
    String topic = query.topic();
    if (topic != null) {
      all.and("lower(c.topic) like lower(?) escape '!'", topic.replaceAll("[!%_]", "!$0") + "%");
    }
    all.andIf("c.id < ?", query.after());
    List<Row> rows =
        database.list(all.sql(" order by c.id desc limit " + limit), Threads::row, all.values());
    Map<UUID, List<ThreadView.Member>> members = members(rows.stream().map(Row::id).toList());
    Map<UUID, PatientSummary> subjects =
        patients.byIds(
            actor.organizationId(),
            rows.stream().map(Row::patient).filter(Objects::nonNull).distinct().toList());
    return rows.stream().map(row -> view(row, members, subjects)).collect(Collectors.toList());
  }

  private ThreadView view(
      Row row, Map<UUID, List<ThreadView.Member>> members, Map<UUID, PatientSummary> subjects) {
    PatientSummary patient = row.patient() == null ? null : subjects.get(row.patient());
    boolean closed = row.closesAt() != null && !row.closesAt().isAfter(keys.now());
    return new ThreadView(
        row.id(),
        patient == null ? null : patient.snapshot(),
        row.topic(),
        row.createdAt(),
        row.changedAt(),
        closed,
        members.getOrDefault(row.id(), List.of()));
  }

  private Map<UUID, List<ThreadView.Member>> members(List<UUID> conversations) {
    var found = new HashMap<UUID, List<ThreadView.Member>>();
    if (!conversations.isEmpty()) {
      database.list(
          MEMBERS,
          row ->
              found
                  .computeIfAbsent(row.uuid("conversation_id"), id -> new ArrayList<>())
                  .add(new ThreadView.Member(PartyRef.parse(row.text("party")), row.text("name"))),
          (Object) conversations.toArray(UUID[]::new));
    }
    return found;
  }

  private record Row(
      UUID id,
      @Nullable UUID patient,
      String topic,
      Instant createdAt,
      Instant changedAt,
      @Nullable Instant closesAt) {}

  private static Row row(Database.Row row) throws java.sql.SQLException {
    return new Row(
        row.uuid("id"),
        row.uuidOrNull("patient_id"),
        row.text("topic"),
        row.instant("created_at"),
        row.instant("changed_at"),
        row.instantOrNull("closes_at"));
  }
}
