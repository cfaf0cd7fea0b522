package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.audit.AuditSearch.Found;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/**
 * Messages and records of a whole hospital, oldest first. The door that calls has asked access and
 * puts on record who got them.
 */
@Singleton
public class BulkReading {
  private static final String MESSAGES =
      "select m.id from message m left join retraction t on t.message_id = m.id where m.organization_id = ?";
  private static final String RECORDS = "select id from audit_event where organization_id = ?";

  private static final String TOUCHED =
      "(m.id >= version7_floor(?) or t.at >= ? or m.id in (select r.message_id from receipt r where r.at >= ?))";

  /** Longest time between the moment in a key and that in its row. */
  private static final Duration MOMENTS_DIFFER = Duration.ofMinutes(1);

  private final Database database;
  private final WholeMessages messages;

  @Inject
  BulkReading(Database database, WholeMessages messages) {
    this.database = database;
    this.messages = messages;
  }

  /**
   * A piece of a range.
   *
   * @param first key of the first one in it
   * @param last key of the last one in it
   */
  public record Slice(UUID first, UUID last, int entries) {}

  /** The next so many messages; empty when there are none left. */
  public Optional<Slice> messageSlice(BulkRange range, int most) {
    return slice(messageIds(range), "m.id", most);
  }

  /** The next so many records of the audit trail; empty when there are none left. */
  public Optional<Slice> recordSlice(BulkRange range, int most) {
    return slice(recordIds(range), "id", most);
  }

  private Optional<Slice> slice(Conditions all, String key, int most) {
    String piece = all.sql(" order by " + key + " limit " + most);
    return database.first(
        "select id, first_value(id) over (order by id) as first, count(*) over () as n from ("
            + piece
            + ") x order by id desc limit 1",
        row -> new Slice(row.uuid("first"), row.uuid("id"), (int) row.number("n")),
        all.values());
  }

  /** A page of messages, opened. */
  public List<CommunicationView> messages(BulkRange range, int limit) {
    Conditions all = messageIds(range);
    List<UUID> ids =
        database.list(
            all.sql(" order by m.id limit " + limit), row -> row.uuid("id"), all.values());
    return messages.these(range.organization(), ids).stream()
        .map(Communications::view)
        .sorted(Comparator.comparing(view -> view.header().messageId().toString()))
        .toList();
  }

  /** A page of records, as they are kept. */
  public List<Found> records(BulkRange range, int limit) {
    Conditions all = recordIds(range);
    return database.list(
        "select id, recorded, resource from audit_event where id in ("
            + all.sql(" order by id limit " + limit)
            + ") order by id",
        row ->
            new Found(
                row.uuid("id"),
                row.instant("recorded"),
                new String(row.bytes("resource"), java.nio.charset.StandardCharsets.UTF_8)),
        all.values());
  }

  /** Who changed since is looked for by what a change leaves, not in every message there is. */
  private static Conditions messageIds(BulkRange range) {
    Conditions all =
        between(new Conditions(MESSAGES, range.organization()), "m.id", range)
            .and("m.sent_at < ?", range.until());
    Instant since = range.since();
    return since == null
        ? all
        : all.and(TOUCHED, since.minus(MOMENTS_DIFFER), since, since)
            .and(MessageConditions.CHANGED + " >= ?", since);
  }

  private static Conditions recordIds(BulkRange range) {
    Instant since = range.since();
    return between(new Conditions(RECORDS, range.organization()), "id", range)
        .made(
            "id",
            since == null ? null : since.minus(MOMENTS_DIFFER),
            range.until().plus(MOMENTS_DIFFER))
        .and("recorded < ?", range.until())
        .andIf("recorded >= ?", since);
  }

  private static Conditions between(Conditions all, String key, BulkRange range) {
    return all.andIf(key + " >= ?", range.first())
        .andIf(key + " > ?", range.after())
        .andIf(key + " <= ?", range.last());
  }
}
