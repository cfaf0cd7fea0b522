package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.wardline.message.Actor;
import org.wardline.message.ReceiptState;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/** Finds messages by what stands beside their sealed content. */
@Singleton
class MessageSearch {
  /** {@link Communications#status} as the database works it out. */
  private static final String STATUS =
      """
      (case
        when t.message_id is not null then case when t.filed or exists (select 1 from receipt r where r.message_id = m.id and r.state = 'filed') or exists (select 1 from recipient_state s
          where s.message_id = m.id and not s.is_destination and s.rank >= 40 and s.state <> 'failed') then 'entered-in-error' else 'stopped' end
        when m.recorded_only then 'completed'
        when exists (select 1 from recipient_state s where s.message_id = m.id and s.rank < 30) then 'in-progress'
        when exists (select 1 from recipient_state s where s.message_id = m.id and s.state <> 'failed')
          or not exists (select 1 from recipient_state s where s.message_id = m.id) then 'completed'
        else 'not-done' end)""";

  private static final String FROM =
      "from message m left join retraction t on t.message_id = m.id where m.organization_id = ?";

  private static final String ONE_PERSON =
      "(select count(*) from recipient_state s where s.message_id = m.id and not s.is_destination) = 1";

  static final String RECEIVED =
      """
      (select min(r.at) from receipt r where r.message_id = m.id and r.state in ('delivered', 'read')
        and r.target not like 'destination:%')""";

  static final String ALERT =
      "exists (select 1 from chart_record c where c.organization_id = m.organization_id and c.id = m.id and c.type = 'CommunicationRequest')";

  /** Nothing more is awaited of whoever stands so. */
  static final Set<ReceiptState> SETTLED =
      Set.of(
          ReceiptState.ACKNOWLEDGED,
          ReceiptState.DECLINED,
          ReceiptState.ESCALATED,
          ReceiptState.WITHDRAWN);

  private static final String OF_ALERT =
      "(select c.%s from chart_record c where c.organization_id = m.organization_id and c.id = m.id and c.type = 'CommunicationRequest')";

  /** {@link AlertRequests.Standing} as the database works it out, in the words of FHIR. */
  private static final String ALERT_STATUS =
      """
      (case
        when t.message_id is not null then 'entered-in-error'
        when %1$s <> 'active' then %1$s
        when exists (select 1 from recipient_state s where s.message_id = m.id and not s.is_destination and s.state = 'acknowledged')
          and not exists (select 1 from recipient_state s where s.message_id = m.id and not s.is_destination and s.state not in (%2$s)) then 'completed'
        else 'active' end)"""
          .formatted(
              OF_ALERT.formatted("status"),
              SETTLED.stream().map(s -> "'" + s.code() + "'").collect(Collectors.joining(", ")));

  static final String CHANGED =
      """
      greatest(m.sent_at, t.at, (select max(s.at) from recipient_state s where s.message_id = m.id))""";

  /** What a message is looked at as. */
  enum Kind {
    MESSAGE(STATUS, "m.category", CHANGED, "true"),
    ALERT(
        ALERT_STATUS,
        OF_ALERT.formatted("code"),
        "greatest(" + OF_ALERT.formatted("updated_at") + ", " + CHANGED + ")",
        MessageSearch.ALERT);

    private final String status;
    private final String category;
    private final String changed;
    private final String condition;

    Kind(String status, String category, String changed, String condition) {
      this.status = status;
      this.category = category;
      this.changed = changed;
      this.condition = condition;
    }
  }

  /** What a message may lack, by the name of FHIR. */
  private static final Map<String, String> MEMBERS =
      Map.of(
          "subject",
          "m.patient_id is not null",
          "patient",
          "m.patient_id is not null",
          "in-response-to",
          "m.in_response_to is not null",
          "based-on",
          ALERT,
          "part-of",
          "true",
          "received",
          ONE_PERSON + " and " + RECEIVED + " is not null",
          "topic",
          "exists (select 1 from conversation c where c.id = m.conversation_id and c.topic <> '')");

  private final Database database;

  @Inject
  MessageSearch(Database database) {
    this.database = database;
  }

  /** Keys of a page. */
  List<UUID> ids(Actor actor, Kind kind, MessageQuery query, int limit) {
    String order = query.oldestFirst() ? "m.id" : "m.id desc";
    Conditions all =
        conditions("select m.id ", actor, kind, query)
            .andIf(query.oldestFirst() ? "m.id > ?" : "m.id < ?", query.after());
    return database.list(
        all.sql(" order by " + order + " limit " + limit), row -> row.uuid("id"), all.values());
  }

  /** How many there are on all pages. */
  long count(Actor actor, Kind kind, MessageQuery query) {
    Conditions all = conditions("select count(*) as n ", actor, kind, query);
    return database.first(all.sql(""), row -> row.number("n"), all.values()).orElseThrow();
  }

  private static Conditions conditions(String select, Actor actor, Kind kind, MessageQuery query) {
    var all = new Conditions(select + FROM, actor.organizationId()).and(kind.condition);
    if (!actor.machine()) {
      all.and(
          "exists (select 1 from participant p where p.conversation_id = m.conversation_id and p.party = ?)",
          actor.party().toString());
    }
    all.andAny("m.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny(
            "exists (select 1 from conversation c where c.id = m.conversation_id and c.patient_id = any(?))",
            query.patients().toArray(UUID[]::new))
        .andAny(
            "(m.author_party = any(?) or 'PractitionerRole/' || m.author_role_id = any(?))",
            query.senders().toArray(String[]::new))
        .andAny(
            "(exists (select 1 from addressee a where a.message_id = m.id and a.party = any(?))"
                + " or exists (select 1 from recipient_state s where s.message_id = m.id and s.target = any(?)))",
            query.recipients().toArray(String[]::new));
    query.sent().restrict(all, "m.sent_at");
    query.changed().restrict(all, kind.changed);
    received(all, query.received());
    codes(all, kind, query);
    links(all, query.links());
    String topic = query.topic();
    if (topic != null) {
      all.and(
          "exists (select 1 from conversation c where c.id = m.conversation_id and lower(c.topic) like lower(?) escape '!')",
          topic.replaceAll("[!%_]", "!$0") + "%");
    }
    identifier(all, query);
    return all;
  }

  private static void received(Conditions all, Span received) {
    if (!received.any()) {
      all.and(ONE_PERSON);
      received.restrict(all, RECEIVED);
    }
  }

  private static void codes(Conditions all, Kind kind, MessageQuery query) {
    code(all, kind.status, query.codes().status());
    code(all, kind.category, query.codes().category());
    code(all, "m.priority", query.codes().priority());
  }

  private static void code(Conditions all, String column, Code code) {
    all.andAny(column + " = any(?)", code.any().toArray(String[]::new))
        .andAny(column + " <> all(?)", code.none().toArray(String[]::new));
  }

  private static void links(Conditions all, MessageQuery.Links links) {
    all.andIf("m.conversation_id = ?", links.partOf())
        .andIf("m.in_response_to = ?", links.inResponseTo())
        .andIf("m.id = ? and " + ALERT, links.basedOn());
    links
        .missing()
        .forEach(member -> all.and("not (" + MEMBERS.getOrDefault(member, "false") + ")"));
    links.present().forEach(member -> all.and(MEMBERS.getOrDefault(member, "false")));
  }

  private static void identifier(Conditions all, MessageQuery query) {
    String value = query.identifier();
    if (value == null) {
      return;
    }
    String system = query.identifierSystem();
    String named =
        "exists (select 1 from message_identifier i where i.message_id = m.id and i.value = ?";
    if (system == null) {
      all.and("(" + named + ") or 'urn:uuid:' || m.id = ?)", value, value);
    } else {
      all.and("(" + named + " and i.system = ?) or 'urn:uuid:' || m.id = ?)", value, system, value);
    }
  }
}
