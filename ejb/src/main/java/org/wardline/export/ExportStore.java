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
  /** Longest time between the moment in a row and its commit. */
  private static final Duration COMMITTED_WITHIN = Duration.ofSeconds(2);

  private static final String SELECT =
      "select id, organization_id, request, types, since, until, finished_at, kept_until from export where ";

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

  /** How many of this client can still be fetched or are under way. */
  int number(UUID organization, String client) {
    return database
        .first(
            "select count(*) as n from export where organization_id = ? and client = ? and kept_until > ?",
            row -> (int) row.number("n"),
            organization,
            client,
            keys.now())
        .orElse(0);
  }

  /** One of this client's, unless its time is over. */
  Optional<ExportView> find(UUID organization, String client, UUID id) {
    return database
        .first(
            SELECT + "id = ? and organization_id = ? and client = ? and kept_until > ?",
            row -> view(row, List.of()),
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

  /** The oldest that is not finished, once all that belongs to it was committed. */
  Optional<Open> open() {
    return database
        .first(
            SELECT + "finished_at is null and until < ? order by id limit 1",
            row -> new Open(row.uuid("organization_id"), view(row, List.of())),
            keys.now().minus(COMMITTED_WITHIN))
        .map(open -> new Open(open.organization(), withFiles(open.export())));
  }

  /** Adds the next file; changes nothing when the export is gone. */
  void add(UUID export, File file) {
    database.update(
        """
        insert into export_file (export_id, number, type, after_id, last_id, entries)
        select id, ?, ?, ?, ?, ? from export where id = ? on conflict do nothing""",
        file.number(),
        file.type().fhirType(),
        file.after(),
        file.last(),
        file.entries(),
        export);
  }

  void finished(UUID export) {
    database.update("update export set finished_at = ? where id = ?", keys.now(), export);
  }

  void removeOld() {
    database.update("delete from export where kept_until <= ?", keys.now());
  }

  private ExportView withFiles(ExportView export) {
    List<File> files =
        database.list(
            "select number, type, after_id, last_id, entries from export_file where export_id = ? order by number",
            row ->
                new File(
                    row.integer("number"),
                    BulkType.of(row.text("type")).orElseThrow(),
                    row.uuidOrNull("after_id"),
                    row.uuid("last_id"),
                    row.integer("entries")),
            export.id());
    return new ExportView(
        export.id(),
        export.request(),
        export.types(),
        export.since(),
        export.until(),
        export.finished(),
        export.keptUntil(),
        files);
  }

  private static ExportView view(Database.Row row, List<File> files) throws SQLException {
    return new ExportView(
        row.uuid("id"),
        row.text("request"),
        row.texts("types").stream().map(t -> BulkType.of(t).orElseThrow()).toList(),
        row.instantOrNull("since"),
        row.instant("until"),
        row.instantOrNull("finished_at"),
        row.instant("kept_until"),
        files);
  }
}
