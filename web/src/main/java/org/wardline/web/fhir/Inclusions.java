package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
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

  /** Step by step: what one step gives along is where those that are iterated go on from. */
  void add(Bundle bundle, SearchExtras extras, RequestDetails request) {
    List<Resource> from =
        bundle.getEntry().stream().map(BundleEntryComponent::getResource).toList();
    var there = new LinkedHashSet<String>();
    from.forEach(r -> there.add(key(r)));
    int most = there.size() + MOST;
    boolean whole = true;
    for (int step = 0; step < FARTHEST && !from.isEmpty(); step++) {
      int before = bundle.getEntry().size();
      for (Wanted include : asked(extras.includes(), step)) {
        Set<String> referred = references(from, include.reference());
        whole &= referred(bundle, referred, there, most, request);
      }
      for (Wanted reverse : asked(extras.reverse(), step)) {
        boolean threads = reverse.reference().equals(IN_THREADS);
        List<? extends Resource> refer = reverse(from, reverse.reference(), request);
        whole &= !threads || refer.size() <= MOST;
        refer.stream()
            .limit(threads ? MOST : Integer.MAX_VALUE)
            .filter(resource -> there.add(key(resource)))
            .forEach(resource -> entry(bundle, resource, request));
      }
      from =
          bundle.getEntry().subList(before, bundle.getEntry().size()).stream()
              .map(BundleEntryComponent::getResource)
              .toList();
    }
    if (!whole) {
      incomplete(bundle);
    }
  }

  /** All at first, then those that are asked of what was given along as well. */
  private static List<Wanted> asked(List<Wanted> all, int step) {
    return step == 0 ? all : all.stream().filter(Wanted::again).toList();
  }

  /** Gives these along; false when there is no room for all. */
  private boolean referred(
      Bundle bundle, Set<String> wanted, Set<String> there, int most, RequestDetails request) {
    boolean whole = true;
    for (String reference : wanted) {
      boolean room = there.size() < most;
      whole &= room || there.contains(reference);
      if (room && there.add(reference)) {
        resource(reference, request).ifPresent(found -> entry(bundle, found, request));
      }
    }
    return whole;
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
