package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PatientIdentifier;
import org.wardline.store.Database;

/** Finds patients. They are never matched by name; a name only searches. */
@Singleton
public class Patients {
  private static final String SELECT =
      """
      select p.id, p.family, p.given, p.birth_date, p.gender, p.deceased, p.active, coalesce(p.location, '') as location,
        jsonb_strip_nulls(p.details) as details, p.merged_into, p.version, p.updated_at,
        array(select m.id::text from patient m where m.merged_into = p.id order by m.id) as replaces,
        array(select i.system from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as systems,
        array(select i.value from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as numbers,
        array(select i.type from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as types
      from patient p where p.organization_id = ?""";

  private final Database database;

  @Inject
  public Patients(Database database) {
    this.database = database;
  }

  /**
   * What to look for; null members do not restrict.
   *
   * @param words each must begin a part of the name
   * @param identifierSystem with identifierValue: only that authority's; null for any
   * @param birthDate ISO 8601; a partial date finds all in it
   * @param after only patients after this key: the next page
   */
  public record Query(
      @Nullable String words,
      @Nullable String identifierSystem,
      @Nullable String identifierValue,
      @Nullable String birthDate,
      @Nullable UUID after) {}

  public Optional<PatientSummary> byId(UUID organization, UUID id) {
    return database.first(SELECT + " and p.id = ?", Patients::summary, organization, id);
  }

  /** These patients, by key; who is not here is not in it. */
  public Map<UUID, PatientSummary> byIds(UUID organization, Collection<UUID> ids) {
    return ids.isEmpty()
        ? Map.of()
        : database
            .list(
                SELECT + " and p.id = any(?)",
                Patients::summary,
                organization,
                ids.toArray(UUID[]::new))
            .stream()
            .collect(Collectors.toMap(PatientSummary::id, Function.identity()));
  }

  /**
   * Who is meant by a number of an authority: only by one that identifies people, and not by those
   * that are shared, mistyped or invented.
   */
  public List<PatientSummary> identified(UUID organization, String system, String value) {
    return database.list(
        SELECT
            + " and p.active and exists (select 1 from patient_identifier i where i.patient_id = p.id"
            + " and i.organization_id = p.organization_id and i.matching and i.system = ? and i.value = ?)",
        Patients::summary,
        organization,
        system,
        value);
  }

  /** A page in the order of the keys. */
  public List<PatientSummary> find(UUID organization, Query query, int limit) {
    var sql = new StringBuilder(SELECT).append(" and p.active");
    var values = new ArrayList<@Nullable Object>();
    values.add(organization);
    if (query.words() != null) {
      for (String word : query.words().toLowerCase(Locale.ROOT).strip().split("[\\s,]+", -1)) {
        sql.append(
            " and (lower(p.family) like ? escape '!' or exists (select 1 from unnest(p.given) g where lower(g) like ? escape '!'))");
        String like = word.replaceAll("[!%_]", "!$0") + "%";
        values.add(like);
        values.add(like);
      }
    }
    if (query.identifierValue() != null) {
      sql.append(
          " and exists (select 1 from patient_identifier i where i.patient_id = p.id and i.organization_id = p.organization_id and i.value = ?");
      values.add(query.identifierValue());
      if (query.identifierSystem() != null) {
        sql.append(" and i.system = ?");
        values.add(query.identifierSystem());
      }
      sql.append(")");
    }
    if (query.birthDate() != null) {
      sql.append(" and (p.birth_date = ? or p.birth_date like ? escape '!')");
      values.add(query.birthDate());
      values.add(query.birthDate().replaceAll("[!%_]", "!$0") + "-%");
    }
    if (query.after() != null) {
      sql.append(" and p.id > ?");
      values.add(query.after());
    }
    sql.append(" order by p.id limit ").append(limit);
    return database.list(sql.toString(), Patients::summary, values.toArray());
  }

  private static PatientSummary summary(Database.Row row) throws java.sql.SQLException {
    List<String> systems = row.texts("systems");
    List<String> numbers = row.texts("numbers");
    List<String> types = row.texts("types");
    var identifiers = new ArrayList<PatientIdentifier>();
    for (int i = 0; i < systems.size(); i++) {
      identifiers.add(new PatientIdentifier(systems.get(i), numbers.get(i), types.get(i)));
    }
    return new PatientSummary(
        row.uuid("id"),
        identifiers,
        row.text("family"),
        row.texts("given"),
        row.textOrNull("birth_date"),
        row.textOrNull("gender"),
        row.flagOrNull("deceased"),
        row.flag("active"),
        row.text("location"),
        row.text("details"),
        row.uuidOrNull("merged_into"),
        row.texts("replaces").stream().map(UUID::fromString).toList(),
        row.integer("version"),
        row.instant("updated_at"));
  }
}
