package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.Systems;
import org.wardline.reading.OnCallDirectory;
import org.wardline.store.Keys;

/** Device: the machines that write messages and act here, by their client id. */
@Singleton
public class DeviceProvider implements ReadProvider {
  private final OnCallDirectory directory;
  private final Keys keys;

  @Inject
  public DeviceProvider(OnCallDirectory directory, Keys keys) {
    this.directory = directory;
    this.keys = keys;
  }

  @Override
  public Class<Device> getResourceType() {
    return Device.class;
  }

  @Override
  @Read
  public Device read(@IdParam IdType id, RequestDetails request) {
    return directory
        .device(Requests.actor(request), Requests.id(id))
        .map(OnCallResources::device)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Device.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    var query =
        new OnCallDirectory.Query(
            ChartSearch.ids(ids), Requests.own(identifier, Systems.CLIENT_ID), null, page.cursor());
    List<Device> found =
        directory.devices(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(OnCallResources::device)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }
}
