package org.wardline.chart;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/** Finds and opens what is kept of patients. */
@Singleton
public class Chart {
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
   * @param codes what it is about: one of them
   * @param categories one of them
   * @param identifierSystem with identifierValue: only that authority's
   * @param from at this time or later
   * @param until before this time
   * @param order of the page
   * @param after only records after this key in that order: the next page
   */
  public record Query(
      List<String> types,
      Collection<UUID> ids,
      Collection<UUID> patients,
      @Nullable UUID encounter,
      @Nullable String identifierSystem,
      @Nullable String identifierValue,
      List<Coded> codes,
      List<Coded> categories,
      List<String> statuses,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable Instant updatedFrom,
      @Nullable Instant updatedUntil,
      Order order,
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
          List.of(),
          null,
          null,
          null,
          null,
          Order.KEPT,
          null);
    }
  }

  /** By what a page is ordered. */
  public enum Order {
    /** As it was first kept, the oldest first. */
    KEPT,
    /** By its clinical time; what has none first. */
    OLDEST,
    /** The latest first; what has none last. */
    LATEST
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
        ChartStatement.SELECT + " and c.type = ? and c.id = ?",
        row -> entry(organization, row),
        organization,
        type,
        id);
  }

  /**
   * A page in the order of the keys. A record whose codes are being read is found by any code: who
   * asks looks at what he gets.
   */
  public List<Entry> find(UUID organization, Query query, int limit) {
    Conditions statement = new ChartStatement(organization, query, limit).conditions();
    return database.list(statement.sql(""), row -> entry(organization, row), statement.values());
  }

  /** The newest of a patient: what his page shows. */
  public List<Entry> newest(UUID organization, UUID patient, List<String> types, int limit) {
    return database.list(
        ChartStatement.SELECT
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
}
