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
  private static final String SELECT = "select id, recorded, resource";

  private static final String OF_ORGANIZATION = " from audit_event where organization_id = ?";

  private static final String KEYS =
      """
      select distinct on (f.id) f.id, f.recorded, f.resource
      from (select %s) w(key) cross join lateral (
        select r.* from audit_key k join lateral (
          select e.id, e.recorded, e.resource from audit_event e where e.id = k.audit_id""";

  /** Longest time between the moments in a record and in its identifier. */
  private static final Duration CLOCK_READ_TWICE = Duration.ofSeconds(1);

  private final Database database;

  @Inject
  public AuditSearch(Database database) {
    this.database = database;
  }

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param from recorded at or after
   * @param until recorded before
   * @param agent reference ({@code Practitioner/…}) or identifier
   * @param entity reference of what it was about
   * @param numbered what it was about by a number
   * @param patients he or any of them; empty does not restrict
   * @param actions one of C, R, U, D, E
   * @param types code of the type: one of these
   * @param subtypes codes of subtypes: any of these
   * @param outcomes FHIR audit-event-outcome: one of these
   * @param contents what else stands in it
   * @param ids any of these
   * @param before only records before this one: the next page
   */
  public record Query(
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String agent,
      List<UUID> patients,
      @Nullable String entity,
      @Nullable Numbered numbered,
      List<String> actions,
      List<String> types,
      List<String> subtypes,
      List<String> outcomes,
      List<AuditContent> contents,
      List<UUID> ids,
      @Nullable UUID before) {
    /**
     * What bears a number: a patient, or something that a record of another system names by it.
     *
     * @param patients who have it
     * @param entity as {@code PostedAuditEvent.entityNumber} has it
     */
    public record Numbered(List<UUID> patients, String entity) {}

    /** Whether it asks for something that the index of keys leads to. */
    private boolean keyed() {
      return ids.isEmpty()
          && (agent != null || !patients.isEmpty() || entity != null || numbered != null);
    }

    /** What the fewest records are of: a patient, then a thing, then who acted. */
    private Conditions keys(UUID organization) {
      if (!patients.isEmpty()) {
        Object wanted = patients.toArray(UUID[]::new);
        return new Conditions(KEYS.formatted("unnest(?::uuid[])"), wanted);
      }
      if (numbered != null) {
        return new Conditions(
            KEYS.formatted("unnest(?::uuid[] || audit_key_of(?, ?))"),
            numbered.patients().toArray(UUID[]::new),
            organization,
            numbered.entity());
      }
      return new Conditions(
          KEYS.formatted("audit_key_of(?, ?)"), organization, entity == null ? agent : entity);
    }
  }

  /** A stored record. */
  public record Found(UUID id, Instant recorded, String json) {}

  /** One record. */
  public Optional<Found> byId(UUID organization, UUID id) {
    return database.first(
        SELECT + OF_ORGANIZATION + " and id = ?", AuditSearch::found, organization, id);
  }

  /** A page, newest first. */
  public List<Found> find(UUID organization, Query query, int limit) {
    if (!query.keyed()) {
      return list(asked(SELECT + OF_ORGANIZATION, organization, query), newest(limit));
    }
    return byKeys(organization, query, limit);
  }

  /**
   * Back through the records of each key, which the index holds in the order of time. A record is
   * fetched by itself ({@code offset 0}), or the planner would rather go through all records in the
   * hope of meeting enough of them.
   */
  private List<Found> byKeys(UUID organization, Query query, int limit) {
    Conditions found = query.keys(organization);
    found.and("e.organization_id = ?", organization);
    attributes(found, query).then(" offset 0) r on true where k.key = w.key");
    between(found, "k.audit_id", query).andIf("k.audit_id < ?", query.before());
    return list(
        found,
        " order by k.audit_id desc limit %1$d) f order by id desc limit %1$d".formatted(limit));
  }

  private List<Found> list(Conditions conditions, String rest) {
    return database.list(conditions.sql(rest), AuditSearch::found, conditions.values());
  }

  private static Conditions asked(String statement, UUID organization, Query query) {
    return attributes(between(new Conditions(statement, organization), "id", query), query)
        .andAny("id = any(?)", query.ids().toArray(UUID[]::new))
        .andIf("id < ?", query.before());
  }

  private static Conditions attributes(Conditions found, Query query) {
    found
        .andIf("agents @> array[?]::text[]", query.agent())
        .andAny("patients && ?", query.patients().toArray(UUID[]::new))
        .andIf("entities @> array[?]::text[]", query.entity())
        .andAny("action = any(?)", query.actions().toArray(String[]::new))
        .andAny("type = any(?)", query.types().toArray(String[]::new))
        .andAny("subtype && ?", query.subtypes().toArray(String[]::new))
        .andAny(
            "outcome = any(?)",
            query.outcomes().stream().map(AuditSearch::column).toArray(String[]::new));
    Query.Numbered numbered = query.numbered();
    if (numbered != null) {
      found.and(
          "(patients && ? or entities @> array[?]::text[])",
          numbered.patients().toArray(UUID[]::new),
          numbered.entity());
    }
    query.contents().forEach(content -> content.addTo(found));
    return found;
  }

  private static String newest(int limit) {
    return " order by id desc limit " + limit;
  }

  /** By the moment within the identifier too, since only that leads to the rows of a day. */
  private static Conditions between(Conditions found, String id, Query query) {
    Instant from = query.from();
    Instant until = query.until();
    return found
        .andIf("recorded >= ?", from)
        .andIf("recorded < ?", until)
        .made(
            id,
            from == null ? null : from.minus(CLOCK_READ_TWICE),
            until == null ? null : until.plus(CLOCK_READ_TWICE));
  }

  /** One character for each outcome: of major failure FHIR has two. */
  static String column(String outcome) {
    return outcome.equals("12") ? "M" : outcome;
  }

  private static Found found(Database.Row row) throws java.sql.SQLException {
    return new Found(
        row.uuid("id"),
        row.instant("recorded"),
        new String(row.bytes("resource"), StandardCharsets.UTF_8));
  }
}
