package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** Lets in what clients create or replace only when it keeps to its profiles. */
@Interceptor
@Singleton
public class ProfileGuard {
  private static final Set<RequestTypeEnum> WRITES =
      Set.of(RequestTypeEnum.POST, RequestTypeEnum.PUT);

  private final Profiles profiles;

  @Inject
  public ProfileGuard(Profiles profiles) {
    this.profiles = profiles;
  }

  /** HAPI calls this with what it read, before it is handled. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void look(RequestDetails request) {
    if (WRITES.contains(request.getRequestType())
        && request.getOperation() == null
        && !(request instanceof EntryRequest) // looked at with its entry
        && request.getResource() instanceof Resource resource
        && !(resource instanceof Bundle)) { // whose entries are looked at
      profiles.check(resource, Requests.actor(request), "");
    }
  }
}
