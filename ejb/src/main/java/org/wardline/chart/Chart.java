package org.wardline.chart;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.store.Database;

/** Finds and opens what is kept of patients. */
@Singleton
public class Chart {
  private static final String SELECT =
      """
      select c.id, c.type, c.patient_id, c.status, c.code, c.at, c.version, c.updated_at, c.data_key_id, c.sealed, e.id as encounter_id
      from chart_record c
      left join encounter e on c.visit_number <> '' and e.organization_id = c.organization_id
        and e.visit_system = c.visit_system and e.visit_number = c.visit_number
      where c.organization_id = ?""";

  private final Database database;
  private final DataKeys dataKeys;

  @Inject
  public Chart(Database database, DataKeys dataKeys) {
    this.database = database;
    this.dataKeys = dataKeys;
  }

  /**
   * A record, opened.
   *
   * @param json FHIR resource without subject, encounter and version
   * @param status as it is now: a document may have been withdrawn since
   * @param patient null for what is of no patient
   * @param encounter null when it belongs to no stay
   */
  public record Entry(
      UUID id,
      String type,
      @Nullable UUID patient,
      @Nullable UUID encounter,
      String json,
      String status,
      @Nullable Instant at,
      int version,
      Instant updatedAt) {}

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param types FHIR resource types; at least one
   * @param identifierSystem with identifierValue: only that authority's
   * @param from at this time or later
   * @param until before this time
   * @param after only records after this key: the next page
   */
  public record Query(
      List<String> types,
      Collection<UUID> ids,
      Collection<UUID> patients,
      @Nullable UUID encounter,
      @Nullable String identifierSystem,
      @Nullable String identifierValue,
      List<Coded> codes,
      List<String> statuses,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable Instant updatedFrom,
      @Nullable Instant updatedUntil,
      @Nullable UUID after) {

    /** What of a type has that identifier. */
    public static Query ofNumber(String type, @Nullable String system, String value) {
      return of(type, List.of(), List.of(), system, value);
    }

    /** These of one type. */
    public static Query ofKeys(String type, Collection<UUID> ids) {
      return of(type, ids, List.of(), null, null);
    }

    /** These of one type, of that patient. */
    public static Query ofThese(String type, Collection<UUID> ids, UUID patient) {
      return of(type, ids, List.of(patient), null, null);
    }

    private static Query of(
        String type,
        Collection<UUID> ids,
        Collection<UUID> patients,
        @Nullable String system,
        @Nullable String number) {
      return new Query(
          List.of(type),
          ids,
          patients,
          null,
          system,
          number,
          List.of(),
          List.of(),
          null,
          null,
          null,
          null,
          null);
    }
  }

  /**
   * A token of a search (FHIR R4 section 3.1.1.4.10).
   *
   * @param system null for any; empty for none
   * @param code empty for any of the system
   */
  public record Coded(@Nullable String system, String code) {}

  /** A record of that type; empty when there is none. */
  public java.util.Optional<Entry> byId(UUID organization, String type, UUID id) {
    return database.first(
        SELECT + " and c.type = ? and c.id = ?",
        row -> entry(organization, row),
        organization,
        type,
        id);
  }

  /** A page in the order of the keys. */
  public List<Entry> find(UUID organization, Query query, int limit) {
    var sql = new StringBuilder(SELECT).append(" and c.type = any(?)");
    var values = new ArrayList<@Nullable Object>();
    values.add(organization);
    values.add(query.types().toArray(String[]::new));
    any(sql, values, "c.id", query.ids().toArray(UUID[]::new));
    any(sql, values, "c.patient_id", query.patients().toArray(UUID[]::new));
    any(sql, values, "c.status", query.statuses().toArray(String[]::new));
    one(sql, values, "e.id = ?", query.encounter());
    coded(sql, values, query.codes());
    one(sql, values, "c.at >= ?", query.from());
    one(sql, values, "c.at < ?", query.until());
    one(sql, values, "c.updated_at >= ?", query.updatedFrom());
    one(sql, values, "c.updated_at < ?", query.updatedUntil());
    one(sql, values, "c.id > ?", query.after());
    if (query.identifierValue() != null) {
      sql.append(
          " and exists (select 1 from chart_identifier i where i.organization_id = c.organization_id"
              + " and i.record_id = c.id and i.value = ?");
      values.add(query.identifierValue());
      if (query.identifierSystem() != null) {
        sql.append(" and i.system = ?");
        values.add(query.identifierSystem());
      }
      sql.append(")");
    }
    sql.append(" order by c.id limit ").append(limit);
    return database.list(sql.toString(), row -> entry(organization, row), values.toArray());
  }

  /** The newest of a patient: what his page shows. */
  public List<Entry> newest(UUID organization, UUID patient, List<String> types, int limit) {
    return database.list(
        SELECT
            + " and c.patient_id = ? and c.type = any(?) order by coalesce(c.at, c.updated_at) desc, c.id limit "
            + limit,
        row -> entry(organization, row),
        organization,
        patient,
        types.toArray(String[]::new));
  }

  private Entry entry(UUID organization, Database.Row row) throws java.sql.SQLException {
    UUID id = row.uuid("id");
    byte[] json =
        Seal.open(
            dataKeys.byId(row.uuid("data_key_id")).material(),
            row.bytes("sealed"),
            ChartWriter.associated(organization, id),
            "chart record " + id);
    return new Entry(
        id,
        row.text("type"),
        row.uuidOrNull("patient_id"),
        row.uuidOrNull("encounter_id"),
        new String(json, StandardCharsets.UTF_8),
        row.text("status"),
        row.instantOrNull("at"),
        row.integer("version"),
        row.instant("updated_at"));
  }

  private static void coded(StringBuilder sql, List<@Nullable Object> values, List<Coded> codes) {
    if (codes.isEmpty()) {
      return;
    }
    var alternatives = new StringJoiner(" or ", " and (", ")");
    for (Coded one : codes) {
      var both = new StringJoiner(" and ", "(", ")");
      if (!one.code().isEmpty()) {
        both.add("c.code = ?");
        values.add(one.code());
      }
      if (one.system() != null) {
        both.add("c.code_system = ?");
        values.add(one.system());
      }
      alternatives.add(one.code().isEmpty() && one.system() == null ? "true" : both.toString());
    }
    sql.append(alternatives);
  }

  private static void any(
      StringBuilder sql, List<@Nullable Object> values, String column, Object[] wanted) {
    if (wanted.length > 0) {
      sql.append(" and ").append(column).append(" = any(?)");
      values.add(wanted);
    }
  }

  private static void one(
      StringBuilder sql, List<@Nullable Object> values, String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(" and ").append(condition);
      values.add(value);
    }
  }
}
