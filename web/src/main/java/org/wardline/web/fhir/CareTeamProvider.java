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
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** CareTeam: who cares for a patient. */
@Singleton
public class CareTeamProvider extends ChangeProvider {
  private static final String TYPE = "CareTeam";
  private final ChartSearch chart;
  private final ResourceWriter writer;

  @Inject
  public CareTeamProvider(ChartSearch chart, ResourceWriter writer) {
    this.chart = chart;
    this.writer = writer;
  }

  @Override
  public Class<CareTeam> getResourceType() {
    return CareTeam.class;
  }

  @Override
  @Read(version = true)
  public CareTeam read(@IdParam IdType id, RequestDetails request) {
    return (CareTeam) chart.read(TYPE, id, request);
  }

  @Create
  public MethodOutcome create(
      @ResourceParam CareTeam posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  @Update
  public MethodOutcome update(
      @ResourceParam CareTeam posted,
      @IdParam @Nullable IdType id,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.update(posted, id, condition, request);
  }

  @Override
  MethodOutcome change(Resource changed, IdType id, RequestDetails request) {
    return update((CareTeam) changed, id, null, request);
  }

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(
              name = "patient",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = "subject",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = "encounter") @Nullable ReferenceParam encounter,
      @OptionalParam(name = "identifier") @Nullable TokenParam identifier,
      @OptionalParam(name = "category") @Nullable TokenOrListParam code,
      @OptionalParam(name = "status") @Nullable TokenOrListParam status,
      @OptionalParam(name = "date") @Nullable DateRangeParam date,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var asked =
        new ChartSearch.Asked(
            ids,
            patient == null ? subject : patient,
            encounter,
            identifier,
            code,
            null,
            status,
            date,
            updated);
    return chart.search(TYPE, asked, new Page(request, count, cursor), request);
  }
}
