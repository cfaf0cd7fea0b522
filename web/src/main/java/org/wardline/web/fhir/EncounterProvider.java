package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.patient.Encounters;
import org.wardline.reading.Charts;
import org.wardline.store.Keys;

/** Encounter: stays. */
@Singleton
public class EncounterProvider implements ReadProvider {
  private final Charts charts;
  private final ChartSearch chart;
  private final ResourceWriter writer;
  private final Keys keys;

  @Inject
  public EncounterProvider(Charts charts, ChartSearch chart, ResourceWriter writer, Keys keys) {
    this.charts = charts;
    this.chart = chart;
    this.writer = writer;
    this.keys = keys;
  }

  @Override
  public Class<Encounter> getResourceType() {
    return Encounter.class;
  }

  @Override
  @Read(version = true)
  public Encounter read(@IdParam IdType id, RequestDetails request) {
    return charts
        .encounter(Requests.actor(request), Requests.id(id))
        .map(ChartResources::encounter)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Keeps a stay; one whose number is known is that stay. */
  @Create
  public MethodOutcome create(
      @ResourceParam Encounter posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  /** Replaces what is known of a stay; what HL7 v2 told of its place stays. */
  @Update
  public MethodOutcome update(
      @ResourceParam Encounter posted,
      @IdParam @Nullable IdType id,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.update(posted, id, condition, request);
  }

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(
              name = "patient",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = "subject",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = "identifier") @Nullable TokenParam identifier,
      @OptionalParam(name = "status") @Nullable TokenOrListParam status,
      @OptionalParam(name = "date") @Nullable DateRangeParam date,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    ReferenceOrListParam asked = patient == null ? subject : patient;
    List<UUID> patients = chart.patients("Encounter", asked, request);
    if (asked != null && patients.isEmpty()) {
      patients = List.of(Requests.NOTHING); // the right is asked for, and the search on record
    }
    var query =
        new Encounters.Query(
            ChartSearch.ids(ids),
            patients,
            ChartSearch.system(identifier),
            ChartSearch.value(identifier),
            status == null
                ? List.of()
                : status.getValuesAsQueryTokens().stream().map(TokenParam::getValue).toList(),
            Requests.from(date),
            Requests.until(date),
            page.cursor());
    var found =
        charts.encounters(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(ChartResources::encounter)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }
}
