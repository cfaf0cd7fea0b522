package org.wardline.alert;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.crypto.SealBrokenException;
import org.wardline.message.ChartRecord;
import org.wardline.message.CriticalFinding;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Results that somebody must know at once. A row is written in the transaction that keeps the
 * result, and stays open until he has been told: none is lost, whatever stops in between. The same
 * finding told again by its sender raises no second one.
 */
@Singleton
public class CriticalResults {
  private static final Logger LOG = LoggerFactory.getLogger(CriticalResults.class);

  /** Messages whose results are told of in one round. */
  static final int AT_ONCE = 100;

  private static final Table ROW =
      Table.of(
              "critical_result",
              "id uuid",
              "organization_id uuid",
              "record_id uuid",
              "finding_hash bytea",
              "inbound_id uuid",
              "patient_id uuid",
              "location text",
              "source text",
              "placer text",
              "filler text",
              "data_key_id uuid",
              "sealed bytea",
              "raised_at timestamptz")
          .onConflict("organization_id, record_id, finding_hash", "do nothing");

  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  public CriticalResults(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /**
   * Where a result comes from.
   *
   * @param patient null when nobody knows whose it is
   * @param described then, how the sender names the patient; else empty
   * @param location of the patient, as the message says; empty when it does not
   * @param source name of the sending system
   */
  public record Origin(
      UUID organization,
      @Nullable UUID patient,
      String described,
      UUID inbound,
      String location,
      String source) {}

  /** Adds a row for each critical one of these. */
  public void add(RowBatch rows, Origin origin, List<ChartRecord> records) {
    for (ChartRecord record : records) {
      CriticalFinding finding = record.critical();
      if (finding != null) {
        UUID id = keys.next();
        DataKey key = dataKeys.of(origin.organization(), "alert", "critical-results");
        String text =
            (finding.corrected() ? finding.text() + ", corrected" : finding.text())
                + (origin.described().isEmpty()
                    ? ""
                    : "\nIt matches no patient here. Find out whose it is: " + origin.described());
        rows.add(
            ROW,
            id,
            origin.organization(),
            record.id(),
            Seal.digest(text.getBytes(StandardCharsets.UTF_8)),
            origin.inbound(),
            origin.patient(),
            origin.location(),
            origin.source(),
            finding.order().placer(),
            finding.order().filler(),
            key.id(),
            Seal.seal(key.material(), text.getBytes(StandardCharsets.UTF_8), associated(id)),
            keys.now());
      }
    }
  }

  /**
   * What one message reports of one patient, and nobody has been told yet.
   *
   * @param id names the alert: the same on every attempt
   * @param patient whose record it is now; null when nobody knows
   * @param location as reported, else where he is now; may be empty
   * @param findings lines for people
   */
  record Open(
      UUID id,
      UUID organization,
      @Nullable UUID patient,
      String location,
      String source,
      Instant raisedAt,
      int attempts,
      List<UUID> rows,
      List<String> findings) {}

  /** The open ones, the oldest first; what one message reports comes whole. */
  List<Open> open() {
    Map<UUID, List<Row>> byMessage = new LinkedHashMap<>();
    for (Row row :
        database.list(
            """
            select r.*, coalesce(p.merged_into, p.id) as patient, coalesce(p.location, '') as now_at
            from critical_result r left join patient p on p.id = r.patient_id
            where r.told_at is null and r.inbound_id in (
              select o.inbound_id from critical_result o where o.told_at is null
              group by o.inbound_id order by min(o.attempts), min(o.raised_at) limit ?)
            order by r.attempts, r.raised_at, r.id""",
            this::row,
            AT_ONCE)) {
      byMessage.computeIfAbsent(row.inbound(), k -> new ArrayList<>()).add(row);
    }
    return byMessage.values().stream().map(CriticalResults::together).toList();
  }

  private static Open together(List<Row> rows) {
    Row first = rows.get(0);
    return new Open(
        first.id(),
        first.organization(),
        first.patient(),
        first.location(),
        first.source(),
        first.raisedAt(),
        first.attempts(),
        rows.stream().map(Row::id).toList(),
        rows.stream().map(Row::text).distinct().toList());
  }

  private record Row(
      UUID id,
      UUID organization,
      UUID inbound,
      @Nullable UUID patient,
      String location,
      String source,
      Instant raisedAt,
      int attempts,
      String text) {}

  private Row row(Database.Row row) throws java.sql.SQLException {
    UUID id = row.uuid("id");
    String text = text(id, row.uuid("data_key_id"), row.bytes("sealed"));
    String reported = row.text("location");
    return new Row(
        id,
        row.uuid("organization_id"),
        row.uuid("inbound_id"),
        row.uuidOrNull("patient"),
        reported.isEmpty() ? row.text("now_at") : reported,
        row.text("source"),
        row.instant("raised_at"),
        row.integer("attempts"),
        text);
  }

  /** One that was changed is told all the same: whoever is told looks for himself. */
  private String text(UUID id, UUID key, byte[] sealed) {
    try {
      byte[] text =
          Seal.open(dataKeys.byId(key).material(), sealed, associated(id), "critical result " + id);
      return new String(text, StandardCharsets.UTF_8);
    } catch (SealBrokenException e) {
      LOG.error("critical result {}: its seal is broken", id);
      return "A result that cannot be opened any more: look at the results of the patient.";
    }
  }

  /**
   * Somebody was told.
   *
   * @param roleCode of the role on duty through which
   * @param message that told him
   */
  record Told(Open alert, String roleCode, UUID message) {}

  /**
   * These are closed. The commit does not wait for the disk: what a crash of the database undoes is
   * told again under the same name, which sends nothing twice.
   */
  void told(List<Told> told) {
    List<UUID> rows = new ArrayList<>();
    List<String> roles = new ArrayList<>();
    List<UUID> messages = new ArrayList<>();
    for (Told each : told) {
      for (UUID row : each.alert().rows()) {
        rows.add(row);
        roles.add(each.roleCode());
        messages.add(each.message());
      }
    }
    if (!rows.isEmpty()) {
      database.update(
          """
          update critical_result r set told_at = ?, role_code = t.role_code, message_id = t.message_id
          from unnest(?, ?, ?) as t(id, role_code, message_id), set_config('synchronous_commit', 'off', true)
          where r.id = t.id and r.told_at is null""",
          keys.now(),
          rows.toArray(UUID[]::new),
          roles.toArray(String[]::new),
          messages.toArray(UUID[]::new));
    }
  }

  /** Nobody could be told: it stays open, and shows why. */
  void failed(Open alert, String why) {
    database.update(
        "update critical_result set attempts = attempts + 1, last_error = ? where id = any(?)",
        why,
        alert.rows().toArray(UUID[]::new));
  }

  /**
   * How it stands: how many nobody has been told of yet, and since when the oldest waits.
   *
   * @param since null when there is none
   */
  public record Waiting(long number, @Nullable Instant since) {}

  public Waiting waiting() {
    return database
        .first(
            "select count(*) as n, min(raised_at) as since from critical_result where told_at is null",
            row -> new Waiting(row.number("n"), row.instantOrNull("since")))
        .orElseThrow();
  }

  private static byte[] associated(UUID id) {
    return ("critical-result\n" + id).getBytes(StandardCharsets.UTF_8);
  }
}
