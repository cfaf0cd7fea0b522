package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.jspecify.annotations.Nullable;
import org.wardline.reading.Charts;
import org.wardline.reading.Registry;

/** PractitionerRole: the standing of an author at the moment of his message. */
@Singleton
public class PractitionerRoleProvider implements ReadProvider {
  private final Registry registry;
  private final Charts charts;
  private final ResourceWriter writer;

  @Inject
  public PractitionerRoleProvider(Registry registry, Charts charts, ResourceWriter writer) {
    this.registry = registry;
    this.charts = charts;
    this.writer = writer;
  }

  @Override
  public Class<PractitionerRole> getResourceType() {
    return PractitionerRole.class;
  }

  @Override
  @Read(version = true)
  public PractitionerRole read(@IdParam IdType id, RequestDetails request) {
    var actor = Requests.actor(request);
    return registry
        .practitionerRole(actor, Requests.id(id))
        .map(DirectoryResources::role)
        .or(
            () ->
                charts
                    .read(actor, "PractitionerRole", Requests.id(id))
                    .map(entry -> (PractitionerRole) ChartResources.resource(entry)))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Keeps what the hospital's directory tells of somebody's role. */
  @Create
  public MethodOutcome create(
      @ResourceParam PractitionerRole posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }
}
