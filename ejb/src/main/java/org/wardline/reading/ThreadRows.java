package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.message.Actor;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Finds conversations, with who takes part; for who has asked whether he may. */
@Singleton
class ThreadRows {
  private static final String SELECT =
      "select c.id, c.patient_id, c.topic, c.created_at, c.changed_at, c.closes_at from conversation c where c.organization_id = ?";
  private static final String TAKES_PART =
      "exists (select 1 from participant p where p.conversation_id = c.id and p.party";
  private static final String MEMBERS =
      """
      select p.conversation_id, p.party, coalesce(r.name, d.name, '') as name,
        exists (select 1 from message m where m.conversation_id = p.conversation_id and m.author_party = p.party) as wrote
      from participant p
      left join practitioner r on p.party = 'Practitioner/' || r.id
      left join device d on p.party = 'Device/' || d.id
      where p.conversation_id = any((select ?::uuid[])::uuid[]) order by p.joined_at, p.party""";

  private final Patients patients;
  private final Database database;
  private final Keys keys;

  @Inject
  ThreadRows(Patients patients, Database database, Keys keys) {
    this.patients = patients;
    this.database = database;
    this.keys = keys;
  }

  /**
   * Those, newest first; neither asked for nor recorded.
   *
   * @param own only those in which he takes part
   */
  List<ThreadView> views(Actor actor, Threads.Query query, int limit, boolean own) {
    var all = new Conditions(SELECT, actor.organizationId());
    if (own) {
      all.and(TAKES_PART + " = ?)", actor.party().toString());
    }
    all.andAny("c.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny("c.patient_id = any(?)", query.patients().toArray(UUID[]::new));
    for (List<String> recipients : query.recipients()) {
      all.andAny(TAKES_PART + " = any(?))", recipients.toArray(String[]::new));
    }
    query.sent().restrictSent(all, "c.id", "c.created_at");
    query.changed().restrict(all, "c.changed_at");
    all.andAny(MessageConditions.BEGINS, MessageConditions.beginnings(query.topics()));
    ChangeOrder byChange = query.byChange();
    if (byChange == null) {
      all.andIf("c.id < ?", query.after()).then(" order by c.id desc limit " + limit);
    } else {
      byChange.page(all, "c.changed_at", "c.id", limit);
    }
    List<Row> rows = database.list(all.sql(""), ThreadRows::row, all.values());
    Map<UUID, List<ThreadView.Member>> members = members(rows.stream().map(Row::id).toList());
    Map<UUID, PatientSummary> subjects =
        patients.byIds(
            actor.organizationId(),
            rows.stream().map(Row::patient).filter(Objects::nonNull).distinct().toList());
    return rows.stream().map(row -> view(row, members, subjects)).collect(Collectors.toList());
  }

  /** Whom they are about, each once. */
  static List<UUID> patients(List<ThreadView> threads) {
    return threads.stream()
        .map(ThreadView::patient)
        .filter(Objects::nonNull)
        .map(PatientSnapshot::patientId)
        .distinct()
        .toList();
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
                  .add(
                      new ThreadView.Member(
                          PartyRef.parse(row.text("party")), row.text("name"), row.flag("wrote"))),
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
