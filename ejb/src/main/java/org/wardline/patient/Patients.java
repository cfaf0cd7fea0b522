package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PatientIdentifier;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/** Finds patients. They are never matched by name; a name only searches. */
@Singleton
public class Patients {
  private static final String COLUMNS =
      """
      select p.id, p.family, p.given, p.birth_date, p.gender, p.deceased, p.active, coalesce(p.location, '') as location,
        jsonb_strip_nulls(p.details) as details, p.merged_into, p.version, p.updated_at,
        array(select m.id::text from patient m where m.merged_into = p.id order by m.id) as replaces,
        array(select i.system from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as systems,
        array(select i.value from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as numbers,
        array(select i.type from patient_identifier i where i.patient_id = p.id order by i.position, i.system, i.value) as types
      from patient p where p.organization_id\s""";

  private static final String SELECT = COLUMNS + "= ?";

  /** With keys of their own, by whose index they are found whatever the planner knows. */
  private static final String KEYED = COLUMNS + "is not distinct from ?";

  private final Database database;

  @Inject
  public Patients(Database database) {
    this.database = database;
  }

  private static final String FAMILY = "lower(p.family) like ? escape '!'";
  private static final String GIVEN =
      "exists (select 1 from unnest(p.given) g where lower(g) like ? escape '!')";
  private static final String NUMBER =
      "exists (select 1 from patient_identifier i where i.patient_id = p.id"
          + " and i.organization_id = p.organization_id and i.value = ?";

  /**
   * What to look for; null members do not restrict.
   *
   * @param ids their keys; none for anybody
   * @param words each must begin a part of the name
   * @param family how the family name begins
   * @param given how one of the given names begins
   * @param identifierSystem with identifierValue: only that authority's; null for any
   * @param born all must fit
   * @param genders any of these codes of FHIR; none for any
   * @param after only patients after this key: the next page
   */
  public record Query(
      List<UUID> ids,
      @Nullable String words,
      @Nullable String family,
      @Nullable String given,
      @Nullable String identifierSystem,
      @Nullable String identifierValue,
      List<Born> born,
      List<String> genders,
      @Nullable UUID after) {
    public Query {
      ids = List.copyOf(ids);
      born = List.copyOf(born);
      genders = List.copyOf(genders);
    }

    /** By words of the name alone. */
    public static Query ofWords(String words) {
      return new Query(List.of(), words, null, null, null, null, List.of(), List.of(), null);
    }

    /** By a number alone, of one authority or any. */
    public static Query ofIdentifier(@Nullable String system, String value) {
      return new Query(List.of(), null, null, null, system, value, List.of(), List.of(), null);
    }
  }

  /**
   * When somebody was born.
   *
   * @param date year, month or day, as ISO 8601 writes it
   */
  public record Born(Bound bound, String date) {}

  /**
   * How a birth date lies to another one. A text comparison in the order of the bytes: all that
   * begins with a month or year is before that with a tilde behind it.
   */
  public enum Bound {
    ON("(p.birth_date = ? or p.birth_date like ? || '-%')", 2),
    BEFORE("p.birth_date collate \"C\" < ?", 1),
    UNTIL("p.birth_date collate \"C\" < ? || '~'", 1),
    SINCE("p.birth_date collate \"C\" >= ?", 1),
    AFTER("p.birth_date collate \"C\" > ? || '~'", 1);

    private final String condition;
    private final int uses;

    Bound(String condition, int uses) {
      this.condition = condition;
      this.uses = uses;
    }
  }

  public Optional<PatientSummary> byId(UUID organization, UUID id) {
    return database.first(KEYED + " and p.id = ?", Patients::summary, organization, id);
  }

  /** These patients, by key; who is not here is not in it. */
  public Map<UUID, PatientSummary> byIds(UUID organization, Collection<UUID> ids) {
    return ids.isEmpty()
        ? Map.of()
        : database
            .list(
                KEYED + " and p.id = any((select ?::uuid[])::uuid[])",
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
    var all = new Conditions(SELECT + " and p.active", organization);
    if (query.words() != null) {
      for (String word : query.words().strip().split("[\\s,]+", -1)) {
        all.and("(" + FAMILY + " or " + GIVEN + ")", begins(word), begins(word));
      }
    }
    if (query.family() != null) {
      all.and(FAMILY, begins(query.family()));
    }
    if (query.given() != null) {
      all.and(GIVEN, begins(query.given()));
    }
    if (query.identifierValue() != null && query.identifierSystem() != null) {
      all.and(NUMBER + " and i.system = ?)", query.identifierValue(), query.identifierSystem());
    } else if (query.identifierValue() != null) {
      all.and(NUMBER + ")", query.identifierValue());
    }
    for (Born born : query.born()) {
      all.and(
          born.bound().condition, Collections.nCopies(born.bound().uses, born.date()).toArray());
    }
    all.andAny("p.id = any(?)", query.ids().toArray(UUID[]::new));
    all.andAny("p.gender = any(?)", query.genders().toArray(String[]::new));
    all.andIf("p.id > ?", query.after());
    return database.list(all.sql(" order by p.id limit " + limit), Patients::summary, all.values());
  }

  private static String begins(String text) {
    return text.toLowerCase(Locale.ROOT).strip().replaceAll("[!%_]", "!$0") + "%";
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
