package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.wardline.reading.Registry;

/** PractitionerRole: the standing of an author at the moment of his message. */
@Singleton
public class PractitionerRoleProvider implements IResourceProvider {
  private final Registry registry;

  @Inject
  public PractitionerRoleProvider(Registry registry) {
    this.registry = registry;
  }

  @Override
  public Class<PractitionerRole> getResourceType() {
    return PractitionerRole.class;
  }

  @Read
  public PractitionerRole read(@IdParam IdType id, RequestDetails request) {
    return registry
        .practitionerRole(Requests.actor(request), Requests.id(id))
        .map(DirectoryResources::role)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }
}
