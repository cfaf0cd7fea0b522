package org.wardline.chart;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart.Coded;
import org.wardline.chart.Chart.Order;
import org.wardline.chart.Chart.Query;
import org.wardline.message.ChartRecord.Code;
import org.wardline.store.Conditions;

/**
 * The statement of a search in charts. What a record is about is found by its first code, which
 * stands with it, or by one of its further codes; and one whose codes are not those of its newest
 * version is found in any case, so that none is missed: who asks looks at what he gets. The page is
 * the first of what all these ways find, each led by its own index.
 */
final class ChartStatement {
  private static final String FROM =
      """
      from chart_record c
      left join encounter e on c.visit_number <> '' and e.organization_id = c.organization_id
        and e.visit_system = c.visit_system and e.visit_number = c.visit_number
      where c.organization_id = ?""";

  /** Records of an organization, as far as a further condition. */
  static final String SELECT =
      "select c.id, c.type, c.patient_id, c.status, c.code, c.at, c.version, c.updated_at,"
          + " c.data_key_id, c.sealed, e.id as encounter_id "
          + FROM;

  private static final String TIME = "coalesce(c.at, '-infinity')";

  private final UUID organization;
  private final Query query;
  private final String page;

  /** Of one search. */
  ChartStatement(UUID organization, Query query, int limit) {
    this.organization = organization;
    this.query = query;
    this.page = order(query.order()) + " limit " + limit;
  }

  /** The whole of it. */
  Conditions conditions() {
    var all = new Conditions(SELECT, organization);
    if (query.codes().isEmpty() && query.categories().isEmpty() && query.encounter() == null) {
      restrict(all);
      return all.then(page);
    }
    all.then(" and c.id in (");
    for (Consumer<Conditions> stay : stays()) {
      for (Consumer<Conditions> coded : codes()) {
        way(all, stay.andThen(coded));
        all.then(" union ");
      }
    }
    way(all, ways -> ways.and("(c.coded_version <> c.version or c.coding <> c.version)"));
    return all.then(")" + page);
  }

  private List<Consumer<Conditions>> codes() {
    return query.codes().isEmpty()
        ? List.of(this::categories)
        : List.of(this::first, this::further);
  }

  /** By its number, as HL7 v2 tells it, or as a client refers to it. */
  private List<Consumer<Conditions>> stays() {
    UUID encounter = query.encounter();
    return encounter == null
        ? List.of(any -> {})
        : List.of(
            numbered -> numbered.and("e.id = ?", encounter),
            referred ->
                stands(referred, Code.ENCOUNTER, List.of(new Coded(null, encounter.toString()))));
  }

  private void way(Conditions all, Consumer<Conditions> coded) {
    all.then("(select c.id " + FROM, organization);
    restrict(all);
    coded.accept(all);
    all.then(page + ")");
  }

  private void restrict(Conditions all) {
    all.and("c.type = any(?)", (Object) query.types().toArray(String[]::new))
        .andAny("c.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny("c.patient_id = any(?)", query.patients().toArray(UUID[]::new))
        .andAny("c.status = any(?)", query.statuses().toArray(String[]::new))
        .andIf("c.updated_at >= ?", query.updatedFrom())
        .andIf("c.updated_at < ?", query.updatedUntil());
    Instant until = query.until();
    if (until != null) { // or nobody knows when it began
      all.and(
          """
          (c.at < ? or (c.at is null and exists (select 1 from chart_code k where k.organization_id = c.organization_id
            and k.record_id = c.id and k.parameter = ?)))""",
          until,
          Code.UNTIL);
    }
    Instant from = query.from();
    if (from != null) { // or it lasts until then
      all.and(
          """
          (c.at >= ? or exists (select 1 from chart_code k where k.organization_id = c.organization_id
            and k.record_id = c.id and k.parameter = ? and k.code >= ?))""",
          from,
          Code.UNTIL,
          from.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    after(all);
    String number = query.identifierValue();
    if (number != null) {
      String authority = query.identifierSystem();
      String found =
          "exists (select 1 from chart_identifier i where i.organization_id = c.organization_id"
              + " and i.record_id = c.id and i.value = ?";
      if (authority == null) {
        all.and(found + ")", number);
      } else {
        all.and(found + " and i.system = ?)", number, authority);
      }
    }
  }

  private static String order(Order order) {
    return switch (order) {
      case KEPT -> " order by c.id";
      case OLDEST -> " order by " + TIME + ", c.id";
      case LATEST -> " order by " + TIME + " desc, c.id desc";
    };
  }

  private void after(Conditions all) {
    UUID last = query.after();
    if (last == null) {
      return;
    }
    if (query.order() == Order.KEPT) {
      all.and("c.id > ?", last);
    } else {
      all.and(
          "("
              + TIME
              + ", c.id) "
              + (query.order() == Order.OLDEST ? ">" : "<")
              + " (select coalesce(l.at, '-infinity'), l.id from chart_record l where l.organization_id = ? and l.id = ?)",
          organization,
          last);
    }
  }

  private void first(Conditions all) {
    var values = new ArrayList<@Nullable Object>();
    all.and(any(query.codes(), "c.code", "c.code_system", values), values.toArray());
    categories(all);
  }

  private void further(Conditions all) {
    stands(all, Code.ABOUT, query.codes());
    categories(all);
  }

  private void categories(Conditions all) {
    if (!query.categories().isEmpty()) {
      stands(all, Code.CATEGORY, query.categories());
    }
  }

  private static void stands(Conditions all, String parameter, List<Coded> codes) {
    var values = new ArrayList<@Nullable Object>();
    values.add(parameter);
    String alternatives = any(codes, "k.code", "k.system", values);
    all.and(
        "exists (select 1 from chart_code k where k.organization_id = c.organization_id"
            + " and k.record_id = c.id and k.parameter = ? and "
            + alternatives
            + ")",
        values.toArray());
  }

  /** One of them: a code of a system, a code of any, or any of a system. */
  private static String any(
      List<Coded> codes, String code, String system, List<@Nullable Object> values) {
    var alternatives = new StringJoiner(" or ", "(", ")");
    for (Coded one : codes) {
      var both = new StringJoiner(" and ", "(", ")").setEmptyValue("true");
      if (!one.code().isEmpty()) {
        both.add(code + " = ?");
        values.add(one.code());
      }
      if (one.system() != null) {
        both.add(system + " = ?");
        values.add(one.system());
      }
      alternatives.add(both.toString());
    }
    return alternatives.toString();
  }
}
