package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.fhir.Claims;
import org.wardline.intake.fhir.ResourceIntake;
import org.wardline.intake.fhir.ResourceIntake.Stored;
import org.wardline.intake.fhir.StayIntake;
import org.wardline.mapping.fhir.PostedContent;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.mapping.fhir.PostedStay;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.reading.Charts;
import org.wardline.reading.Registry;
import org.wardline.store.Undone;

/** What creating and updating of resources share. */
@Singleton
public class ResourceWriter {
  private static final Pattern CONDITION = Pattern.compile("(?:(\\w+)?\\?)?identifier=([^&]+)");

  /** Stands for the key of what has none yet. */
  private static final UUID NOBODY = new UUID(0, 0);

  private final ResourceIntake intake;
  private final StayIntake stays;
  private final Registry registry;
  private final Charts charts;

  @Inject
  public ResourceWriter(ResourceIntake intake, StayIntake stays, Registry registry, Charts charts) {
    this.intake = intake;
    this.stays = stays;
    this.registry = registry;
    this.charts = charts;
  }

  /**
   * Keeps one, and says where.
   *
   * @param condition {@code If-None-Exist}: what has that identifier already is left as it is
   */
  MethodOutcome create(Resource posted, @Nullable String condition, RequestDetails request) {
    Actor actor = Requests.actor(request);
    if (condition == null) {
      return outcome(Undone.again(() -> create(posted, Map.of(), actor)), request);
    }
    return outcome(
        together(
            actor, claims(posted, condition), () -> create(posted, condition, Map.of(), actor)),
        request);
  }

  /** Keeps one, unless there is one already that the condition names. */
  Stored create(
      Resource posted, @Nullable String condition, Map<String, String> known, Actor actor) {
    Optional<Stored> there =
        condition == null
            ? Optional.empty()
            : existing(posted.fhirType(), token(posted.fhirType(), condition), actor);
    return there.orElseGet(() -> create(posted, known, actor));
  }

  /**
   * Keeps one.
   *
   * @param known what stands for the addresses of entries of the same bundle
   */
  Stored create(Resource posted, Map<String, String> known, Actor actor) {
    return create(posted, known, intake.newKey(), actor);
  }

  UUID newKey() {
    return intake.newKey();
  }

  /**
   * Keeps one.
   *
   * @param known what stands for the addresses of entries of the same bundle
   * @param key that it will have, unless it is somebody or a stay that is there already
   */
  Stored create(Resource posted, Map<String, String> known, UUID key, Actor actor) {
    BundleReferences.resolve(posted, known);
    if (posted instanceof Patient patient) {
      return intake.patient(actor, PostedResources.patient(patient, key));
    }
    if (posted instanceof Practitioner person) {
      return intake.practitioner(
          actor,
          PostedResources.staff(person),
          PostedResources.staffSystem(person),
          id -> PostedResources.chart(person, id));
    }
    if (posted instanceof Binary content) {
      return content(content, content.hasData() ? content.getData() : new byte[0], actor);
    }
    if (PostedResources.DIRECTORY.contains(posted.fhirType())) {
      return intake.thing(actor, PostedResources.chart(posted, key));
    }
    UUID patient = patient(posted, actor);
    return posted instanceof Encounter encounter
        ? stays.keep(actor, patient, PostedStay.details(encounter, key))
        : intake.chart(actor, patient, PostedResources.chart(posted, key));
  }

  /**
   * Keeps a photograph or a document.
   *
   * @param described of what type, and whose; its own data are left aside
   */
  Stored content(Binary described, byte[] bytes, Actor actor) {
    if (bytes.length == 0) {
      throw new UnprocessableEntityException("Binary.data is required.");
    }
    return intake.content(
        actor,
        described.hasSecurityContext() ? patient(described, actor) : null,
        PostedContent.record(described, intake.newKey()),
        bytes);
  }

  /** What of that type is there already under that identifier; empty when nothing is. */
  private Optional<Stored> existing(String type, String token, Actor actor) {
    String[] parts = token.split("\\|", 2);
    List<UUID> found =
        charts.numbered(
            actor,
            type,
            parts.length == 2 && !parts[0].isEmpty() ? parts[0] : null,
            parts[parts.length - 1]);
    if (found.size() > 1) {
      throw new PreconditionFailedException(type + ": several have that identifier.");
    }
    return found.size() == 1
        ? Optional.of(new Stored(type, found.get(0), 1, false))
        : Optional.empty();
  }

  /**
   * Replaces one, and says its version; with {@code If-Match}, only that version.
   *
   * @param id null when a condition names it
   * @param condition by an identifier: what has it is replaced, and made when nothing has it
   */
  MethodOutcome update(
      Resource posted, @Nullable IdType id, @Nullable String condition, RequestDetails request) {
    Actor actor = Requests.actor(request);
    if (condition != null) {
      String version = Requests.ifMatch(request);
      return outcome(
          together(
              actor,
              claims(posted, condition),
              () -> replace(posted, condition, version, Map.of(), actor)),
          request);
    }
    if (id == null) {
      throw new InvalidRequestException("An update names its resource.");
    }
    String version = version(id, request);
    return outcome(
        Undone.again(() -> replace(posted, Requests.id(id), version, Map.of(), actor)), request);
  }

  /** Replaces what has the identifier of the condition; makes it when nothing has it. */
  Stored replace(
      Resource posted,
      String condition,
      @Nullable String version,
      Map<String, String> known,
      Actor actor) {
    Optional<Stored> there =
        existing(posted.fhirType(), token(posted.fhirType(), condition), actor);
    if (there.isEmpty()) {
      return create(posted, known, actor);
    }
    return replace(posted, there.get().id(), version, known, actor);
  }

  /** Replaces the one of that key. */
  Stored replace(
      Resource posted, UUID key, @Nullable String version, Map<String, String> known, Actor actor) {
    BundleReferences.resolve(posted, known);
    Optional<Stored> stored;
    if (posted instanceof Patient patient) {
      stored = intake.updatePatient(actor, key, PostedResources.patient(patient, key), version);
    } else if (posted instanceof Encounter stay) {
      stored =
          stays.replace(
              actor,
              key,
              patient(posted, actor),
              PostedStay.details(stay, key),
              PostedStay.names(stay),
              version);
    } else if (PostedResources.REPLACED.contains(posted.fhirType())) {
      stored = intake.updateThing(actor, PostedResources.chart(posted, key), version);
    } else {
      stored =
          intake.updateChart(
              actor, patient(posted, actor), PostedResources.chart(posted, key), version);
    }
    return stored.orElseThrow(
        () -> new ResourceNotFoundException(new IdType(posted.fhirType(), key.toString())));
  }

  /** As if it were kept; nothing is. */
  void attempt(Resource posted, @Nullable UUID key, Actor actor) {
    intake.attempt(
        () -> {
          if (key == null) {
            create(posted, Map.of(), actor);
          } else {
            replace(posted, key, null, Map.of(), actor);
          }
        });
  }

  private static Claims claims(Resource posted, String condition) {
    var claims = new Claims();
    claim(claims, posted, condition);
    return claims;
  }

  /**
   * Adds what keeping it looks for and changes. What two would look for at the same time, both
   * would not find, and make.
   */
  static void claim(Claims claims, Resource posted, @Nullable String condition) {
    String type = posted.fhirType();
    if (condition != null) {
      claims.condition(type + "|" + token(type, condition));
    }
    if (posted instanceof Patient patient && patient.hasIdentifier()) {
      claims.patient(PostedResources.patient(patient, NOBODY).identifiers());
    } else if (posted instanceof Encounter encounter && encounter.hasIdentifier()) {
      claims.stay(PostedStay.details(encounter, NOBODY));
    } else if (posted instanceof Practitioner) {
      claims.staff();
    }
  }

  /** What a condition names: an identifier, and nothing else. */
  private static String token(String type, String condition) {
    Matcher named = CONDITION.matcher(condition);
    if (!named.matches() || (named.group(1) != null && !named.group(1).equals(type))) {
      throw new InvalidRequestException(
          "A condition is supported by one identifier: " + type + "?identifier=system|value.");
    }
    return URLDecoder.decode(named.group(2), StandardCharsets.UTF_8);
  }

  /** That the client changed: in the id by a patch, by {@code If-Match} otherwise. */
  private static @Nullable String version(IdType id, RequestDetails request) {
    String match = Requests.ifMatch(request);
    return match == null && id.hasVersionIdPart() ? id.getVersionIdPart() : match;
  }

  private MethodOutcome outcome(Stored stored, RequestDetails request) {
    var outcome =
        new MethodOutcome(
            new IdType(stored.type(), stored.id().toString(), String.valueOf(stored.version())),
            stored.created());
    if (stored.created() && request.getRequestType() == RequestTypeEnum.PUT) {
      // an update that makes it says where, as a create does (section 3.1.0.4.3)
      request
          .getResponse()
          .addHeader("Location", request.getFhirServerBase() + "/" + outcome.getId().getValue());
    }
    if (Requests.wantsRepresentation(request)) {
      represented(outcome.getId(), Requests.actor(request)).ifPresent(outcome::setResource);
    }
    return outcome;
  }

  /** As it stands now; empty where the client may not read what it wrote. */
  Optional<? extends Resource> represented(IIdType id, Actor actor) {
    return !Requests.reads(actor, id.getResourceType())
        ? Optional.empty()
        : read(new Stored(id.getResourceType(), Page.uuid(id.getIdPart()), 1, false), actor);
  }

  private Optional<? extends Resource> read(Stored stored, Actor actor) {
    return switch (stored.type()) {
      case "Patient" -> registry.patient(actor, stored.id()).map(DirectoryResources::patient);
      case "Encounter" -> charts.encounter(actor, stored.id()).map(ChartResources::encounter);
      default -> charts.read(actor, stored.type(), stored.id()).map(ChartResources::resource);
    };
  }

  /** Our key of the patient whose resource it is: by reference, or by his number. */
  private UUID patient(Resource posted, Actor actor) {
    String element =
        posted.fhirType()
            + switch (posted.fhirType()) {
              case "Binary" -> ".securityContext";
              case "Appointment" -> ".participant";
              default -> ".subject";
            };
    Reference subject =
        PostedResources.subject(posted)
            .orElseThrow(() -> new UnprocessableEntityException(element + " is required."));
    String reference = subject.getReference();
    if (reference != null && reference.startsWith("Patient/")) {
      try {
        return Identifiers.parse(new IdType(reference).getIdPart());
      } catch (IllegalArgumentException e) {
        throw new UnprocessableEntityException(element + ": there is no such patient.");
      }
    }
    if (subject.getIdentifier().hasValue()) {
      return numbered(subject.getIdentifier(), posted.fhirType(), actor);
    }
    throw new UnprocessableEntityException(
        element + " names no patient by a reference or an identifier.");
  }

  private UUID numbered(Identifier identifier, String type, Actor actor) {
    List<UUID> found =
        charts.patientsNumbered(
            actor,
            type,
            identifier.hasSystem() ? identifier.getSystem() : null,
            identifier.getValue());
    if (found.size() != 1) {
      throw new UnprocessableEntityException(
          type + ".subject.identifier is the number of " + found.size() + " patients.");
    }
    return found.get(0);
  }

  /**
   * Runs several in one transaction, while nobody else touches what they claim.
   *
   * @param work may be begun anew
   */
  <T> T together(Actor actor, Claims claims, Supplier<T> work) {
    return Undone.again(() -> intake.together(actor.organizationId(), claims, work));
  }
}
