package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ForeignAuditRecord;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;

/** Reads an AuditEvent that another system feeds (IHE RESTful ATNA, ITI-20). */
public final class PostedAuditEvent {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String PATIENT = "Patient";
  private static final int LONGEST = 500;

  private PostedAuditEvent() {}

  /**
   * What it says. Kept as it came but for {@code id}, {@code meta.versionId} and {@code
   * meta.lastUpdated}, which are ours, and {@code meta.source}, which names the client: what it
   * tells is its own word.
   *
   * @param client client id of who feeds it
   * @throws InvalidMessageException naming what is required and missing
   */
  public static ForeignAuditRecord read(AuditEvent posted, String client) {
    require(posted.getType().getCode() != null, "type", "a code is required");
    require(posted.getRecorded() != null, "recorded", "the moment is required");
    require(posted.hasAgent(), "agent", "who took part is required");
    require(posted.getSource().hasObserver(), "source.observer", "who reports it is required");
    for (int i = 0; i < posted.getAgent().size(); i++) {
      require(
          posted.getAgent().get(i).hasRequestor(), "agent[" + i + "].requestor", "it is required");
    }
    List<Reference> about =
        posted.getEntity().stream()
            .map(AuditEventEntityComponent::getWhat)
            .filter(what -> !what.isEmpty())
            .toList();
    var said =
        new ForeignAuditRecord(
            posted.getRecorded().toInstant(),
            posted.getAction() == null ? "E" : posted.getAction().toCode(),
            posted.getType().getCode(),
            posted.getSubtype().stream().map(Coding::getCode).filter(Objects::nonNull).toList(),
            posted.getOutcome() == null ? "0" : posted.getOutcome().toCode(),
            posted.getAgent().stream().flatMap(PostedAuditEvent::names).distinct().toList(),
            about.stream().flatMap(PostedAuditEvent::entity).distinct().toList(),
            about.stream().flatMap(what -> patient(what).stream()).distinct().toList(),
            about.stream().flatMap(what -> number(what).stream()).distinct().toList(),
            json(posted, client));
    check(said);
    return said;
  }

  /** What it is found by is short, and the database keeps no NUL. */
  private static void check(ForeignAuditRecord said) {
    Stream<String> numbers =
        said.patientNumbers().stream()
            .flatMap(number -> Stream.of(number.system(), number.value()));
    boolean sound =
        Stream.of(
                Stream.of(said.type()),
                said.subtypes().stream(),
                said.agents().stream(),
                said.entities().stream(),
                numbers)
            .flatMap(names -> names)
            .allMatch(PostedAuditEvent::sound);
    if (!sound) {
      throw new InvalidMessageException(
          "AuditEvent",
          "a code, reference or identifier is longer than "
              + LONGEST
              + " characters, or holds NUL");
    }
  }

  private static void require(boolean given, String element, String why) {
    if (!given) {
      throw new InvalidMessageException("AuditEvent." + element, why);
    }
  }

  private static Stream<String> names(AuditEventAgentComponent agent) {
    var names = new ArrayList<@Nullable String>();
    names.add(agent.getWho().getReference());
    names.add(agent.getWho().getIdentifier().getValue());
    names.add(agent.getAltId());
    return names.stream().filter(name -> name != null && !name.isBlank());
  }

  /** What it is found by: reference, and identifier with and without its system. */
  private static Stream<String> entity(Reference what) {
    var names = new ArrayList<String>();
    if (what.hasReference()) {
      names.add(what.getReference());
    }
    if (what.getIdentifier().hasValue()) {
      String value = what.getIdentifier().getValue();
      String system = Objects.requireNonNullElse(what.getIdentifier().getSystem(), "");
      Stream.of(entityNumber("", value), entityNumber(system, value))
          .filter(PostedAuditEvent::sound) // no record is refused for the sake of a long one
          .forEach(names::add);
    }
    return names.stream();
  }

  private static boolean sound(String name) {
    return name.length() <= LONGEST && name.indexOf('\0') < 0;
  }

  /**
   * What a record is found by that speaks of something with that identifier.
   *
   * @param system empty for any
   */
  public static String entityNumber(String system, String value) {
    return system + "|" + value;
  }

  /** Ours, if it has the form of our keys; another server's Patient is found by its number. */
  private static List<UUID> patient(Reference what) {
    var id = new IdType(what.getReference());
    if (!PATIENT.equals(id.getResourceType()) || id.isAbsolute()) {
      return List.of();
    }
    try {
      return List.of(Identifiers.parse(id.getIdPart()));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<BusinessIdentifier> number(Reference what) {
    boolean patient =
        PATIENT.equals(what.getType())
            || PATIENT.equals(new IdType(what.getReference()).getResourceType());
    String value = what.getIdentifier().getValue();
    if (!patient || value == null) {
      return List.of();
    }
    String system = what.getIdentifier().getSystem();
    return List.of(new BusinessIdentifier(system == null ? "" : system, value));
  }

  private static String json(AuditEvent posted, String client) {
    AuditEvent kept = posted.copy();
    kept.setId((String) null);
    Meta meta = kept.getMeta();
    meta.setVersionId(null).setLastUpdated(null);
    meta.setSource(Systems.CLIENT_ID + "#" + client);
    return FHIR.newJsonParser().encodeResourceToString(kept);
  }
}
