package org.wardline.audit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Database;

/**
 * Finds audit records. Gives the stored JSON as it was written; the door that calls has asked
 * access and records the search.
 */
@Singleton
public class AuditSearch {
  private final Database database;

  @Inject
  public AuditSearch(Database database) {
    this.database = database;
  }

  /**
   * What to look for; null members do not restrict.
   *
   * @param from recorded at or after
   * @param until recorded before
   * @param agent reference ({@code Practitioner/…}) or identifier
   * @param entity reference of what it was about
   * @param patients he or any of them; empty does not restrict
   * @param action C, R, U, D or E
   * @param type code of the type
   * @param subtype code of a subtype
   * @param outcome FHIR audit-event-outcome
   * @param ids any of these; empty does not restrict
   * @param before only records before this one: the next page
   */
  public record Query(
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String agent,
      List<UUID> patients,
      @Nullable String entity,
      @Nullable String action,
      @Nullable String type,
      @Nullable String subtype,
      @Nullable String outcome,
      List<UUID> ids,
      @Nullable UUID before) {}

  /** A stored record. */
  public record Found(UUID id, Instant recorded, String json) {}

  /** One record. */
  public Optional<Found> byId(UUID organization, UUID id) {
    return database.first(
        "select id, recorded, resource from audit_event where id = ? and organization_id = ?",
        AuditSearch::found,
        id,
        organization);
  }

  /** A page, newest first. */
  public List<Found> find(UUID organization, Query query, int limit) {
    var sql =
        new StringBuilder(
            "select id, recorded, resource from audit_event where organization_id = ?");
    var values = new ArrayList<@Nullable Object>();
    values.add(organization);
    restrict(sql, values, " and recorded >= ?", query.from());
    restrict(sql, values, " and recorded < ?", query.until());
    restrict(sql, values, " and agents @> array[?]::text[]", query.agent());
    if (!query.patients().isEmpty()) {
      restrict(sql, values, " and patients && ?", query.patients().toArray(UUID[]::new));
    }
    restrict(sql, values, " and entities @> array[?]::text[]", query.entity());
    restrict(sql, values, " and action = ?", query.action());
    restrict(sql, values, " and type = ?", query.type());
    restrict(sql, values, " and subtype @> array[?]::text[]", query.subtype());
    restrict(sql, values, " and outcome = ?", query.outcome());
    if (!query.ids().isEmpty()) {
      restrict(sql, values, " and id = any(?)", query.ids().toArray(UUID[]::new));
    }
    restrict(sql, values, " and id < ?", query.before());
    sql.append(" order by id desc limit ").append(limit);
    return database.list(sql.toString(), AuditSearch::found, values.toArray());
  }

  private static void restrict(
      StringBuilder sql, List<@Nullable Object> values, String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
  }

  private static Found found(Database.Row row) throws java.sql.SQLException {
    return new Found(
        row.uuid("id"),
        row.instant("recorded"),
        new String(row.bytes("resource"), StandardCharsets.UTF_8));
  }
}
