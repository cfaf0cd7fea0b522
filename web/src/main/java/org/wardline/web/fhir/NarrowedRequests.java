package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.wardline.message.Actor;

/**
 * Holds requests to scopes that are restricted by a search, and to {@code patient/} scopes (SMART
 * App Launch 2.0): a search is made as if the client had asked for the restriction as well, and
 * what is read must fit it. Only then does the request pass as one whose scope gives the type.
 * Whatever is neither a search nor a read – a write, an operation, what an {@code _include} adds –
 * is given nothing by such a scope.
 */
@Interceptor
public class NarrowedRequests {
  private static final String KEY = NarrowedRequests.class.getName();
  private static final String PATIENT = "patient";

  private final SearchRequests searches;

  NarrowedRequests(SearchRequests searches) {
    this.searches = searches;
  }

  /**
   * What a request is held to.
   *
   * @param type of what is asked for
   * @param restriction parameters that it must fit, each with its alternatives
   */
  private record Narrowing(String type, Map<String, List<String>> restriction) {
    boolean fits(Resource resource) {
      return resource.fhirType().equals(type)
          && restriction.entrySet().stream()
              .allMatch(e -> fits(resource, e.getKey(), e.getValue()));
    }

    private static boolean fits(Resource resource, String parameter, List<String> values) {
      return parameter.equals("_id")
          ? values.contains(resource.getIdElement().getIdPart())
          : ResourceFilter.fits(resource, Map.of(parameter, new String[] {joined(values)}));
    }

    private static String joined(List<String> values) {
      return String.join(",", values);
    }
  }

  /** HAPI calls this before the parameters of a search are taken apart. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, order = -1)
  public void narrow(RequestDetails request) {
    String type = request.getResourceName();
    boolean search = SearchRequests.search(request);
    if (type == null || !(search || read(request))) {
      return;
    }
    char right = search ? 's' : 'r';
    Actor actor = Requests.actor(request);
    if (actor.scoped(type, right)) {
      return;
    }
    List<Map<String, List<String>>> given =
        actor.restrictions(type, right).stream().flatMap(r -> usable(type, r).stream()).toList();
    together(given)
        .map(fits -> new Narrowing(type, fits))
        .ifPresent(n -> narrow(request, n, right));
  }

  /** One that goes beyond what the scope names goes on as it is: the door refuses it, on record. */
  private static void narrow(RequestDetails request, Narrowing narrowing, char right) {
    if (right == 's') {
      Optional<Map<String, String[]>> restricted =
          restricted(request.getParameters(), narrowing.restriction());
      if (restricted.isEmpty()) {
        return;
      }
      request.setParameters(restricted.get());
    }
    request.getUserData().put(KEY, narrowing);
    Requests.actAs(Requests.actor(request).with(narrowing.type(), right), request);
  }

  private static boolean read(RequestDetails request) {
    return request.getRequestType() == RequestTypeEnum.GET
        && request.getId() != null
        && request.getOperation() == null
        && request.getCompartmentName() == null;
  }

  /**
   * True when what is included is not held to the restriction, so that it cannot be given along.
   */
  static boolean narrowed(RequestDetails request, String type) {
    return request.getUserData().get(KEY) instanceof Narrowing narrowing
        && narrowing.type().equals(type);
  }

  /** Empty when the type is not searched by one of the parameters: then the scope gives nothing. */
  private Optional<Map<String, List<String>>> usable(
      String type, Map<String, List<String>> restriction) {
    Map<String, List<String>> usable = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> one : restriction.entrySet()) {
      boolean itself = type.equals("Patient") && one.getKey().equals(PATIENT);
      if (!itself && !searches.searches(type, one.getKey())) {
        return Optional.empty();
      }
      usable.put(itself ? "_id" : one.getKey(), one.getValue());
    }
    return Optional.of(usable);
  }

  /**
   * What several scopes give together; empty when there is none, or when no one search can say it:
   * they may differ in the values of one parameter.
   */
  private static Optional<Map<String, List<String>>> together(
      List<Map<String, List<String>>> given) {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<String>> first = given.get(0);
    Map<String, List<String>> all = new LinkedHashMap<>();
    int different = 0;
    for (String parameter : first.keySet()) {
      List<List<String>> values =
          given.stream().map(one -> one.getOrDefault(parameter, List.of())).distinct().toList();
      different += values.size() > 1 ? 1 : 0;
      all.put(parameter, values.stream().flatMap(List::stream).distinct().toList());
    }
    boolean alike = given.stream().allMatch(one -> one.keySet().equals(first.keySet()));
    return alike && different <= 1 ? Optional.of(all) : Optional.empty();
  }

  /**
   * The parameters as asked, and those of the restriction; empty when the client asks one of these
   * for something else.
   */
  private static Optional<Map<String, String[]>> restricted(
      Map<String, String[]> asked, Map<String, List<String>> restriction) {
    Map<String, String[]> all = new LinkedHashMap<>(asked);
    for (Map.Entry<String, List<String>> one : restriction.entrySet()) {
      List<Map.Entry<String, String[]>> spellings =
          asked.entrySet().stream()
              .filter(parameter -> parameter.getKey().split("[:.]", 2)[0].equals(one.getKey()))
              .toList();
      boolean within =
          spellings.stream()
              .allMatch(
                  s -> s.getKey().equals(one.getKey()) && within(s.getValue(), one.getValue()));
      if (!within) {
        return Optional.empty();
      }
      if (spellings.isEmpty()) {
        all.put(one.getKey(), new String[] {Narrowing.joined(one.getValue())});
      }
    }
    return Optional.of(all);
  }

  private static boolean within(String[] asked, List<String> permitted) {
    return Arrays.stream(asked)
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(value -> value.startsWith("Patient/") ? value.substring("Patient/".length()) : value)
        .allMatch(permitted::contains);
  }

  /** HAPI calls this with what a provider read. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = -1)
  public void look(RequestDetails request, IBaseResource answer) {
    boolean outside =
        request.getUserData().get(KEY) instanceof Narrowing narrowing
            && read(request)
            && !(answer instanceof Resource resource && narrowing.fits(resource));
    if (outside) {
      throw new ResourceNotFoundException(request.getId());
    }
  }
}
