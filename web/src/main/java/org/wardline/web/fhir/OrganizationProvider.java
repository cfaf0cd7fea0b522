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
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** Organization: hospitals, departments and others. */
@Singleton
public class OrganizationProvider extends ChangeProvider {
  private static final String TYPE = "Organization";
  private final ChartSearch chart;
  private final ResourceWriter writer;

  @Inject
  public OrganizationProvider(ChartSearch chart, ResourceWriter writer) {
    this.chart = chart;
    this.writer = writer;
  }

  @Override
  public Class<Organization> getResourceType() {
    return Organization.class;
  }

  @Override
  @Read(version = true)
  public Organization read(@IdParam IdType id, RequestDetails request) {
    return (Organization) chart.read(TYPE, id, request);
  }

  @Create
  public MethodOutcome create(
      @ResourceParam Organization posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  @Update
  public MethodOutcome update(
      @ResourceParam Organization posted,
      @IdParam @Nullable IdType id,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.update(posted, id, condition, request);
  }

  @Override
  MethodOutcome change(Resource changed, IdType id, RequestDetails request) {
    return update((Organization) changed, id, null, request);
  }

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(name = "identifier") @Nullable TokenParam identifier,
      @OptionalParam(name = "type") @Nullable TokenOrListParam type,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var asked = new ChartSearch.Asked(ids, null, null, identifier, type, null, null, null, updated);
    return chart.search(TYPE, asked, new Page(request, count, cursor), request);
  }
}
