package org.wardline.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart.Coded;
import org.wardline.chart.Chart.Query;
import org.wardline.message.ChartRecord.Code;
import org.wardline.store.Conditions;

/**
 * The statement of a search in charts. What a record is about is found by its first code, which
 * stands with it, or by one of its further codes: the page is the first of what either way finds,
 * so that both are led by their index.
 */
final class ChartStatement {
  private static final String FROM =
      """
      from chart_record c
      left join encounter e on c.visit_number <> '' and e.organization_id = c.organization_id
        and e.visit_system = c.visit_system and e.visit_number = c.visit_number
      where c.organization_id = ?""";

  private final UUID organization;
  private final Query query;
  private final String page;

  /**
   * Of one search.
   *
   * @param query without codes when the records' codes are not all known yet
   */
  ChartStatement(UUID organization, Query query, int limit) {
    this.organization = organization;
    this.query = query;
    this.page = " order by c.id limit " + limit;
  }

  /**
   * The whole of it.
   *
   * @param columns of {@code chart_record c} and {@code encounter e}
   */
  Conditions of(String columns) {
    String select = "select " + columns + " " + FROM;
    if (query.codes().isEmpty()) {
      var all = new Conditions(select, organization);
      restrict(all);
      return all.then(page);
    }
    var all = new Conditions(select, organization);
    all.then(" and c.id in ((select c.id " + FROM, organization);
    restrict(all);
    first(all);
    all.then(page + ") union (select c.id " + FROM, organization);
    restrict(all);
    further(all, Code.ABOUT, query.codes());
    return all.then(page + "))" + page);
  }

  private void restrict(Conditions all) {
    all.and("c.type = any(?)", (Object) query.types().toArray(String[]::new))
        .andAny("c.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny("c.patient_id = any(?)", query.patients().toArray(UUID[]::new))
        .andAny("c.status = any(?)", query.statuses().toArray(String[]::new))
        .andIf("e.id = ?", query.encounter())
        .andIf("c.at >= ?", query.from())
        .andIf("c.at < ?", query.until())
        .andIf("c.updated_at >= ?", query.updatedFrom())
        .andIf("c.updated_at < ?", query.updatedUntil())
        .andIf("c.id > ?", query.after());
    further(all, Code.CATEGORY, query.categories());
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

  private void first(Conditions all) {
    var values = new ArrayList<@Nullable Object>();
    all.and(any(query.codes(), "c.code", "c.code_system", values), values.toArray());
  }

  private static void further(Conditions all, String parameter, List<Coded> codes) {
    if (codes.isEmpty()) {
      return;
    }
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
