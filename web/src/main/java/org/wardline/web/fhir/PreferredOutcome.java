package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * Says in words what became of a write, to who prefers that ({@code Prefer:
 * return=OperationOutcome}, http://hl7.org/fhir/R4/http.html#return).
 */
@Interceptor
public class PreferredOutcome {
  private static final Set<RestOperationTypeEnum> WRITES =
      EnumSet.of(
          RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE, RestOperationTypeEnum.PATCH);

  /** HAPI calls this with what a provider answers. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void say(
      RequestDetails request, @Nullable IBaseResource answer, ResponseDetails response) {
    boolean preferred =
        request.getHeaders("Prefer").stream()
            .anyMatch(prefer -> prefer.contains("return=OperationOutcome"));
    if (preferred
        && !(answer instanceof OperationOutcome)
        && WRITES.contains(request.getRestOperationType())
        && response.getResponseCode() < 300) {
      var outcome = new OperationOutcome();
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.INFORMATION)
          .setCode(IssueType.INFORMATIONAL)
          .setDiagnostics(response.getResponseCode() == 201 ? "It was kept." : "It is kept so.");
      response.setResponseResource(outcome);
    }
  }
}
