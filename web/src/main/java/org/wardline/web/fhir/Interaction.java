package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Identifiers;

/**
 * What a client asked for, as the audit trail tells it: by a request, or by an entry of a batch
 * (http://hl7.org/fhir/R4/http.html).
 *
 * @param act in the shape of the interaction
 * @param words the method and the type, without anything that a client wrote
 * @param about the resource or the search; empty for what is to be made
 * @param patients whom it is about, as far as it says so
 */
record Interaction(AuditAct act, String words, List<Entity> about, Set<UUID> patients) {
  private static final List<String> NAMING_PATIENTS = List.of("patient", "subject");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final int LONGEST = 4000;
  private static final int MOST = 100;

  /** Empty for operations, and for what is no interaction of FHIR. */
  static Optional<Interaction> of(RequestDetails request) {
    return Optional.ofNullable(act(request.getRestOperationType()))
        .map(
            act ->
                of(
                    act,
                    request.getRequestType() + " " + called(request.getResourceName()),
                    address(request),
                    request.getResource() instanceof Resource posted ? posted : null,
                    act == AuditAct.RESOURCES_SEARCHED ? asked(request) : null));
  }

  private static @Nullable AuditAct act(@Nullable RestOperationTypeEnum type) {
    return type == null
        ? null
        : switch (type) {
          case CREATE, TRANSACTION -> AuditAct.RESOURCE_CREATED;
          case UPDATE, PATCH -> AuditAct.RESOURCE_UPDATED;
          case DELETE -> AuditAct.RESOURCE_DELETED;
          case READ, VREAD, HISTORY_INSTANCE -> AuditAct.RESOURCE_READ;
          case SEARCH_TYPE, SEARCH_SYSTEM, HISTORY_TYPE, HISTORY_SYSTEM ->
              AuditAct.RESOURCES_SEARCHED;
          default -> null;
        };
  }

  private static String called(@Nullable String type) {
    return type == null ? "a bundle" : type;
  }

  private static @Nullable IdType address(RequestDetails request) {
    return request.getId() instanceof IdType id && request.getResourceName() != null
        ? new IdType(request.getResourceName(), id.getIdPart())
        : null;
  }

  private static String asked(RequestDetails request) {
    String asked = Page.asked(request);
    return asked.substring(0, Math.min(LONGEST, asked.length()));
  }

  /** Empty for what is no interaction of FHIR. */
  static Optional<Interaction> of(BundleEntryComponent entry) {
    HTTPVerb verb = entry.getRequest().getMethod();
    String url = String.valueOf(entry.getRequest().getUrl()).replaceFirst("^/", "");
    String[] parts = url.split("[/?]", 3);
    boolean search = verb == HTTPVerb.GET && (parts.length < 2 || url.contains("?"));
    IdType id = parts.length > 1 && !url.contains("?") ? new IdType(parts[0], parts[1]) : null;
    boolean type = parts[0].matches("[A-Z][A-Za-z]{1,39}");
    return Optional.ofNullable(act(verb, search))
        .map(
            act ->
                of(
                    act,
                    verb + " " + (type ? parts[0] : "an unknown type"),
                    type ? id : null,
                    entry.getResource(),
                    search ? url.substring(0, Math.min(LONGEST, url.length())) : null));
  }

  private static @Nullable AuditAct act(@Nullable HTTPVerb verb, boolean search) {
    return verb == null
        ? null
        : switch (verb) {
          case POST -> AuditAct.RESOURCE_CREATED;
          case PUT, PATCH -> AuditAct.RESOURCE_UPDATED;
          case DELETE -> AuditAct.RESOURCE_DELETED;
          case GET, HEAD -> search ? AuditAct.RESOURCES_SEARCHED : AuditAct.RESOURCE_READ;
          default -> null;
        };
  }

  private static Interaction of(
      AuditAct act,
      String words,
      @Nullable IdType address,
      @Nullable Resource posted,
      @Nullable String search) {
    List<Entity> about = new ArrayList<>();
    var patients = new LinkedHashSet<UUID>();
    if (search != null) {
      about.add(new Entity.Query(search));
      searched(search).forEach(value -> patient(patients, value));
    } else if (address != null && ID.matcher(String.valueOf(address.getIdPart())).matches()) {
      String reference = address.getResourceType() + "/" + address.getIdPart();
      about.add(new Entity.Data(reference, List.of()));
      patient(patients, reference);
    }
    if (posted != null) {
      NAMING_PATIENTS.stream()
          .map(posted::getNamedProperty)
          .flatMap(Interaction::references)
          .forEach(reference -> patient(patients, reference));
    }
    return new Interaction(act, words, about, patients);
  }

  /** What a search says of patients: a reference, or its id alone. */
  private static Stream<String> searched(String search) {
    String[] parts = search.split("\\?", 2);
    return parts.length < 2
        ? Stream.empty()
        : Arrays.stream(parts[1].split("&"))
            .map(parameter -> parameter.split("=", 2))
            .filter(pair -> pair.length == 2 && names(pair[0], parts[0]))
            .flatMap(pair -> Arrays.stream(pair[1].split(",|%2C")))
            .map(value -> value.replaceAll(".*(/|%2F)", ""))
            .map(id -> "Patient/" + id);
  }

  private static boolean names(String parameter, String type) {
    return NAMING_PATIENTS.contains(parameter.split("[:.]", 2)[0])
        || ("_id".equals(parameter) && "Patient".equals(type));
  }

  private static Stream<String> references(@Nullable Property property) {
    return property == null
        ? Stream.empty()
        : property.getValues().stream()
            .filter(Reference.class::isInstance)
            .map(reference -> String.valueOf(((Reference) reference).getReference()));
  }

  /** Adds the patient of a reference, if it may be one of ours. */
  private static void patient(Set<UUID> patients, String reference) {
    if (reference.startsWith("Patient/") && patients.size() < MOST) {
      try {
        patients.add(Identifiers.parse(reference.substring("Patient/".length())));
      } catch (IllegalArgumentException e) {
        return; // a name that no patient of ours has
      }
    }
  }
}
