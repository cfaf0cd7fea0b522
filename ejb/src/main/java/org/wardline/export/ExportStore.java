package org.wardline.export;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.export.ExportView.File;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Exports and their files, in the database: any node goes on with them. */
@Singleton
class ExportStore {
  /** Failures in a row after which one is given up. */
  private static final int MOST_ATTEMPTS = 5;

  private static final int AT_ONCE = 100;

  private static final String SELECT =
      "select id, organization_id, request, types, since, until, failed_at, finished_at, kept_until from export where ";

  private final Database database;
  private final Keys keys;

  @Inject
  ExportStore(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** What was asked, and by which party. */
  record Asked(
      UUID organization,
      String client,
      String request,
      List<BulkType> types,
      @Nullable Instant since) {}

  /** One that is not finished. */
  record Open(UUID organization, ExportView export) {}

  UUID add(Asked asked, Duration kept) {
    UUID id = keys.next();
    Instant now = keys.now();
    database.update(
        "insert into export (id, organization_id, client, request, types, since, until, kept_until) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        asked.organization(),
        asked.client(),
        asked.request(),
        asked.types().stream().map(BulkType::fhirType).toArray(String[]::new),
        asked.since(),
        now,
        now.plus(kept));
    return id;
  }

  /** How many of this client are under way. */
  int number(UUID organization, String client) {
    return database
        .first(
            "select count(*) as n from export where organization_id = ? and client = ? and finished_at is null and failed_at is null",
            row -> (int) row.number("n"),
            organization,
            client)
        .orElse(0);
  }

  /** One of this client's, unless its time is over. */
  Optional<ExportView> find(UUID organization, String client, UUID id) {
    return database
        .first(
            SELECT + "id = ? and organization_id = ? and client = ? and kept_until > ?",
            ExportStore::view,
            id,
            organization,
            client,
            keys.now())
        .map(this::withFiles);
  }

  boolean remove(UUID organization, String client, UUID id) {
    return database.update(
            "delete from export where id = ? and organization_id = ? and client = ?",
            id,
            organization,
            client)
        > 0;
  }

  /**
   * Those that are not finished, the oldest first.
   *
   * @param settled how long ago its moment must be, so that all of before was committed
   */
  List<Open> open(Duration settled) {
    return database
        .list(
            SELECT + "finished_at is null and failed_at is null and until < ? order by id limit ?",
            row -> new Open(row.uuid("organization_id"), view(row)),
            keys.now().minus(settled),
            AT_ONCE)
        .stream()
        .map(open -> new Open(open.organization(), withFiles(open.export())))
        .toList();
  }

  /** Adds the next file; changes nothing when the export is gone, or another node finished it. */
  void add(UUID export, File file) {
    database.update(
        """
        with e as (update export set attempts = 0 where id = ? and finished_at is null returning id)
        insert into export_file (export_id, number, type, first_id, last_id, entries)
        select id, ?, ?, ?, ?, ? from e on conflict do nothing""",
        export,
        file.number(),
        file.type().fhirType(),
        file.first(),
        file.last(),
        file.entries());
  }

  void finished(UUID export) {
    database.update("update export set finished_at = ? where id = ?", keys.now(), export);
  }

  /** It did not go on; it is given up when that happened too often. */
  void failed(UUID export) {
    database.update(
        "update export set attempts = attempts + 1, failed_at = case when attempts + 1 >= ? then ?::timestamptz end where id = ?",
        MOST_ATTEMPTS,
        keys.now(),
        export);
  }

  void removeOld() {
    database.update("delete from export where kept_until <= ?", keys.now());
  }

  private ExportView withFiles(ExportView export) {
    List<File> files =
        database.list(
            "select number, type, first_id, last_id, entries from export_file where export_id = ? order by number",
            row ->
                new File(
                    row.integer("number"),
                    BulkType.of(row.text("type")).orElseThrow(),
                    row.uuid("first_id"),
                    row.uuid("last_id"),
                    row.integer("entries")),
            export.id());
    return new ExportView(
        export.id(),
        export.request(),
        export.types(),
        export.since(),
        export.until(),
        export.failed(),
        export.finished(),
        export.keptUntil(),
        files);
  }

  private static ExportView view(Database.Row row) throws SQLException {
    return new ExportView(
        row.uuid("id"),
        row.text("request"),
        row.texts("types").stream().map(t -> BulkType.of(t).orElseThrow()).toList(),
        row.instantOrNull("since"),
        row.instant("until"),
        row.instantOrNull("failed_at"),
        row.instantOrNull("finished_at"),
        row.instant("kept_until"),
        List.of());
  }
}
