package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ServerCapabilityStatementProvider;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;

/** The CapabilityStatement that HAPI derives from the providers, and the profiles that are set. */
class CapabilityProvider extends ServerCapabilityStatementProvider {
  private final Profiles profiles;

  CapabilityProvider(RestfulServer server, Profiles profiles) {
    super(server);
    setPublisher("Wardline");
    this.profiles = profiles;
  }

  @Override
  public IBaseConformance getServerConformance(HttpServletRequest request, RequestDetails details) {
    IBaseConformance statement = super.getServerConformance(request, details);
    if (statement instanceof CapabilityStatement capabilities) {
      capabilities.getRestFirstRep().getResource().forEach(this::addProfiles);
    }
    return statement;
  }

  private void addProfiles(CapabilityStatementRestResourceComponent type) {
    profiles.known().getOrDefault(type.getType(), Set.of()).stream()
        .filter(profile -> !type.hasSupportedProfile(profile))
        .forEach(type::addSupportedProfile);
  }
}
