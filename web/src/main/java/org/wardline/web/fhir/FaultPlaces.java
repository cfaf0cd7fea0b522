package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/** Says of a fault, in the words of FHIR, what kind it is and where in the resource it lies. */
final class FaultPlaces {
  static final String UNREADABLE = "The body is not a FHIR resource in JSON or XML.";
  private static final String MESSAGE = "Communication";

  /** Elements that have other names where messages are composed. */
  private static final Map<String, String> ELEMENTS =
      Map.of(
          "conversation", "partOf",
          "patient", "subject",
          "recipients", "recipient",
          "text", "payload");

  private static final Pattern PLACE =
      Pattern.compile(
          "(?:HAPI-\\d+: )?([A-Z][A-Za-z]+(?:\\.[a-z][A-Za-z]*(?:\\[\\d+])?)+)[ :].*",
          Pattern.DOTALL);
  private static final Pattern FIRST = Pattern.compile("[a-z]+");
  private static final Pattern NO_SUCH_ACT =
      Pattern.compile(".*does not know how to handle.*", Pattern.DOTALL);
  private static final Set<RequestTypeEnum> CHANGES =
      Set.of(
          RequestTypeEnum.POST, RequestTypeEnum.PUT, RequestTypeEnum.PATCH, RequestTypeEnum.DELETE);

  private FaultPlaces() {}

  /** The element of a message that a field stands for. */
  static String ofMessage(String field) {
    Matcher first = FIRST.matcher(field);
    String name = first.lookingAt() ? first.group() : "";
    String known = ELEMENTS.get(name);
    String element = known == null ? field : known + field.substring(name.length());
    return element.isEmpty() ? MESSAGE : MESSAGE + "." + element;
  }

  /** The same fault with an outcome that says where, and of what kind. */
  static BaseServerResponseException named(
      BaseServerResponseException fault, @Nullable RequestDetails request) {
    if (fault.getStatusCode() >= 500) {
      return fault;
    }
    String type = request == null ? null : request.getResourceName();
    boolean read = request != null && request.getRequestType() == RequestTypeEnum.GET;
    if (read && UNREADABLE.equals(fault.getMessage())) {
      return named(
          new InvalidRequestException("A value in the request is none of its kind."), request);
    }
    if (request != null
        && fault instanceof InvalidRequestException
        && CHANGES.contains(request.getRequestType())
        && request.getOperation() == null
        && NO_SUCH_ACT.matcher(String.valueOf(fault.getMessage())).matches()) {
      return named(
          new MethodNotAllowedException(
              request.getRequestType() + " is not supported here: see the CapabilityStatement."),
          request);
    }
    if (!(fault.getOperationOutcome() instanceof OperationOutcome)) {
      fault.setOperationOutcome(outcome(fault));
    }
    if (request != null
        && type != null
        && fault.getOperationOutcome() instanceof OperationOutcome said) {
      said.getIssue().forEach(issue -> rooted(issue, type, request));
    }
    return fault;
  }

  private static OperationOutcome outcome(BaseServerResponseException fault) {
    Matcher place = PLACE.matcher(String.valueOf(fault.getMessage()));
    return FhirFaults.outcome(
        code(fault.getStatusCode()), fault.getMessage(), place.matches() ? place.group(1) : null);
  }

  private static IssueType code(int status) {
    return switch (status) {
      case 401 -> IssueType.LOGIN;
      case 403 -> IssueType.FORBIDDEN;
      case 404, 410 -> IssueType.NOTFOUND;
      case 405, 406, 415 -> IssueType.NOTSUPPORTED;
      case 413 -> IssueType.TOOLONG;
      case 409, 412 -> IssueType.CONFLICT;
      default -> IssueType.INVALID;
    };
  }

  /** A place begins with the type; an alert is read as the message that it becomes. */
  private static void rooted(
      OperationOutcomeIssueComponent issue, String type, RequestDetails request) {
    for (StringType place : issue.getExpression()) {
      String path = place.getValue();
      if (type.equals("CommunicationRequest") && path.startsWith(MESSAGE + ".")) {
        place.setValue(type + path.substring(MESSAGE.length()));
      } else if (!path.isEmpty()
          && Character.isLowerCase(path.charAt(0))
          && CHANGES.contains(request.getRequestType())) {
        byte[] body = request.loadRequestContents(); // read before, since a parser named the place
        String name = path.substring(path.lastIndexOf('.') + 1);
        BodyPlaces.of(body == null ? new byte[0] : body, name, type).ifPresent(place::setValue);
      }
    }
  }
}
