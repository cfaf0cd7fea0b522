package org.wardline.web.fhir;

import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ServerCapabilityStatementProvider;

/** The CapabilityStatement that HAPI derives from the providers. */
class CapabilityProvider extends ServerCapabilityStatementProvider {
  CapabilityProvider(RestfulServer server) {
    super(server);
    setPublisher("Wardline");
  }
}
