package org.wardline.audit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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

  private static final String NUMBER_OF_KEYS =
      """
      select count(distinct e.id) as n
      from (select %s) w(key) join audit_key k on k.key = w.key join audit_event e on e.id = k.audit_id where true""";

  /** Keys of what has one of these names. */
  private static final String NAMED = "audit_key_of(?, name) from unnest(?::text[]) name";

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
   * @param agents references ({@code Practitioner/…}) or identifiers: one of these acted
   * @param patients about one of these
   * @param entities references: about one of these
   * @param numbered what it was about by a number
   * @param contents what else stands in it
   * @param ids any of these
   * @param also what must fit besides
   * @param ascending the oldest first, instead of the newest
   * @param after only records after this one in that order: the next page
   */
  public record Query(
      Times times,
      List<String> agents,
      List<UUID> patients,
      List<String> entities,
      @Nullable Numbered numbered,
      Codes codes,
      List<AuditContent> contents,
      List<UUID> ids,
      List<Names> also,
      boolean ascending,
      @Nullable UUID after) {

    public Query {
      also = List.copyOf(also);
    }

    /** The newest first. */
    @SuppressWarnings("checkstyle:ParameterNumber")
    public Query(
        Times times,
        List<String> agents,
        List<UUID> patients,
        List<String> entities,
        @Nullable Numbered numbered,
        Codes codes,
        List<AuditContent> contents,
        List<UUID> ids,
        @Nullable UUID after) {
      this(
          times, agents, patients, entities, numbered, codes, contents, ids, List.of(), false,
          after);
    }

    /** The same, of which all of these must be true, too. */
    public Query and(List<Names> besides) {
      return new Query(
          times, agents, patients, entities, numbered, codes, contents, ids, besides, ascending,
          after);
    }

    /** The same in the order of time. */
    public Query oldestFirst() {
      return new Query(
          times, agents, patients, entities, numbered, codes, contents, ids, also, true, after);
    }

    private Conditions next(Conditions found, String key) {
      return found.andIf(key + (ascending ? " > ?" : " < ?"), after);
    }

    private String by(String key, int limit) {
      return " order by " + key + (ascending ? "" : " desc") + " limit " + limit;
    }

    /**
     * When it was recorded.
     *
     * @param from at or after
     * @param until before
     * @param except in none of these
     */
    public record Times(@Nullable Instant from, @Nullable Instant until, List<Except> except) {
      public static final Times ANY = new Times(null, null, List.of());
    }

    /** At or after from, and before until. */
    public record Except(Instant from, Instant until) {}

    /** One of these, and none of those. */
    public record Code(List<String> any, List<String> none) {
      public static final Code ANY = new Code(List.of(), List.of());

      private void restrict(Conditions found, String condition) {
        found
            .andAny(condition, any.toArray(String[]::new))
            .andAny("not (" + condition + ")", none.toArray(String[]::new));
      }
    }

    /**
     * Codes that have a column.
     *
     * @param action C, R, U, D or E
     * @param type code of the type
     * @param subtype codes of subtypes
     * @param outcome FHIR audit-event-outcome
     */
    public record Codes(Code action, Code type, Code subtype, Code outcome) {
      public static final Codes ANY = new Codes(Code.ANY, Code.ANY, Code.ANY, Code.ANY);

      private void restrict(Conditions found) {
        action.restrict(found, "action = any(?)");
        type.restrict(found, "type = any(?)");
        subtype.restrict(found, "subtype && ?");
        new Code(columns(outcome.any()), columns(outcome.none()))
            .restrict(found, "outcome = any(?)");
      }

      /** One character for each outcome: of major failure FHIR has two. */
      private static List<String> columns(List<String> outcomes) {
        return outcomes.stream().map(AuditSearch::column).toList();
      }
    }

    /**
     * Who and what it was about, and its codes, as in the query; said a second time, it is meant
     * besides (FHIR R4 section 3.1.1.4.2).
     */
    public record Names(
        List<String> agents,
        List<UUID> patients,
        List<String> entities,
        @Nullable Numbered numbered,
        Codes codes) {
      private void restrict(Conditions found) {
        found
            .andAny("agents && ?", agents.toArray(String[]::new))
            .andAny("patients && ?", patients.toArray(UUID[]::new))
            .andAny("entities && ?", entities.toArray(String[]::new));
        codes.restrict(found);
        if (numbered != null) {
          found.and(
              "(patients && ? or entities && ?)",
              numbered.patients().toArray(UUID[]::new),
              numbered.entities().toArray(String[]::new));
        }
      }
    }

    /** All that must fit by its names. */
    private Stream<Names> names() {
      return Stream.concat(
          Stream.of(new Names(agents, patients, entities, numbered, codes)), also.stream());
    }

    /**
     * What bears a number: a patient, or something that a record of another system names by it.
     *
     * @param patients who have it
     * @param entities as {@code PostedAuditEvent.entityNumber} has them
     */
    public record Numbered(List<UUID> patients, List<String> entities) {}

    /** Whether keys or a time say which part of the trail is meant. */
    public boolean bounded() {
      return !ids.isEmpty() || keyed() || times.from() != null || times.until() != null;
    }

    /** Whether it asks for something that the index of keys leads to. */
    private boolean keyed() {
      return ids.isEmpty()
          && !(agents.isEmpty() && patients.isEmpty() && entities.isEmpty() && numbered == null);
    }

    /** The same on all its pages. */
    private Query whole() {
      return new Query(
          times, agents, patients, entities, numbered, codes, contents, ids, also, false, null);
    }

    /**
     * What the fewest records are of: a patient, then a thing, then who acted.
     *
     * @param statement that goes through the records of keys
     */
    private Conditions keys(UUID organization, String statement) {
      if (!patients.isEmpty()) {
        return new Conditions(
            statement.formatted("unnest(?::uuid[])"), (Object) patients.toArray(UUID[]::new));
      }
      if (numbered != null) {
        return new Conditions(
            statement.formatted("unnest(?::uuid[] || array(%s))".formatted("select " + NAMED)),
            numbered.patients().toArray(UUID[]::new),
            organization,
            numbered.entities().toArray(String[]::new));
      }
      return new Conditions(
          statement.formatted(NAMED),
          organization,
          (entities.isEmpty() ? agents : entities).toArray(String[]::new));
    }
  }

  /** A stored record. */
  public record Found(UUID id, Instant recorded, String json) {}

  /** One record. */
  public Optional<Found> byId(UUID organization, UUID id) {
    return database.first(
        SELECT + OF_ORGANIZATION + " and id = ?", AuditSearch::found, organization, id);
  }

  /** A page, in the order of the query. */
  public List<Found> find(UUID organization, Query query, int limit) {
    if (!query.keyed()) {
      return list(asked(SELECT + OF_ORGANIZATION, organization, query), query.by("id", limit));
    }
    return byKeys(organization, query, limit);
  }

  /** How many there are on all pages. */
  public long count(UUID organization, Query query) {
    Query whole = query.whole();
    Conditions all;
    if (whole.keyed()) {
      all = whole.keys(organization, NUMBER_OF_KEYS).and("e.organization_id = ?", organization);
      between(attributes(all, whole), "k.audit_id", whole);
    } else {
      all = asked("select count(*) as n" + OF_ORGANIZATION, organization, whole);
    }
    return database.first(all.sql(""), row -> row.number("n"), all.values()).orElseThrow();
  }

  /**
   * Through the records of each key, which the index holds in the order of time. A record is
   * fetched by itself ({@code offset 0}), or the planner would rather go through all records in the
   * hope of meeting enough of them.
   */
  private List<Found> byKeys(UUID organization, Query query, int limit) {
    Conditions found = query.keys(organization, KEYS);
    found.and("e.organization_id = ?", organization);
    attributes(found, query).then(" offset 0) r on true where k.key = w.key");
    query.next(between(found, "k.audit_id", query), "k.audit_id");
    return list(found, query.by("k.audit_id", limit) + ") f" + query.by("id", limit));
  }

  private List<Found> list(Conditions conditions, String rest) {
    return database.list(conditions.sql(rest), AuditSearch::found, conditions.values());
  }

  private static Conditions asked(String statement, UUID organization, Query query) {
    Conditions found =
        attributes(between(new Conditions(statement, organization), "id", query), query)
            .andAny("id = any(?)", query.ids().toArray(UUID[]::new));
    return query.next(found, "id");
  }

  private static Conditions attributes(Conditions found, Query query) {
    query.names().forEach(names -> names.restrict(found));
    for (Query.Except except : query.times().except()) {
      found.and("not (recorded >= ? and recorded < ?)", except.from(), except.until());
    }
    query.contents().forEach(content -> content.addTo(found));
    return found;
  }

  /** By the moment within the identifier too, since only that leads to the rows of a day. */
  private static Conditions between(Conditions found, String id, Query query) {
    Instant from = query.times().from();
    Instant until = query.times().until();
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
