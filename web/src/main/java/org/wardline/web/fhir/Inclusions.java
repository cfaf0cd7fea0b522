package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessDeniedException;
import org.wardline.message.Actor;

/**
 * Gives along what the found resources refer to, and their receipts: only what the client may read
 * anyway, each read on record like any other.
 */
final class Inclusions {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final int MOST = 500;

  /** How far references are followed from one to the next (section 3.1.1.5.4). */
  private static final int FARTHEST = 5;

  /**
   * Something to be given along.
   *
   * @param reference {@code Type:parameter}
   * @param again asked of what was given along as well ({@code :iterate})
   */
  record Wanted(String reference, boolean again) {}

  private static final String OF_MESSAGES = "Task:focus";
  private static final String OF_RECORDS = "Provenance:target";
  private static final String OF_ALERTS = "Communication:based-on";
  private static final String IN_THREADS = "Communication:part-of";
  private static final String IN_RESPONSE_TO = "in-response-to";

  /** Types that who may look at people may look at, too. */
  private static final Set<String> DIRECTORY =
      Set.of("PractitionerRole", "HealthcareService", "Device");

  private final Map<String, ReadProvider> providers = new HashMap<>();
  private final TaskProvider tasks;
  private final ProvenanceProvider provenances;
  private final IncludedMessages messages;

  Inclusions(
      List<? extends ReadProvider> providers,
      TaskProvider tasks,
      ProvenanceProvider provenances,
      IncludedMessages messages) {
    this.messages = messages;
    providers.forEach(p -> this.providers.put(p.getResourceType().getSimpleName(), p));
    this.tasks = tasks;
    this.provenances = provenances;
  }

  void add(Bundle bundle, SearchExtras extras, RequestDetails request) {
    List<Resource> found =
        bundle.getEntry().stream().map(BundleEntryComponent::getResource).toList();
    var there = new LinkedHashSet<String>();
    found.forEach(r -> there.add(key(r)));
    int matches = there.size();
    boolean all = true;
    for (Wanted include : iteratedLast(extras.includes())) {
      List<Resource> from = include.again() ? all(bundle) : found;
      for (int step = 0; step < (include.again() ? FARTHEST : 1) && !from.isEmpty(); step++) {
        List<Resource> next = new ArrayList<>();
        for (String wanted : references(from, include.reference())) {
          boolean room = there.size() - matches < MOST;
          all &= room || there.contains(wanted);
          if (room && there.add(wanted)) {
            resource(wanted, request)
                .ifPresent(
                    r -> {
                      entry(bundle, r, request);
                      next.add(r);
                    });
          }
        }
        from = next;
      }
    }
    if (!all) {
      incomplete(bundle);
    }
    for (Wanted asked : iteratedLast(extras.reverse())) {
      String reverse = asked.reference();
      List<? extends Resource> refer =
          reverse(asked.again() ? all(bundle) : found, reverse, request);
      refer.stream()
          .limit(reverse.equals(IN_THREADS) ? MOST : Integer.MAX_VALUE)
          .filter(resource -> there.add(key(resource)))
          .forEach(resource -> entry(bundle, resource, request));
      if (reverse.equals(IN_THREADS) && refer.size() > MOST) {
        incomplete(bundle);
      }
    }
  }

  private static List<Wanted> iteratedLast(List<Wanted> asked) {
    return asked.stream().sorted(Comparator.comparing(Wanted::again)).toList();
  }

  /** What was found, and what was given along until now. */
  private static List<Resource> all(Bundle bundle) {
    return bundle.getEntry().stream()
        .filter(e -> e.getSearch().getMode() != SearchEntryMode.OUTCOME)
        .map(BundleEntryComponent::getResource)
        .toList();
  }

  private static String key(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /**
   * Whether it can be asked at all: {@code Type:parameter}, {@code Type:parameter:TargetType} or
   * {@code Type:*}.
   *
   * @throws InvalidRequestException when there is no such type or reference
   */
  static void check(String include) {
    String[] parts = include.split(":", 3);
    boolean known =
        parts.length > 1
            && FHIR.getResourceTypes().contains(parts[0])
            && (parts[1].equals("*")
                || own(parts[0], parts[1])
                || ResourceFilter.referring(parts[0], parts[1]));
    if (!known) {
      throw new InvalidRequestException(
          "_include has the form Type:parameter, of a parameter that is a reference.");
    }
  }

  /** What can be given along that refers to resources of a type. */
  static List<String> reverse(String type) {
    return switch (type) {
      case "Communication" -> List.of(OF_MESSAGES, IN_THREADS);
      case "CommunicationRequest" -> List.of(OF_ALERTS);
      case "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment" ->
          List.of(OF_RECORDS);
      default -> List.of();
    };
  }

  /** Our own parameter. */
  private static boolean own(String type, String parameter) {
    return type.equals("Communication") && parameter.equals(IN_RESPONSE_TO);
  }

  private static Stream<Reference> at(Resource resource, String parameter) {
    if (parameter.equals("*")) {
      return Stream.concat(
              ResourceFilter.references(resource.fhirType()).stream(), Stream.of(IN_RESPONSE_TO))
          .flatMap(each -> at(resource, each));
    }
    if (parameter.equals(IN_RESPONSE_TO)) {
      return resource instanceof Communication message
          ? message.getInResponseTo().stream()
          : Stream.empty();
    }
    return ResourceFilter.values(resource, parameter).stream()
        .filter(Reference.class::isInstance)
        .map(Reference.class::cast);
  }

  private Set<String> references(List<Resource> found, String include) {
    String[] parts = include.split(":", 3);
    var wanted = new LinkedHashSet<String>();
    for (Resource resource : found) {
      if (resource.fhirType().equals(parts[0])) {
        at(resource, parts[1])
            .map(Reference::getReferenceElement)
            .filter(id -> id.hasResourceType() && id.hasIdPart())
            .filter(id -> parts.length < 3 || id.getResourceType().equals(parts[2]))
            .map(id -> id.getResourceType() + "/" + id.getIdPart())
            .forEach(wanted::add);
      }
    }
    return wanted;
  }

  private Optional<Resource> resource(String reference, RequestDetails request) {
    var id = new IdType(reference);
    ReadProvider provider = providers.get(id.getResourceType());
    if (provider == null
        || NarrowedRequests.narrowed(request, id.getResourceType())
        || !may(Requests.actor(request), id.getResourceType())) {
      return Optional.empty();
    }
    try {
      return Optional.of(provider.read(id, request));
    } catch (RuntimeException e) {
      if (unreadable(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Not there, or not for this client: then it is not given along. */
  private static boolean unreadable(@Nullable Throwable fault) {
    return fault != null
        && (fault instanceof AccessDeniedException
            || fault instanceof ResourceNotFoundException
            || unreadable(fault.getCause()));
  }

  private static boolean may(Actor actor, String type) {
    boolean directory = DIRECTORY.contains(type) && actor.scoped("Practitioner", 'r');
    return !actor.machine() || directory || actor.scoped(type, 'r');
  }

  private List<? extends Resource> reverse(
      List<Resource> found, String reverse, RequestDetails request) {
    String type = reverse.split(":", 2)[0];
    Actor actor = Requests.actor(request);
    boolean byScopes = actor.machine() || actor.throughApp();
    boolean may =
        !byScopes || (actor.scoped(type, 's') && !NarrowedRequests.narrowed(request, type));
    return switch (reverse) {
      case OF_MESSAGES -> may ? tasks.ofMessages(found, request) : List.of();
      case OF_RECORDS -> may ? provenances.of(found, request) : List.of();
      case OF_ALERTS -> may ? messages.ofAlerts(found, request) : List.of();
      case IN_THREADS -> may ? messages.ofThreads(found, MOST + 1, request) : List.of();
      default ->
          throw new InvalidRequestException(
              "_revinclude is supported for Task:focus, Provenance:target, Communication:based-on and "
                  + IN_THREADS
                  + ".");
    };
  }

  /** What is left out is said. */
  private static void incomplete(Bundle bundle) {
    bundle
        .addEntry()
        .setResource(FhirFaults.said("Not all that was to be included is: ask for a smaller page."))
        .getSearch()
        .setMode(SearchEntryMode.OUTCOME);
  }

  private static void entry(Bundle bundle, Resource resource, RequestDetails request) {
    bundle
        .addEntry()
        .setFullUrl(request.getFhirServerBase() + "/" + key(resource))
        .setResource(resource)
        .getSearch()
        .setMode(SearchEntryMode.INCLUDE);
  }
}
