package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.IdType;
import org.wardline.reading.Charts;

/**
 * Binary: photographs and documents, as resources. As bytes they come and go past the library,
 * which makes base64 of them twice ({@link RawContents}).
 */
@Singleton
public class BinaryProvider implements ReadProvider {
  private final Charts charts;
  private final ResourceWriter writer;

  @Inject
  public BinaryProvider(Charts charts, ResourceWriter writer) {
    this.charts = charts;
    this.writer = writer;
  }

  @Override
  public Class<Binary> getResourceType() {
    return Binary.class;
  }

  @Override
  @Read(version = true)
  public Binary read(@IdParam IdType id, RequestDetails request) {
    return charts
        .content(Requests.actor(request), Requests.id(id))
        .map(found -> ((Binary) ChartResources.resource(found.entry())).setData(found.bytes()))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  @Create
  public MethodOutcome create(@ResourceParam Binary posted, RequestDetails request) {
    return writer.create(posted, (String) null, request);
  }
}
