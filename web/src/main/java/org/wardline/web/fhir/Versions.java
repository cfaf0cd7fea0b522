package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * A read of a version (vread) gives that version or nothing: of what is told of patients only the
 * newest one is kept as a resource, of messages all can be given.
 */
@Interceptor
public class Versions {
  /** HAPI calls this with what was read. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void check(RequestDetails request, @Nullable IBaseResource answer) {
    if (request.getRestOperationType() != RestOperationTypeEnum.VREAD || answer == null) {
      return;
    }
    String wanted = request.getId().getVersionIdPart();
    String given = answer.getMeta().getVersionId();
    if (given == null ? !wanted.equals("1") : !wanted.equals(given)) {
      throw new ResourceNotFoundException(
          "Version " + wanted + " is not kept; the newest is " + given + ".");
    }
  }
}
