package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.EncounterDetails;
import org.wardline.store.Database;

/** Finds stays. */
@Singleton
public class Encounters {
  private static final String COLUMNS =
      "select e.*, coalesce(e.location, '') as place from encounter e where e.organization_id ";
  private static final String SELECT = COLUMNS + "= ?";

  /** With keys of their own, by whose index they are found whatever the planner knows. */
  private static final String KEYED = COLUMNS + "is not distinct from ?";

  private final Database database;

  /** The name to be locked before a stay is made or changed. */
  public static String lockName(UUID organization, EncounterDetails stay) {
    return "visit|" + organization + "|" + stay.visitSystem() + "|" + stay.visitNumber();
  }

  @Inject
  public Encounters(Database database) {
    this.database = database;
  }

  /**
   * A stay.
   *
   * @param status FHIR encounter-status; empty when no event said
   * @param patientClass PV1-2 as sent
   * @param details what else is known of it: a FHIR Encounter as JSON without the above
   * @param version counts changes, from 1
   */
  public record Stay(
      UUID id,
      UUID patient,
      String visitSystem,
      String visitNumber,
      String status,
      String patientClass,
      String location,
      @Nullable Instant admittedAt,
      @Nullable Instant dischargedAt,
      String details,
      int version,
      Instant updatedAt) {}

  /** What to look for; null and empty members do not restrict. */
  public record Query(
      Collection<UUID> ids,
      Collection<UUID> patients,
      @Nullable String identifierSystem,
      @Nullable String identifierValue,
      List<String> statuses,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable UUID after) {}

  public Optional<Stay> byId(UUID organization, UUID id) {
    return database.first(KEYED + " and e.id = ?", Encounters::stay, organization, id);
  }

  /** The key of the stay with that number. */
  public Optional<UUID> byVisit(UUID organization, String system, String number) {
    return database.first(
        "select id from encounter where organization_id = ? and visit_system = ? and visit_number = ?",
        row -> row.uuid("id"),
        organization,
        system,
        number);
  }

  /** PV1-2 of the stays that are under way, by patient; who has none is not in it. */
  public Map<UUID, String> classes(UUID organization, Collection<UUID> patients) {
    return current(organization, patients).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().patientClass()));
  }

  /** The stay that is under way of each of these patients; who has none is not in it. */
  public Map<UUID, Stay> current(UUID organization, Collection<UUID> patients) {
    return patients.isEmpty()
        ? Map.of()
        : database
            .list(
                KEYED
                    + " and e.patient_id = any((select ?::uuid[])::uuid[]) and e.status = 'in-progress' order by e.admitted_at nulls first, e.updated_at",
                Encounters::stay,
                organization,
                patients.toArray(UUID[]::new))
            .stream()
            .collect(
                Collectors.toMap(Stay::patient, Function.identity(), (before, later) -> later));
  }

  /** A page in the order of the keys. */
  public List<Stay> find(UUID organization, Query query, int limit) {
    var sql = new StringBuilder(SELECT);
    var values = new ArrayList<@Nullable Object>();
    values.add(organization);
    if (!query.ids().isEmpty()) {
      sql.append(" and e.id = any(?)");
      values.add(query.ids().toArray(UUID[]::new));
    }
    if (!query.patients().isEmpty()) {
      sql.append(" and e.patient_id = any(?)");
      values.add(query.patients().toArray(UUID[]::new));
    }
    if (!query.statuses().isEmpty()) {
      sql.append(" and case when e.status = '' then 'unknown' else e.status end = any(?)");
      values.add(query.statuses().toArray(String[]::new));
    }
    one(sql, values, " and e.visit_number = ?", query.identifierValue());
    one(sql, values, " and e.visit_system = ?", query.identifierSystem());
    one(sql, values, " and (e.discharged_at is null or e.discharged_at >= ?)", query.from());
    one(sql, values, " and e.admitted_at < ?", query.until());
    one(sql, values, " and e.id > ?", query.after());
    sql.append(" order by e.id limit ").append(limit);
    return database.list(sql.toString(), Encounters::stay, values.toArray());
  }

  private static void one(
      StringBuilder sql, List<@Nullable Object> values, String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
  }

  private static Stay stay(Database.Row row) throws java.sql.SQLException {
    return new Stay(
        row.uuid("id"),
        row.uuid("patient_id"),
        row.text("visit_system"),
        row.text("visit_number"),
        row.text("status"),
        row.text("patient_class"),
        row.text("place"),
        row.instantOrNull("admitted_at"),
        row.instantOrNull("discharged_at"),
        row.text("details"),
        row.integer("version"),
        row.instant("updated_at"));
  }
}
