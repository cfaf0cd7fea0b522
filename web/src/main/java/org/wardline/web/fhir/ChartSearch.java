package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart;
import org.wardline.chart.Chart.Coded;
import org.wardline.chart.Chart.Order;
import org.wardline.reading.Charts;
import org.wardline.store.Keys;

/** What reading and searching of results, reports, orders, documents and appointments share. */
@Singleton
public class ChartSearch {
  private final Charts charts;
  private final Keys keys;

  @Inject
  public ChartSearch(Charts charts, Keys keys) {
    this.charts = charts;
    this.keys = keys;
  }

  /** The parameters that all of these types have; null where not asked. */
  record Asked(
      @Nullable TokenOrListParam ids,
      @Nullable ReferenceOrListParam patient,
      @Nullable ReferenceParam encounter,
      @Nullable TokenParam identifier,
      @Nullable TokenOrListParam code,
      @Nullable TokenOrListParam category,
      @Nullable TokenOrListParam status,
      @Nullable DateRangeParam date,
      @Nullable DateRangeParam updated) {}

  Resource read(String type, IdType id, RequestDetails request) {
    return charts
        .read(Requests.actor(request), type, Requests.id(id))
        .map(ChartResources::resource)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  Bundle search(String type, Asked asked, Page page, RequestDetails request) {
    var actor = Requests.actor(request);
    List<UUID> patients = patients(type, asked.patient(), request);
    if (asked.patient() != null && patients.isEmpty()) {
      patients = List.of(Requests.NOTHING); // the right is asked for, and the search on record
    }
    var query =
        new Chart.Query(
            List.of(type),
            ids(asked.ids()),
            patients,
            asked.encounter() == null ? null : Requests.wanted(asked.encounter().getIdPart()),
            system(asked.identifier()),
            value(asked.identifier()),
            coded(asked.code()),
            coded(asked.category()),
            asked.status() == null
                ? List.of()
                : asked.status().getValuesAsQueryTokens().stream()
                    .map(TokenParam::getValue)
                    .toList(),
            Requests.from(asked.date()),
            Requests.until(asked.date()),
            Requests.from(asked.updated()),
            Requests.until(asked.updated()),
            order(request, patients),
            page.cursor());
    var found =
        charts.search(actor, type, query, page.limit(), page.asked()).stream()
            .map(ChartResources::resource)
            .toList();
    Bundle bundle = page.bundle(found, Date.from(keys.now()));
    if (query.encounter() != null) { // one that has just changed is found by any
      var stay = Map.of("encounter", new String[] {"Encounter/" + query.encounter()});
      bundle.getEntry().removeIf(entry -> !ResourceFilter.fits(entry.getResource(), stay));
    }
    return bundle;
  }

  private static Order order(RequestDetails request, List<UUID> patients) {
    String sort = SearchExtras.of(request).sort();
    if (sort == null || sort.equals("_id")) {
      return Order.KEPT;
    }
    if (patients.isEmpty()) {
      throw new InvalidRequestException(
          "What stands in charts is sorted by its date where a patient is named.");
    }
    return sort.startsWith("-") ? Order.LATEST : Order.OLDEST;
  }

  /** Patients by our own key, or by an identifier ({@code patient.identifier}). */
  List<UUID> patients(
      String type, @Nullable ReferenceOrListParam references, RequestDetails request) {
    var found = new ArrayList<UUID>();
    for (ReferenceParam reference : Requests.references(references)) {
      if (Requests.named(reference)) {
        String[] token = reference.getValue().split("\\|", 2);
        found.addAll(
            charts.patientsOf(
                Requests.actor(request),
                type,
                token.length == 2 && !token[0].isEmpty() ? token[0] : null,
                token[token.length - 1]));
      } else {
        found.add(Requests.wanted(reference.getIdPart()));
      }
    }
    return found;
  }

  private static List<Coded> coded(@Nullable TokenOrListParam codes) {
    return codes == null
        ? List.of()
        : codes.getValuesAsQueryTokens().stream()
            .map(c -> new Coded(c.getSystem(), c.getValue() == null ? "" : c.getValue()))
            .toList();
  }

  static List<UUID> ids(@Nullable TokenOrListParam ids) {
    return ids == null
        ? List.of()
        : ids.getValuesAsQueryTokens().stream().map(t -> Requests.wanted(t.getValue())).toList();
  }

  static @Nullable String system(@Nullable TokenParam token) {
    return token == null || token.getSystem() == null || token.getSystem().isEmpty()
        ? null
        : token.getSystem();
  }

  static @Nullable String value(@Nullable TokenParam token) {
    return token == null ? null : token.getValue();
  }
}
