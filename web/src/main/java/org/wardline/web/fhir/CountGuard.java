package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.regex.Pattern;

/** A page's size that is no number is refused before an operation's parameters are read. */
@Interceptor
public class CountGuard {
  private static final String COUNT = "_count";
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,9}");

  /**
   * HAPI calls this before it looks for who answers; it would fail at a word as at a fault of ours.
   */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void look(RequestDetails request) {
    String[] counts = request.getParameters().get(COUNT);
    if (counts != null) {
      for (String count : counts) {
        if (!NUMBER.matcher(count).matches()) {
          throw new InvalidRequestException("_count is no number.");
        }
      }
    }
  }
}
