package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Endpoint;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.Systems;
import org.wardline.operation.Deliveries;
import org.wardline.store.Keys;

/** Endpoint: the hospital's systems that are delivered to, and how it stands with each. */
@Singleton
public class EndpointProvider implements ReadProvider {
  private final Deliveries deliveries;
  private final Keys keys;

  @Inject
  public EndpointProvider(Deliveries deliveries, Keys keys) {
    this.deliveries = deliveries;
    this.keys = keys;
  }

  @Override
  public Class<Endpoint> getResourceType() {
    return Endpoint.class;
  }

  @Override
  @Read
  public Endpoint read(@IdParam IdType id, RequestDetails request) {
    return deliveries
        .endpoints(Requests.actor(request), id.getIdPart(), request.getRequestPath())
        .stream()
        .map(OnCallResources::endpoint)
        .findAny()
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** All that fit, on one page: they are few. */
  @Search
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Endpoint.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Endpoint.SP_STATUS) @Nullable TokenOrListParam status,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, null);
    String name = Requests.own(identifier, Systems.DESTINATION);
    List<String> wanted = Requests.code(ids).any();
    List<String> statuses = Requests.code(status).any();
    List<Endpoint> found =
        deliveries.endpoints(Requests.actor(request), null, page.asked()).stream()
            .map(OnCallResources::endpoint)
            .filter(e -> wanted.isEmpty() || wanted.contains(e.getIdPart()))
            .filter(e -> name == null || name.equals(e.getIdPart()))
            .filter(e -> statuses.isEmpty() || statuses.contains(e.getStatus().toCode()))
            .toList();
    return page.whole(found, Date.from(keys.now()));
  }
}
