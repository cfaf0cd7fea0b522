package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.wardline.message.Actor;

/**
 * Holds requests to scopes that are restricted by a search, and to {@code patient/} scopes (SMART
 * App Launch 2.0): a search is made as if the client had asked for the restriction as well, and
 * what is read must be found by such a search before. Only then does the request pass as one whose
 * scope gives the type; one that goes beyond goes on as it is, and the door refuses it, on record.
 * Whatever is neither a search nor a read – a write, an operation, what an {@code _include} adds –
 * is given nothing by such a scope.
 */
@Interceptor
public class NarrowedRequests {
  private static final String KEY = NarrowedRequests.class.getName();
  private static final String PATIENT = "patient";
  private static final String ID = "_id";
  private static final String CATEGORY = "category";

  /**
   * By what a type may be restricted: only by what a column says as exactly as the scope does, so
   * that neither a page nor a total tells of what is left out (but that there is a record whose
   * codes are still being read).
   */
  private static final Map<String, Set<String>> PARAMETERS =
      Map.ofEntries(
          Map.entry("Patient", Set.of(PATIENT)),
          Map.entry("Communication", Set.of(PATIENT)),
          Map.entry("CommunicationRequest", Set.of(PATIENT)),
          Map.entry("Task", Set.of(PATIENT)),
          Map.entry("Encounter", Set.of(PATIENT)),
          Map.entry("Observation", Set.of(PATIENT, "code", CATEGORY)),
          Map.entry("DiagnosticReport", Set.of(PATIENT, "code", CATEGORY)),
          Map.entry("ServiceRequest", Set.of(PATIENT, "code", CATEGORY)),
          Map.entry("DocumentReference", Set.of(PATIENT, "type", CATEGORY)),
          Map.entry("Appointment", Set.of(PATIENT, "service-type")),
          Map.entry("CareTeam", Set.of(PATIENT, CATEGORY)));

  private static final Pattern OF_PATIENT = Pattern.compile("(?:Patient/)?([A-Za-z0-9.-]{1,64})");
  private static final Pattern CODED = Pattern.compile("[^|]+\\|[^|]+");

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
    List<Map<String, List<String>>> usable =
        actor.restrictions(type, right).stream().flatMap(r -> usable(type, r).stream()).toList();
    boolean held =
        together(usable)
            .map(
                restriction ->
                    search ? holdSearch(request, restriction) : holdRead(request, restriction))
            .orElse(false);
    if (held) {
      request.getUserData().put(KEY, type);
      Requests.actAs(actor.with(type, right), request);
    }
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
    return type.equals(request.getUserData().get(KEY));
  }

  /** Empty when the type is not restricted by one of the parameters: the scope gives nothing. */
  private static Optional<Map<String, List<String>>> usable(
      String type, Map<String, List<String>> restriction) {
    Map<String, List<String>> usable = new LinkedHashMap<>();
    Set<String> known = PARAMETERS.getOrDefault(type, Set.of());
    for (Map.Entry<String, List<String>> one : restriction.entrySet()) {
      Pattern form = one.getKey().equals(PATIENT) ? OF_PATIENT : CODED;
      boolean sound = one.getValue().stream().allMatch(value -> form.matcher(value).matches());
      if (!known.contains(one.getKey()) || !sound) {
        return Optional.empty();
      }
      usable.put(
          type.equals("Patient") ? ID : one.getKey(),
          one.getValue().stream().map(NarrowedRequests::plain).toList());
    }
    return Optional.of(usable);
  }

  private static String plain(String value) {
    return value.startsWith("Patient/") ? value.substring("Patient/".length()) : value;
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

  /** Adds the restriction; false when the client asks one of its parameters for something else. */
  private static boolean holdSearch(RequestDetails request, Map<String, List<String>> restriction) {
    Map<String, String[]> all = new LinkedHashMap<>(request.getParameters());
    for (Map.Entry<String, List<String>> one : restriction.entrySet()) {
      List<Map.Entry<String, String[]>> asked =
          request.getParameters().entrySet().stream()
              .filter(parameter -> parameter.getKey().split("[:.]", 2)[0].equals(one.getKey()))
              .toList();
      boolean within =
          asked.stream()
              .allMatch(
                  a -> a.getKey().equals(one.getKey()) && within(a.getValue(), one.getValue()));
      if (!within) {
        return false;
      }
      if (asked.isEmpty()) {
        all.put(one.getKey(), new String[] {String.join(",", one.getValue())});
      }
    }
    request.setParameters(all);
    return true;
  }

  private static boolean within(String[] asked, List<String> permitted) {
    return Arrays.stream(asked)
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(NarrowedRequests::plain)
        .allMatch(permitted::contains);
  }

  /**
   * Looks for what is to be read by a search of its own, so that what does not fit is neither read
   * nor told apart from what is not there.
   */
  private static boolean holdRead(RequestDetails request, Map<String, List<String>> restriction) {
    String type = request.getResourceName();
    String id = request.getId().getIdPart();
    Map<String, String[]> wanted = new LinkedHashMap<>();
    restriction.forEach(
        (name, values) -> wanted.put(name, new String[] {String.join(",", values)}));
    if (!restriction.getOrDefault(ID, List.of(id)).contains(id)) {
      throw new ResourceNotFoundException(request.getId()); // another patient is not looked for
    }
    if (!type.equals("Task")) {
      Requests.id((IdType) request.getId()); // one that cannot be ours is not found
    }
    wanted.put(ID, new String[] {id});
    var look = EntryRequest.search(type, wanted, (ServletRequestDetails) request);
    Requests.actAs(Requests.actor(request).with(type, 's'), look);
    if (!(look.resource() instanceof Bundle found) || found.getEntry().isEmpty()) {
      throw new ResourceNotFoundException(request.getId());
    }
    return true;
  }
}
