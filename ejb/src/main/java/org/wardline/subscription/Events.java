package org.wardline.subscription;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.reading.OpenAlerts;
import org.wardline.store.Database;

/**
 * What happened, in the order of transactions and never past one that is still under way: a row
 * that is committed late is not passed over.
 */
@Singleton
class Events {
  /**
   * Placeholders: organization and transaction, for each part. That somebody read a record of the
   * trail is told to nobody: who reads what he is told of would be told of that for ever.
   */
  private static final Map<String, String> SOURCES =
      Map.of(
          "Communication",
          """
          select m.txid, 1 as part, m.seq, m.id as message_id, null as target, null as state, m.sent_at as at
          from message m where m.organization_id = ? and m.txid >= ?
          union all select t.txid, 2, t.seq, t.message_id, null, null, t.at from retraction t where t.organization_id = ? and t.txid >= ?""",
          "Task",
          """
          select r.txid, 1 as part, r.seq, r.message_id, r.target, r.state, r.at
          from receipt r where r.organization_id = ? and r.txid >= ?""",
          "CommunicationRequest",
          """
          select r.txid, 1 as part, r.seq, r.message_id, null as target, null as state, r.at from receipt r
          join chart_record c on c.organization_id = r.organization_id and c.id = r.message_id and c.type = 'CommunicationRequest'
          where r.organization_id = ? and r.txid >= ?
          union all select m.txid, 2, m.seq, m.in_response_to, null, null, m.sent_at from message m
          join message_identifier i on i.message_id = m.id and i.system = '%s'
          where m.organization_id = ? and m.txid >= ? and m.in_response_to is not null
          union all select t.txid, 3, t.seq, t.message_id, null, null, t.at from retraction t
          join chart_record c on c.organization_id = t.organization_id and c.id = t.message_id and c.type = 'CommunicationRequest'
          where t.organization_id = ? and t.txid >= ?"""
              .formatted(OpenAlerts.WITHDRAWN),
          "AuditEvent",
          """
          select a.txid, 1 as part, a.seq, a.id as message_id, null as target, null as state, a.recorded as at
          from audit_event a where a.organization_id = ? and a.txid >= ?
            and not (a.subtype @> array['resource-read']::text[]
              and exists (select 1 from unnest(a.entities) x where x like 'AuditEvent/%'))""");

  private final Database database;

  @Inject
  Events(Database database) {
    this.database = database;
  }

  /** How far a subscription has read. */
  record Position(long txid, int part, long seq) {}

  /**
   * One row that tells of something.
   *
   * @param id of the message or audit record
   * @param target of the receipt; null for others
   * @param state that the receipt told; null for others
   */
  record Row(
      Position position, UUID id, @Nullable String target, @Nullable String state, Instant at) {}

  /** From here on, for who subscribes now. */
  Position now() {
    return new Position(
        database
            .first(
                "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as n",
                r -> r.number("n"))
            .orElseThrow(),
        0,
        0);
  }

  /**
   * What comes next.
   *
   * @param horizon only transactions below it
   */
  List<Row> between(UUID organization, String type, Position from, long horizon, int most) {
    String source = SOURCES.get(type);
    if (source == null) {
      throw new IllegalArgumentException("no events of " + type);
    }
    List<Object> values = new ArrayList<>();
    for (int part = 0; part < source.split("union all").length; part++) {
      values.add(organization);
      values.add(from.txid());
    }
    values.addAll(List.of(from.txid(), from.part(), from.seq(), horizon));
    return database.list(
        "select * from ("
            + source
            + ") e where (e.txid, e.part, e.seq) > (?, ?, ?)"
            + " and e.txid < ? order by e.txid, e.part, e.seq limit "
            + most,
        row ->
            new Row(
                new Position(row.number("txid"), row.integer("part"), row.number("seq")),
                row.uuid("message_id"),
                row.textOrNull("target"),
                row.textOrNull("state"),
                row.instant("at")),
        values.toArray());
  }
}
