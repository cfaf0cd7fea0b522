package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
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

  /** Far more than ever share a number that identifies people. */
  private static final int MOST_NUMBERED = 100;

  private final Database database;

  @Inject
  public Patients(Database database) {
    this.database = database;
  }

  /** Of each who bears a number his record, which is looked at by itself. */
  private static final String NUMBERED =
      """
      select r.* from (
        select distinct i.patient_id as id from unnest((select ?::text[]), (select ?::text[])) as w(system, value)
        cross join lateral (
          select patient_id from patient_identifier
          where organization_id = ? and value = w.value and (w.system is null or system = w.system) and %s offset 0) i) k
      cross join lateral ("""
          + KEYED
          + " and p.id = k.id";

  /** The same of each who is named so, in the order of their keys. */
  private static final String NAMED =
      " order by p.id) k cross join lateral (" + KEYED + " and p.id = k.id";

  private static final String END_OF_EACH = " offset 0) r order by k.id limit ";

  /**
   * What to look for; null members do not restrict.
   *
   * @param ids their keys; none for anybody
   * @param names all must fit
   * @param givenUp those, too, whose records were given up for another one
   * @param identifiers any of these; none for anybody
   * @param born all must fit
   * @param genders any of these codes of FHIR; none for any
   * @param after only patients after this key: the next page
   */
  public record Query(
      List<UUID> ids,
      List<Name> names,
      List<Identifier> identifiers,
      List<Born> born,
      List<String> genders,
      boolean givenUp,
      @Nullable UUID after) {
    public Query {
      ids = List.copyOf(ids);
      names = List.copyOf(names);
      identifiers = List.copyOf(identifiers);
      born = List.copyOf(born);
      genders = List.copyOf(genders);
    }

    /** By words of the name alone: each begins a part of it. */
    public static Query ofWords(String words) {
      var names = List.of(new Name(Match.BEGINS, true, List.of(words)));
      return new Query(List.of(), names, List.of(), List.of(), List.of(), false, null);
    }

    /** By a number alone, of one authority or any. */
    public static Query ofIdentifier(@Nullable String system, String value) {
      var identifiers = List.of(new Identifier(system, value));
      return new Query(List.of(), List.of(), identifiers, List.of(), List.of(), false, null);
    }
  }

  /** Of one authority; null for any. */
  public record Identifier(@Nullable String system, String value) {}

  /** How a name is compared (FHIR R4 section 3.1.1.4.8), without regard to case, but exactly. */
  public enum Match {
    BEGINS,
    CONTAINS,
    EXACT
  }

  /**
   * One of these texts fits any part of any name; it leads to some more than are meant, since all
   * names stand in one index.
   *
   * @param words each word of a text by itself
   */
  public record Name(Match match, boolean words, List<String> anyOf) {
    private static final String WORDS = "name_words(p.family, p.given, p.details) @@ ";
    private static final Pattern SPACE = Pattern.compile("[\\s,]+");
    private static final String WITHIN =
        """
        position(plain_text(?) in plain_text(
          array_to_string(p.given || p.family, ' ') || ' ' || coalesce(p.details->>'name', ''))) > 0""";

    /** Whether the index of words leads to all that may fit. */
    private boolean leads() {
      return match != Match.CONTAINS;
    }

    private void restrict(Conditions all) {
      all.and(any(), values());
    }

    private String any() {
      return leads()
          ? WORDS
              + anyOf.stream()
                  .map(text -> "name_query(?::text[])")
                  .collect(Collectors.joining(" || ", "(", ")"))
          : "(" + String.join(" or ", Collections.nCopies(anyOf.size(), WITHIN)) + ")";
    }

    private Object[] values() {
      return anyOf.stream().map(text -> leads() ? parts(text) : text).toArray();
    }

    private String[] parts(String text) {
      return words
          ? SPACE.splitAsStream(text.strip()).distinct().toArray(String[]::new)
          : new String[] {text.strip()};
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
        NUMBERED.formatted("matching") + " and p.active" + END_OF_EACH + MOST_NUMBERED,
        Patients::summary,
        new String[] {system},
        new String[] {value},
        organization,
        organization);
  }

  /** A page in the order of the keys. */
  public List<PatientSummary> find(UUID organization, Query query, int limit) {
    Optional<Conditions> led = lead(organization, query);
    Conditions all =
        led.orElseGet(() -> new Conditions(SELECT, organization))
            .then(query.givenUp() ? "" : " and p.active");
    query.names().forEach(name -> name.restrict(all));
    for (Born born : query.born()) {
      all.and(
          born.bound().condition, Collections.nCopies(born.bound().uses, born.date()).toArray());
    }
    all.andAny("p.id = any(?)", query.ids().toArray(UUID[]::new));
    all.andAny("p.gender = any(?)", query.genders().toArray(String[]::new));
    all.andIf("p.id > ?", query.after());
    String order = led.isPresent() ? END_OF_EACH : " order by p.id limit ";
    return database.list(all.sql(order + limit), Patients::summary, all.values());
  }

  /** A number leads to who bears it, and a name to who has it; else all are looked at. */
  private static Optional<Conditions> lead(UUID organization, Query query) {
    if (!query.identifiers().isEmpty()) {
      return Optional.of(
          new Conditions(
                  NUMBERED.formatted("true"),
                  query.identifiers().stream().map(Identifier::system).toArray(String[]::new),
                  query.identifiers().stream().map(Identifier::value).toArray(String[]::new),
                  organization)
              .then("", organization));
    }
    List<Name> leading = query.names().stream().filter(Name::leads).toList();
    if (leading.isEmpty() || !query.ids().isEmpty()) {
      return Optional.empty();
    }
    var named = new Conditions("select r.* from (select p.id from patient p where true");
    leading.forEach(name -> name.restrict(named)); // the index has what is in all of them
    return Optional.of(named.then(NAMED, organization));
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
