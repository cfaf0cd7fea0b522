package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.audit.AuditTrail;
import org.wardline.audit.AuditTrail.Failure;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.web.Caller;

/**
 * Puts on record what was asked for and not done, in the shape of the interaction, as IHE BALP
 * says: with another outcome, and what the OperationOutcome said. Why an access was refused is a
 * record of its own, which the decision leaves wherever it is made.
 */
@Interceptor
@Singleton
public class FailedInteractions {
  private static final Logger LOG = LoggerFactory.getLogger(FailedInteractions.class);
  private static final int CLIENT_FAULT = 400;
  private static final int SERVER_FAULT = 500;

  /** The database may be away: then there is no record either. */
  private static final int NOT_NOW = 503;

  private final AuditTrail audit;

  @Inject
  public FailedInteractions(AuditTrail audit) {
    this.audit = audit;
  }

  /** HAPI calls this before it writes an error. */
  @Hook(Pointcut.SERVER_HANDLE_EXCEPTION)
  public boolean failed(@Nullable RequestDetails request, BaseServerResponseException fault) {
    if (request != null) {
      record(request, () -> failures(Interaction.of(request), fault));
    }
    return true; // goes on with writing it
  }

  /** Entries of a batch failed, each alone. */
  void failed(
      Map<BundleEntryComponent, BaseServerResponseException> entries, RequestDetails within) {
    record(
        within,
        () ->
            entries.entrySet().stream()
                .flatMap(e -> failures(Interaction.of(e.getKey()), e.getValue()).stream())
                .toList());
  }

  /** The answer stays what it is, whatever becomes of its record: nothing was done or shown. */
  private void record(RequestDetails request, Supplier<List<Failure>> failures) {
    try {
      List<Failure> all = known(request) ? failures.get() : List.of();
      if (!all.isEmpty()) {
        audit.recordFailures(Requests.actor(request), all);
      }
    } catch (RuntimeException e) {
      LOG.error("a failed interaction is not on record", e);
    }
  }

  private static List<Failure> failures(
      List<Interaction> interactions, BaseServerResponseException fault) {
    int status = fault.getStatusCode();
    return status < CLIENT_FAULT || status == NOT_NOW
        ? List.of()
        : interactions.stream()
            .map(
                asked ->
                    new Failure(
                        asked.act(),
                        status < SERVER_FAULT ? Outcome.REFUSED : Outcome.FAILED,
                        status + " " + code(fault) + ", " + asked.words(),
                        asked.about(),
                        asked.patients()))
            .toList();
  }

  /** Who signed in; whoever did not is on record where he was turned away. */
  private static boolean known(RequestDetails request) {
    return request instanceof ServletRequestDetails servlet
        && servlet.getServletRequest().getUserPrincipal() instanceof Caller;
  }

  private static String code(BaseServerResponseException fault) {
    return fault.getOperationOutcome() instanceof OperationOutcome outcome
            && outcome.hasIssue()
            && outcome.getIssueFirstRep().hasCode()
        ? outcome.getIssueFirstRep().getCode().toCode()
        : "processing";
  }
}
