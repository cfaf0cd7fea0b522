package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Identifiers;

/**
 * What a client asked for, as the audit trail tells it: by a request, or by an entry of a bundle
 * (http://hl7.org/fhir/R4/http.html).
 *
 * @param act in the shape of the interaction
 * @param words the method and the type, without anything that a client wrote
 * @param about the resource or the search; empty for what is to be made
 * @param patients whom it is about, as far as it says so
 */
record Interaction(AuditAct act, String words, List<Entity> about, Set<UUID> patients) {
  private static final Set<String> TYPES = FhirContext.forR4Cached().getResourceTypes();

  /** A reference of these says which patient; one by identifier does not say which of ours. */
  private static final Set<String> NAMING_PATIENTS =
      Set.of("patient", "subject", "patient:Patient", "subject:Patient");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String SEARCH = "_search";
  private static final String PATIENT = "Patient";

  /** Code points of a search that are kept. */
  private static final int LONGEST = 4000;

  /** Names of patients cost nothing to whom they are not known. */
  private static final int MOST = 10;

  /** Of a transaction those of its entries; none of operations. */
  static List<Interaction> of(RequestDetails request) {
    String operation = request.getOperation();
    if (operation != null && !operation.startsWith("_")) {
      return List.of();
    }
    if (request.getResource() instanceof Bundle bundle && request.getResourceName() == null) {
      return bundle.getEntry().stream().flatMap(entry -> of(entry).stream()).toList();
    }
    RequestTypeEnum method = request.getRequestType();
    String type = request.getResourceName();
    String id = request.getId() == null ? null : request.getId().getIdPart();
    boolean search = SEARCH.equals(operation) || (method == RequestTypeEnum.GET && id == null);
    return of(
        new Asked(
            search ? RequestTypeEnum.GET : method,
            method + " " + (type == null && search ? "all types" : called(type)),
            type,
            id,
            search ? Page.asked(request) : null,
            SearchExtras.of(request).asked(),
            request.getResource() instanceof Resource posted ? posted : null));
  }

  private static String called(@Nullable String type) {
    return type == null ? "a bundle" : TYPES.contains(type) ? type : "an unknown type";
  }

  /** Empty for what is no interaction of FHIR. */
  static List<Interaction> of(BundleEntryComponent entry) {
    HTTPVerb verb = entry.getRequest().getMethod();
    if (verb == null || verb == HTTPVerb.NULL) {
      return List.of();
    }
    String[] url =
        String.valueOf(entry.getRequest().getUrl()).replaceFirst("^/", "").split("\\?", 2);
    String[] path = url[0].split("/");
    String id = path.length < 2 || path[1].startsWith("_") ? null : path[1];
    boolean search = id == null || (path.length > 2 && !path[2].startsWith("_"));
    return of(
        new Asked(
            RequestTypeEnum.valueOf(verb.name()),
            verb + " " + called(path[0]),
            path[0],
            id,
            search ? String.join("?", url) : null,
            url.length < 2 ? Map.of() : parameters(url[1]),
            entry.getResource()));
  }

  private static Map<String, String[]> parameters(String query) {
    try {
      return EntryRequest.parameters(query);
    } catch (InvalidRequestException e) {
      return Map.of(); // that is what it failed for
    }
  }

  /** What is asked for, taken apart. */
  private record Asked(
      RequestTypeEnum method,
      String words,
      @Nullable String type,
      @Nullable String id,
      @Nullable String search,
      Map<String, String[]> parameters,
      @Nullable Resource posted) {}

  private static List<Interaction> of(Asked asked) {
    AuditAct act =
        switch (asked.method()) {
          case POST -> AuditAct.RESOURCE_CREATED;
          case PUT, PATCH -> AuditAct.RESOURCE_UPDATED;
          case DELETE -> AuditAct.RESOURCE_DELETED;
          case GET, HEAD ->
              asked.search() == null ? AuditAct.RESOURCE_READ : AuditAct.RESOURCES_SEARCHED;
          default -> null;
        };
    if (act == null) {
      return List.of();
    }
    boolean searched = act == AuditAct.RESOURCES_SEARCHED && asked.search() != null;
    List<Entity> about = new ArrayList<>();
    if (searched) {
      about.add(new Entity.Query(start(String.valueOf(asked.search()))));
    } else if (asked.id() != null
        && TYPES.contains(String.valueOf(asked.type()))
        && ID.matcher(asked.id()).matches()) {
      about.add(new Entity.Data(asked.type() + "/" + asked.id(), List.of()));
    }
    return List.of(new Interaction(act, asked.words(), about, patients(asked)));
  }

  private static String start(String search) {
    return search.codePointCount(0, search.length()) <= LONGEST
        ? search
        : search.substring(0, search.offsetByCodePoints(0, LONGEST));
  }

  private static Set<UUID> patients(Asked asked) {
    if ("AuditEvent".equals(asked.type())) {
      return Set.of(); // a search of the trail is one record
    }
    var found = new LinkedHashSet<UUID>();
    Stream<String> itself =
        PATIENT.equals(asked.type()) ? Stream.ofNullable(asked.id()) : Stream.empty();
    Stream.of(itself, searched(asked), posted(asked.posted()))
        .flatMap(names -> names)
        .flatMap(Interaction::key)
        .limit(MOST)
        .forEach(found::add);
    return found;
  }

  private static Stream<String> searched(Asked asked) {
    return asked.parameters().entrySet().stream()
        .filter(
            e ->
                NAMING_PATIENTS.contains(e.getKey())
                    || ("_id".equals(e.getKey()) && PATIENT.equals(asked.type())))
        .flatMap(e -> Arrays.stream(e.getValue()))
        .flatMap(value -> Arrays.stream(value.split(",")));
  }

  private static Stream<String> posted(@Nullable Resource resource) {
    return resource == null
        ? Stream.empty()
        : Stream.of("patient", "subject")
            .map(resource::getNamedProperty)
            .flatMap(Interaction::references);
  }

  private static Stream<String> references(@Nullable Property property) {
    return property == null
        ? Stream.empty()
        : property.getValues().stream()
            .filter(Reference.class::isInstance)
            .map(reference -> String.valueOf(((Reference) reference).getReference()));
  }

  /** Our key of a patient: by itself, or as a reference. */
  private static Stream<UUID> key(String name) {
    String id = name.startsWith(PATIENT + "/") ? name.substring(PATIENT.length() + 1) : name;
    try {
      return Stream.of(Identifiers.parse(id));
    } catch (IllegalArgumentException e) {
      return Stream.empty(); // no patient of ours is called so
    }
  }
}
