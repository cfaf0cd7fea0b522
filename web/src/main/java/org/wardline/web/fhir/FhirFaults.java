package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.access.AccessDeniedException;
import org.wardline.access.StepUpRequiredException;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.intake.fhir.ChangedMeanwhileException;
import org.wardline.message.InvalidMessageException;
import org.wardline.store.StoreException;
import org.wardline.web.BodyTooLongException;
import org.wardline.web.Problem;

/** Turns whatever went wrong into an OperationOutcome; the one place for this door. */
@Interceptor
public class FhirFaults {
  private static final Logger LOG = LoggerFactory.getLogger(FhirFaults.class);

  /** HAPI calls this before it writes an error. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException translate(Throwable thrown, @Nullable RequestDetails request) {
    BaseServerResponseException fault = FaultPlaces.named(translate(thrown), request);
    boolean asked =
        request != null && "$validate".equals(request.getOperation()) && unsound(thrown);
    return asked // what is wrong with the resource is the answer
        ? new UnclassifiedServerFailureException(
            200, fault.getMessage(), fault.getOperationOutcome())
        : fault;
  }

  private static boolean unsound(@Nullable Throwable fault) {
    return fault != null
        && (fault instanceof Structure.UnsoundException || unsound(fault.getCause()));
  }

  /** What is answered, and why; faults of our own are logged. */
  BaseServerResponseException translate(Throwable thrown) {
    for (Throwable fault = thrown; fault != null; fault = fault.getCause()) {
      BaseServerResponseException known = known(fault);
      if (known != null) {
        return known;
      }
      if (fault instanceof BaseServerResponseException response && response.getStatusCode() < 500) {
        return response; // also from within a transaction, which wraps it
      }
    }
    if (StoreException.unavailable(thrown)) {
      LOG.warn("a FHIR request was refused for now: {}", thrown.getClass().getSimpleName());
      var notNow =
          new UnclassifiedServerFailureException(
              503, Problem.NOT_NOW, outcome(IssueType.TRANSIENT, Problem.NOT_NOW, null));
      notNow.addResponseHeader("Retry-After", Problem.RETRY_AFTER);
      return notNow;
    }
    if (StoreException.beyondLimits(thrown)) {
      String words = "A name or another text that is searched by is too long.";
      return new UnprocessableEntityException(words, outcome(IssueType.TOOLONG, words, null));
    }
    LOG.error("a FHIR request failed", thrown);
    return new InternalErrorException("Something went wrong on our side.");
  }

  private static @Nullable BaseServerResponseException known(Throwable fault) {
    if (fault instanceof BodyTooLongException) {
      return new UnclassifiedServerFailureException(
          413, fault.getMessage(), outcome(IssueType.TOOLONG, fault.getMessage(), null));
    }
    if (fault instanceof AccessDeniedException) {
      return new ForbiddenOperationException(
          fault.getMessage(), outcome(IssueType.FORBIDDEN, fault.getMessage(), null));
    }
    if (fault instanceof StepUpRequiredException stepUp) {
      var again =
          new UnclassifiedServerFailureException(
              401, stepUp.getMessage(), outcome(IssueType.LOGIN, stepUp.getMessage(), null));
      again.addResponseHeader("WWW-Authenticate", stepUp.challenge());
      return again;
    }
    if (fault instanceof UnknownReferenceException unknown) {
      return new UnprocessableEntityException(
          unknown.getMessage(),
          outcome(
              IssueType.NOTFOUND, unknown.getMessage(), FaultPlaces.ofMessage(unknown.field())));
    }
    if (fault instanceof InvalidMessageException invalid) {
      boolean whole = Character.isUpperCase(invalid.field().charAt(0));
      String at = whole ? invalid.field() : FaultPlaces.ofMessage(invalid.field());
      return new UnprocessableEntityException(
          invalid.getMessage(), outcome(IssueType.INVALID, invalid.getMessage(), at));
    }
    if (fault instanceof ChangedMeanwhileException changed) {
      return new PreconditionFailedException(
          changed.getMessage(), outcome(IssueType.CONFLICT, changed.getMessage(), null));
    }
    if (fault instanceof Structure.UnsoundException unsound) {
      return new InvalidRequestException(
          unsound.getMessage(),
          outcome(IssueType.STRUCTURE, unsound.getMessage(), unsound.element()));
    }
    if (fault instanceof ca.uhn.fhir.parser.DataFormatException) {
      return new InvalidRequestException(FaultPlaces.UNREADABLE);
    }
    return null;
  }

  /** One error in words. */
  static OperationOutcome said(String text) {
    return outcome(IssueType.PROCESSING, text, null);
  }

  /** What is said of a fault of a part, such as an entry of a batch, where the rest goes on. */
  static OperationOutcome said(BaseServerResponseException fault) {
    return FaultPlaces.named(fault, null).getOperationOutcome() instanceof OperationOutcome outcome
        ? outcome
        : said(String.valueOf(fault.getMessage()));
  }

  /** One error, and where it lies. */
  static OperationOutcome outcome(
      IssueType code, @Nullable String text, @Nullable String expression) {
    var outcome = new OperationOutcome();
    var issue =
        outcome.addIssue().setSeverity(IssueSeverity.ERROR).setCode(code).setDiagnostics(text);
    if (expression != null) {
      issue.addExpression(expression);
    }
    return outcome;
  }
}
