package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Searches within the compartment of a patient ({@code GET Patient/id/Observation?code=…}; FHIR R4,
 * section 3.1.1.5.2): the same as a search for what is his.
 */
@Interceptor
public class CompartmentSearches {
  /** The compartment that there is. */
  static final String DEFINITION = "http://hl7.org/fhir/CompartmentDefinition/patient";

  private static final String PATIENT = "patient";

  /** Before all that looks at a search, and at the rights to it. */
  private static final int FIRST = -2;

  /** HAPI calls this before it chooses a method. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, order = FIRST)
  public void search(RequestDetails request) {
    String type = request.getCompartmentName();
    if (type == null
        || type.equals("*") // that is $everything
        || request.getRequestType() != RequestTypeEnum.GET
        || request.getOperation() != null
        || !"Patient".equals(request.getResourceName())
        || request.getId() == null) {
      return;
    }
    Map<String, String[]> parameters = new LinkedHashMap<>();
    String his = "Patient/" + request.getId().getIdPart();
    parameters.put(PATIENT, new String[] {his});
    request
        .getParameters()
        .forEach(
            (name, values) ->
                parameters.merge(
                    name,
                    values,
                    (before, further) ->
                        Stream.of(before, further).flatMap(Stream::of).toArray(String[]::new)));
    request.setParameters(parameters);
    request.setResourceName(type);
    request.setId(null);
    request.setCompartmentName(null);
    request.setRequestPath(type);
  }
}
