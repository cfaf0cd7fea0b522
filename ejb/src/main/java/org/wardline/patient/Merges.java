package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Two records that are one person's. The record that is given up stays, without its numbers; what
 * was moved is written down, so that a merge in error is undone and nothing else is.
 */
@Singleton
public class Merges {
  /** Tables whose rows go along with the patient. */
  private static final List<String> CARRIED =
      List.of("encounter", "chart_record", "critical_result");

  private final Database database;
  private final Keys keys;

  @Inject
  public Merges(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * A merge.
   *
   * @param survivor the record that stands
   * @param prior the record that was given up
   * @param undoneAt null while it stands
   */
  public record Merge(
      UUID id, UUID survivor, UUID prior, Instant mergedAt, @Nullable Instant undoneAt) {}

  /** Gives up a record for another; stays and results go along. */
  public Merge merge(UUID organization, UUID survivor, UUID prior, @Nullable UUID inbound) {
    Instant now = keys.now();
    UUID id = keys.next(now);
    database.update(
        """
        insert into patient_merge (id, organization_id, survivor_id, prior_id, inbound_id, merged_at)
        values (?, ?, ?, ?, ?, ?)""",
        id,
        organization,
        survivor,
        prior,
        inbound,
        now);
    moveIdentifiers(id, survivor, prior);
    var moved = new Merge(id, survivor, prior, now, null);
    CARRIED.forEach(table -> move(organization, table, moved));
    database.update(
        """
        update patient set active = false, merged_into = ?, location = null, version = version + 1, updated_at = ?
        where id = ?""",
        survivor,
        now,
        prior);
    touch(survivor, now);
    return moved;
  }

  /** Only numbers that named the one name the other; those that may be shared are only kept. */
  private void moveIdentifiers(UUID merge, UUID survivor, UUID prior) {
    database.update(
        """
        insert into patient_merge_item (merge_id, kind, system, value)
        select ?, 'matching', system, value from patient_identifier where patient_id = ? and matching""",
        merge,
        prior);
    database.update(
        "update patient_identifier set matching = false where patient_id = ? and matching", prior);
    database.update(
        """
        with moved as (
          insert into patient_identifier (organization_id, patient_id, system, value, type, matching, position)
          select i.organization_id, ?, i.system, i.value, i.type, m.merge_id is not null, i.position + 100
          from patient_identifier i
          left join patient_merge_item m on m.merge_id = ? and m.kind = 'matching' and m.system = i.system and m.value = i.value
          where i.patient_id = ? on conflict (patient_id, system, value) do nothing returning system, value)
        insert into patient_merge_item (merge_id, kind, system, value) select ?, 'identifier', system, value from moved""",
        survivor,
        merge,
        prior,
        merge);
    database.update(
        """
        update patient_identifier p set matching = true from patient_merge_item m
        where m.merge_id = ? and m.kind = 'matching' and p.patient_id = ? and p.system = m.system and p.value = m.value""",
        merge,
        survivor);
  }

  private void move(UUID organization, String table, Merge merge) {
    database.update(
        """
        with moved as (update %1$s set patient_id = ? where organization_id = ? and patient_id = ? returning id)
        insert into patient_merge_item (merge_id, kind, item_id) select ?, '%1$s', id from moved"""
            .formatted(table),
        merge.survivor(),
        organization,
        merge.prior(),
        merge.id());
  }

  /** The newest first. */
  public List<Merge> newest(UUID organization, int limit) {
    return database.list(
        "select * from patient_merge where organization_id = ? order by id desc limit " + limit,
        Merges::merge,
        organization);
  }

  /** A merge, held until the transaction ends. */
  public Optional<Merge> hold(UUID organization, UUID id) {
    return database.first(
        "select * from patient_merge where organization_id = ? and id = ? for update",
        Merges::merge,
        organization,
        id);
  }

  /**
   * True when it can be undone: it stands, and no later merge stands on it.
   *
   * @param merge held by the transaction
   */
  public boolean undoable(Merge merge) {
    return merge.undoneAt() == null
        && database
            .first(
                "select 1 from patient where id = ? and merged_into is not null",
                row -> true,
                merge.survivor())
            .isEmpty();
  }

  /** Undoes it: the record that was given up stands again, with what was moved from it. */
  public void undo(Merge merge, String by) {
    Instant now = keys.now();
    database.update(
        """
        delete from patient_identifier p using patient_merge_item m
        where m.merge_id = ? and m.kind = 'identifier' and p.patient_id = ? and p.system = m.system and p.value = m.value""",
        merge.id(),
        merge.survivor());
    database.update(
        """
        update patient_identifier p set matching = true from patient_merge_item m
        where m.merge_id = ? and m.kind = 'matching' and p.patient_id = ? and p.system = m.system and p.value = m.value""",
        merge.id(),
        merge.prior());
    for (String table : CARRIED) {
      database.update(
          """
          update %1$s t set patient_id = ? from patient_merge_item m
          where m.merge_id = ? and m.kind = '%1$s' and t.id = m.item_id and t.patient_id = ?"""
              .formatted(table),
          merge.prior(),
          merge.id(),
          merge.survivor());
    }
    database.update(
        "update patient set active = true, merged_into = null, version = version + 1, updated_at = ? where id = ?",
        now,
        merge.prior());
    touch(merge.survivor(), now);
    database.update(
        "update patient_merge set undone_at = ?, undone_by = ? where id = ?", now, by, merge.id());
  }

  private void touch(UUID patient, Instant now) {
    database.update(
        "update patient set version = version + 1, updated_at = ? where id = ?", now, patient);
  }

  private static Merge merge(Database.Row row) throws java.sql.SQLException {
    return new Merge(
        row.uuid("id"),
        row.uuid("survivor_id"),
        row.uuid("prior_id"),
        row.instant("merged_at"),
        row.instantOrNull("undone_at"));
  }
}
