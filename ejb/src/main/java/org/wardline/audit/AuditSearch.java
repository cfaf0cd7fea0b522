package org.wardline.audit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/**
 * Finds audit records. Gives the stored JSON as it was written; the door that calls has asked
 * access and records the search.
 */
@Singleton
public class AuditSearch {
  /** Longest time between the moments in a record and in its identifier. */
  private static final Duration CLOCK_READ_TWICE = Duration.ofSeconds(1);

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
    var found =
        new Conditions(
            "select id, recorded, resource from audit_event where organization_id = ?",
            organization);
    between(found, query.from(), query.until());
    found
        .andIf("agents @> array[?]::text[]", query.agent())
        .andAny("patients && ?", query.patients().toArray(UUID[]::new))
        .andIf("entities @> array[?]::text[]", query.entity())
        .andIf("action = ?", query.action())
        .andIf("type = ?", query.type())
        .andIf("subtype @> array[?]::text[]", query.subtype())
        .andIf("outcome = ?", query.outcome())
        .andAny("id = any(?)", query.ids().toArray(UUID[]::new))
        .andIf("id < ?", query.before());
    return database.list(
        found.sql(" order by id desc limit " + limit), AuditSearch::found, found.values());
  }

  /** By the moment within the identifier too, since only that leads to the rows of a day. */
  private static void between(Conditions found, @Nullable Instant from, @Nullable Instant until) {
    found
        .andIf("recorded >= ?", from)
        .andIf("recorded < ?", until)
        .made(
            "id",
            from == null ? null : from.minus(CLOCK_READ_TWICE),
            until == null ? null : until.plus(CLOCK_READ_TWICE));
  }

  private static Found found(Database.Row row) throws java.sql.SQLException {
    return new Found(
        row.uuid("id"),
        row.instant("recorded"),
        new String(row.bytes("resource"), StandardCharsets.UTF_8));
  }
}
