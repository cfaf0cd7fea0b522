package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** Lets in what clients create or replace only when it keeps to its profiles. */
@Interceptor
@Singleton
public class ProfileGuard {
  private static final Set<RestOperationTypeEnum> WRITES =
      Set.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);

  private final Profiles profiles;

  @Inject
  public ProfileGuard(Profiles profiles) {
    this.profiles = profiles;
  }

  /** HAPI calls this with what it read, before it is handled. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void look(@Nullable RestOperationTypeEnum operation, RequestDetails request) {
    if (operation != null
        && WRITES.contains(operation)
        && !(request instanceof EntryRequest) // looked at with its entry
        && request.getResource() instanceof Resource resource
        && !(resource instanceof Binary)) {
      profiles.check(resource, "");
    }
  }
}
