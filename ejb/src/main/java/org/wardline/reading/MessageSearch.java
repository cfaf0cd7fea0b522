package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Span;
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

  private static final String RECEIVED =
      """
       and (select count(*) from recipient_state s where s.message_id = m.id and not s.is_destination) = 1
       and exists (select 1 from (select min(r.at) as at from receipt r where r.message_id = m.id
         and r.state in ('delivered', 'read') and r.target not like 'destination:%') d where true""";

  private static final String ALERT =
      "exists (select 1 from chart_record c where c.organization_id = m.organization_id and c.id = m.id and c.type = 'CommunicationRequest')";

  private static final String CHANGED =
      """
      greatest(m.sent_at, t.at, (select max(s.at) from recipient_state s where s.message_id = m.id))""";

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
          "topic",
          "exists (select 1 from conversation c where c.id = m.conversation_id and c.topic <> '')");

  private final Database database;

  @Inject
  MessageSearch(Database database) {
    this.database = database;
  }

  /** Keys of a page. */
  List<UUID> ids(Actor actor, MessageQuery query, int limit) {
    var values = new ArrayList<@Nullable Object>();
    String order = query.oldestFirst() ? "m.id" : "m.id desc";
    String sql = "select m.id " + conditions(actor, query, values);
    UUID after = query.after();
    if (after != null) {
      sql += query.oldestFirst() ? " and m.id > ?" : " and m.id < ?";
      values.add(after);
    }
    return database.list(
        sql + " order by " + order + " limit " + limit, row -> row.uuid("id"), values.toArray());
  }

  /** How many there are on all pages. */
  long count(Actor actor, MessageQuery query) {
    var values = new ArrayList<@Nullable Object>();
    String sql = "select count(*) as n " + conditions(actor, query, values);
    return database.first(sql, row -> row.number("n"), values.toArray()).orElseThrow();
  }

  private static String conditions(Actor actor, MessageQuery query, List<@Nullable Object> values) {
    var sql =
        new StringBuilder(
            "from message m left join retraction t on t.message_id = m.id where m.organization_id = ?");
    values.add(actor.organizationId());
    if (!actor.machine()) {
      sql.append(
          " and exists (select 1 from participant p where p.conversation_id = m.conversation_id and p.party = ?)");
      values.add(actor.party().toString());
    }
    any(sql, values, " and m.id = any(?)", query.ids().toArray(UUID[]::new), 1);
    any(
        sql,
        values,
        " and exists (select 1 from conversation c where c.id = m.conversation_id and c.patient_id = any(?))",
        query.patients().toArray(UUID[]::new),
        1);
    any(
        sql,
        values,
        " and (m.author_party = any(?) or 'PractitionerRole/' || m.author_role_id = any(?))",
        query.senders().toArray(String[]::new),
        2);
    any(
        sql,
        values,
        " and (exists (select 1 from addressee a where a.message_id = m.id and a.party = any(?))"
            + " or exists (select 1 from recipient_state s where s.message_id = m.id and s.target = any(?)))",
        query.recipients().toArray(String[]::new),
        2);
    span(sql, values, "m.sent_at", query.sent());
    span(sql, values, CHANGED, query.changed());
    if (!query.received().any()) {
      sql.append('\n').append(RECEIVED);
      span(sql, values, "d.at", query.received());
      sql.append(")");
    }
    codes(sql, values, query);
    links(sql, values, query.links());
    String topic = query.topic();
    if (topic != null) {
      sql.append(
          " and exists (select 1 from conversation c where c.id = m.conversation_id and lower(c.topic) like lower(?) escape '!')");
      values.add(topic.replaceAll("[!%_]", "!$0") + "%");
    }
    identifier(sql, values, query);
    return sql.toString();
  }

  private static void codes(StringBuilder sql, List<@Nullable Object> values, MessageQuery query) {
    code(sql, values, STATUS, query.codes().status());
    code(sql, values, "m.category", query.codes().category());
    code(sql, values, "m.priority", query.codes().priority());
  }

  private static void code(
      StringBuilder sql, List<@Nullable Object> values, String column, Code code) {
    any(sql, values, " and " + column + " = any(?)", code.any().toArray(String[]::new), 1);
    any(sql, values, " and " + column + " <> all(?)", code.none().toArray(String[]::new), 1);
  }

  private static void links(
      StringBuilder sql, List<@Nullable Object> values, MessageQuery.Links links) {
    one(sql, values, " and m.conversation_id = ?", links.partOf());
    one(sql, values, " and m.in_response_to = ?", links.inResponseTo());
    one(sql, values, " and m.id = ? and " + ALERT, links.basedOn());
    for (String member : links.missing()) {
      sql.append(" and not (").append(MEMBERS.getOrDefault(member, "false")).append(")");
    }
    for (String member : links.present()) {
      sql.append(" and ").append(MEMBERS.getOrDefault(member, "false"));
    }
  }

  private static void identifier(
      StringBuilder sql, List<@Nullable Object> values, MessageQuery query) {
    if (query.identifier() == null) {
      return;
    }
    sql.append(
        " and (exists (select 1 from message_identifier i where i.message_id = m.id and i.value = ?");
    values.add(query.identifier());
    if (query.identifierSystem() != null) {
      sql.append(" and i.system = ?");
      values.add(query.identifierSystem());
    }
    sql.append(") or 'urn:uuid:' || m.id = ?)");
    values.add(query.identifier());
  }

  private static void span(
      StringBuilder sql, List<@Nullable Object> values, String column, Span span) {
    one(sql, values, " and " + column + " >= ?", span.from());
    one(sql, values, " and " + column + " < ?", span.until());
  }

  private static void any(
      StringBuilder sql,
      List<@Nullable Object> values,
      String condition,
      Object[] wanted,
      int times) {
    if (wanted.length > 0) {
      sql.append(condition);
      for (int i = 0; i < times; i++) {
        values.add(wanted);
      }
    }
  }

  private static void one(
      StringBuilder sql, List<@Nullable Object> values, String condition, @Nullable Object wanted) {
    if (wanted != null) {
      sql.append(condition);
      values.add(wanted);
    }
  }
}
