package org.wardline.intake.hl7v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** What came in, as somebody who looks after interfaces sees it: without content. */
@Singleton
class InboundLog {
  private static final Duration RECENT = Duration.ofDays(1);
  private static final String STATE =
      """
      case when w.inbound_id is not null then 'waiting' when r.inbound_id is not null and r.closed_at is null then 'review'
        when r.inbound_id is not null then 'closed' when i.outcome = 'kept' then 'kept' else 'processed' end""";

  /** Which messages told of a patient stands in the audit trail. */
  private static final String TOLD_OF =
      """
      i.id in (select case when e ~ '^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(e, 10)::uuid end
        from audit_key k join audit_event a on a.id = k.audit_id cross join unnest(a.entities) as e
        where k.key = any(?) and a.organization_id = ? and a.patients && ?)""";

  private static final String SELECT =
      """
      select i.id, i.organization_id, i.source, i.control_id, i.message_type, i.body_hash, i.data_key_id, i.sealed, i.received_at,
        %s as state,
        r.reason, r.owner, r.opened_at, r.closed_at, r.closed_by
      from inbound i
      left join inbound_review r on r.inbound_id = i.id
      left join inbound_work w on w.inbound_id = i.id
      where i.organization_id = ?"""
          .formatted(STATE);

  private final Database database;
  private final Keys keys;

  @Inject
  InboundLog(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * A message that came.
   *
   * @param state {@code processed}, {@code waiting}, {@code review}, {@code closed}, or {@code
   *     kept} for what is never processed, or was a while after it came
   * @param reason why somebody must look at it; null when nobody must
   */
  record Entry(
      UUID id,
      Name name,
      String messageType,
      Instant receivedAt,
      String state,
      @Nullable String reason,
      @Nullable String owner,
      @Nullable Instant openedAt,
      @Nullable Instant closedAt,
      @Nullable String closedBy,
      InboundStore.Sealed sealed) {
    /** Name of the source, of application and facility, as sent. */
    String source() {
      return name.scope();
    }
  }

  /**
   * What to look for; null members do not restrict.
   *
   * @param states any of these states; empty: any
   * @param patients what told of any of these; null: of anybody or nobody
   * @param since came at or after
   * @param until came before
   * @param before only what came before that one: the next page
   */
  record Query(
      @Nullable String controlId,
      @Nullable String source,
      List<String> states,
      @Nullable List<UUID> patients,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable UUID before) {}

  /** The newest first. */
  List<Entry> find(UUID organization, Query query, int limit) {
    var found =
        new Conditions(SELECT, organization)
            .andIf("i.control_id = ?", query.controlId())
            .andIf("split_part(i.source, '|', 1) = ?", query.source())
            .made("i.id", query.since(), query.until())
            .andIf("i.id < ?", query.before());
    if (query.patients() != null) {
      UUID[] patients = query.patients().toArray(UUID[]::new);
      found.and(TOLD_OF, patients, organization, patients);
    }
    states(found, query.states());
    return database.list(
        found.sql(" order by i.id desc limit " + limit), InboundLog::entry, found.values());
  }

  /** What is looked for most often is found by its index. */
  private static void states(Conditions found, List<String> states) {
    if (states.equals(List.of("review"))) {
      found.and("r.inbound_id is not null and r.closed_at is null and w.inbound_id is null");
    } else if (states.equals(List.of("waiting"))) {
      found.and("w.inbound_id is not null");
    } else {
      found.andAny(STATE + " = any(?)", states.toArray(String[]::new));
    }
  }

  Optional<Entry> byId(UUID organization, UUID id) {
    return database.first(SELECT + " and i.id = ?", InboundLog::entry, organization, id);
  }

  /** The answers it got, as long as they are kept; empty later. */
  List<byte[]> answers(Name name) {
    return database
        .first(
            """
            select answer from inbound_key where organization_id = ? and source = ? and control_id = ? and body_hash = ?""",
            row -> InboundStore.split(row.bytes("answer")),
            name.organization(),
            name.scope(),
            name.controlId(),
            name.bodyHash())
        .orElse(List.of());
  }

  /**
   * How it stands with a source.
   *
   * @param today how many messages came within a day
   * @param last when the newest came; null when none did
   * @param review how many somebody must look at
   */
  record Standing(String source, long today, @Nullable Instant last, long review) {}

  /** Sources of which something came within a day, or of which somebody must look at something. */
  List<Standing> standings(UUID organization) {
    return database.list(
        """
        select source, sum(today) as today, max(last) as last, sum(review) as review from (
          select split_part(source, '|', 1) as source, count(*) as today, max(received_at) as last, 0 as review
          from inbound where organization_id = ? and id >= version7_floor(?) group by 1
          union all
          select split_part(i.source, '|', 1), 0, null, count(*) from inbound_review r join inbound i on i.id = r.inbound_id
          where r.organization_id = ? and r.closed_at is null group by 1) s
        group by source order by source""",
        row ->
            new Standing(
                row.text("source"),
                row.number("today"),
                row.instantOrNull("last"),
                row.number("review")),
        organization,
        keys.now().minus(RECENT),
        organization);
  }

  /** A segment without a rule. */
  record Unmapped(String source, String messageType, String segment, long seen, Instant last) {}

  /** Those met most often first. */
  List<Unmapped> unmapped(UUID organization, int limit) {
    return database.list(
        """
        select source, message_type, segment, sum(seen)::bigint as seen, max(last_at) as last_at from (
          select source, message_type, segment, seen, last_at from inbound_unmapped_place where organization_id = ?
          union all select source, message_type, segment, seen, last_at from inbound_unmapped where organization_id = ?) u
        group by source, message_type, segment order by seen desc, segment limit\s"""
            + limit,
        row ->
            new Unmapped(
                row.text("source"),
                row.text("message_type"),
                row.text("segment"),
                row.number("seen"),
                row.instant("last_at")),
        organization,
        organization);
  }

  /** Somebody saw to it; false when it is not open, or somebody did before. */
  boolean close(UUID organization, UUID id, String by) {
    return database.update(
            """
            update inbound_review set closed_at = ?, closed_by = ?
            where organization_id = ? and inbound_id = ? and closed_at is null""",
            keys.now(),
            by,
            organization,
            id)
        == 1;
  }

  private static Entry entry(Database.Row row) throws java.sql.SQLException {
    return new Entry(
        row.uuid("id"),
        new Name(
            row.uuid("organization_id"),
            row.text("source"),
            row.text("control_id"),
            row.bytes("body_hash")),
        row.text("message_type"),
        row.instant("received_at"),
        row.text("state"),
        row.textOrNull("reason"),
        row.textOrNull("owner"),
        row.instantOrNull("opened_at"),
        row.instantOrNull("closed_at"),
        row.textOrNull("closed_by"),
        new InboundStore.Sealed(row.uuid("data_key_id"), row.bytes("sealed")));
  }
}
