package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ChartRecord;
import org.wardline.message.CriticalFinding;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.message.StaffRecord;

/**
 * What a client tells of a patient, as it is kept: checked in form, references resolved before. The
 * resource is kept whole, but for whose it is.
 */
public final class PostedResources {
  /** Identifier system of our own keys of patients: for one who came without a number. */
  public static final String PATIENT = Systems.ROOT + "NamingSystem/patient";

  /** The types of a patient's chart. */
  public static final Set<String> CHART =
      Set.of(
          "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment",
          "CareTeam");

  /** The types that are of no patient. */
  public static final Set<String> DIRECTORY =
      Set.of("Organization", "Location", "PractitionerRole", "Group");

  /** Those of them that are replaced as a whole. */
  public static final Set<String> REPLACED = Set.of("Group", "Location", "Organization");

  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Set<String> CRITICAL = Set.of("HH", "LL", "AA");
  private static final Pattern OURS = Pattern.compile("Patient/[0-9a-f-]{36}");

  private PostedResources() {}

  /** True for a type whose posted resource is never somebody or something that is there already. */
  public static boolean keptAsNew(String type) {
    return CHART.contains(type) || DIRECTORY.contains(type);
  }

  /**
   * A patient.
   *
   * @param key his number, when he comes without one
   */
  public static PatientDemographics patient(Patient posted, UUID key) {
    List<PatientIdentifier> identifiers = new ArrayList<>();
    for (Identifier identifier : posted.getIdentifier()) {
      if (identifier.hasValue() && !identifier.getValue().isBlank()) {
        bounded("Patient.identifier", identifier.getValue());
        identifiers.add(
            new PatientIdentifier(
                text(identifier.getSystem()),
                identifier.getValue(),
                text(identifier.getType().getCodingFirstRep().getCode())));
      }
    }
    if (identifiers.stream().allMatch(i -> i.system().isEmpty())) { // names nobody elsewhere
      identifiers.add(new PatientIdentifier(PATIENT, key.toString(), ""));
    }
    HumanName name = posted.getNameFirstRep();
    boolean dead =
        posted.hasDeceasedDateTimeType()
            || (posted.hasDeceasedBooleanType() && posted.getDeceasedBooleanType().booleanValue());
    return new PatientDemographics(
        identifiers.stream().distinct().toList(),
        name.hasFamily() ? name.getFamily() : name.getGiven().isEmpty() ? text(name.getText()) : "",
        name.getGiven().stream().map(StringType::getValue).filter(g -> g != null).toList(),
        posted.hasBirthDate() ? posted.getBirthDateElement().getValueAsString() : null,
        posted.hasGender() ? posted.getGender().toCode() : null,
        posted.hasDeceased() ? dead : null,
        json(withoutMerges(posted)));
  }

  /**
   * What a read says of merges is worked out: sent back in an update, it would stand there twice.
   */
  private static Patient withoutMerges(Patient posted) {
    Patient kept = posted.copy();
    kept.getLink()
        .removeIf(
            link ->
                (link.getType() == Patient.LinkType.REPLACES
                        || link.getType() == Patient.LinkType.REPLACEDBY)
                    && OURS.matcher(text(link.getOther().getReference())).matches());
    return kept;
  }

  /** Whose a resource is; empty when it does not say. */
  public static java.util.Optional<Reference> subject(Resource posted) {
    Reference subject =
        switch (posted.fhirType()) {
          case "Observation" -> ((Observation) posted).getSubject();
          case "DiagnosticReport" -> ((DiagnosticReport) posted).getSubject();
          case "ServiceRequest" -> ((ServiceRequest) posted).getSubject();
          case "DocumentReference" -> ((DocumentReference) posted).getSubject();
          case "CareTeam" -> ((CareTeam) posted).getSubject();
          case "Encounter" -> ((Encounter) posted).getSubject();
          case "Binary" -> ((Binary) posted).getSecurityContext();
          case "Appointment" ->
              ((Appointment) posted)
                  .getParticipant().stream()
                      .map(Appointment.AppointmentParticipantComponent::getActor)
                      .filter(PostedResources::patient)
                      .findFirst()
                      .orElseGet(Reference::new);
          default -> new Reference();
        };
    return subject.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(subject);
  }

  /** Stands in what is kept of an appointment for whose it is. */
  public static final String WHOSE = "Patient/whose";

  private static boolean patient(Reference actor) {
    return text(actor.getReference()).startsWith("Patient/") || "Patient".equals(actor.getType());
  }

  /**
   * A record of a patient's chart.
   *
   * @throws InvalidMessageException naming the element that is missing or wrong
   */
  public static ChartRecord chart(Resource posted, UUID id) {
    Texts.check(posted);
    Resource kept = posted.copy();
    About about = about(kept);
    kept.setId(id.toString());
    kept.getMeta().setVersionId(null).setLastUpdated(null); // ours; what it claims stays
    List<BusinessIdentifier> identifiers =
        about.identifiers().stream()
            .filter(i -> i.hasValue() && !i.getValue().isBlank())
            .map(i -> new BusinessIdentifier(text(i.getSystem()), i.getValue()))
            .distinct()
            .toList();
    CodeableConcept what =
        ChartCodes.about(kept).stream().findFirst().orElseGet(CodeableConcept::new);
    Coding coding = what.getCodingFirstRep();
    return new ChartRecord(
        kept.fhirType(),
        id,
        FHIR.newJsonParser().encodeResourceToString(kept),
        identifiers,
        text(coding.getSystem()),
        text(coding.getCode()),
        ChartCodes.further(kept),
        text(what.getText()),
        about.status(),
        about.at(),
        "",
        "",
        kept instanceof Observation observation ? critical(observation) : null);
  }

  private record About(List<Identifier> identifiers, String status, @Nullable Instant at) {}

  /** What is searched by; whose it is is taken out. */
  private static About about(Resource kept) {
    if (kept instanceof Observation o) {
      o.setSubject(null);
      require(o.hasStatus(), "Observation.status");
      require(o.hasCode(), "Observation.code");
      return new About(o.getIdentifier(), o.getStatus().toCode(), time(o.getEffective()));
    }
    if (kept instanceof DiagnosticReport r) {
      r.setSubject(null);
      require(r.hasStatus(), "DiagnosticReport.status");
      require(r.hasCode(), "DiagnosticReport.code");
      return new About(r.getIdentifier(), r.getStatus().toCode(), ChartCodes.reported(r));
    }
    if (kept instanceof ServiceRequest s) {
      s.setSubject(null);
      require(s.hasStatus(), "ServiceRequest.status");
      require(s.hasIntent(), "ServiceRequest.intent");
      return new About(s.getIdentifier(), s.getStatus().toCode(), instant(s.getAuthoredOn()));
    }
    if (kept instanceof DocumentReference d) {
      d.setSubject(null);
      require(d.hasStatus(), "DocumentReference.status");
      require(d.hasContent(), "DocumentReference.content");
      return new About(
          Stream.concat(Stream.of(d.getMasterIdentifier()), d.getIdentifier().stream()).toList(),
          d.getStatus().toCode(),
          instant(d.getDate()));
    }
    if (kept instanceof CareTeam c) {
      c.setSubject(null);
      return new About(
          c.getIdentifier(), c.hasStatus() ? c.getStatus().toCode() : "", time(c.getPeriod()));
    }
    if (kept instanceof Appointment a) {
      ownPatient(a);
      require(a.hasStatus(), "Appointment.status");
      return new About(a.getIdentifier(), a.getStatus().toCode(), instant(a.getStart()));
    }
    return others(kept);
  }

  /** The patient's part stays, with a place for him who he is then. */
  private static void ownPatient(Appointment kept) {
    Reference first = subject(kept).orElseGet(Reference::new).copy();
    kept.getParticipant().stream()
        .map(Appointment.AppointmentParticipantComponent::getActor)
        .filter(actor -> same(actor, first))
        .forEach(actor -> actor.setReference(WHOSE));
  }

  /** By reference, or word by word: two patients by number are two. */
  private static boolean same(Reference actor, Reference first) {
    return patient(actor)
        && (first.hasReference()
            ? first.getReference().equals(actor.getReference())
            : actor.equalsDeep(first));
  }

  private static About others(Resource kept) {
    if (kept instanceof CommunicationRequest r) {
      r.setSubject(null);
      require(r.hasStatus(), "CommunicationRequest.status");
      return new About(r.getIdentifier(), r.getStatus().toCode(), instant(r.getAuthoredOn()));
    }
    if (kept instanceof Organization o) {
      return new About(o.getIdentifier(), "", null);
    }
    if (kept instanceof Location l) {
      return new About(l.getIdentifier(), "", null);
    }
    if (kept instanceof Group g) {
      PostedGroup.check(g);
      return new About(g.getIdentifier(), "", null);
    }
    if (kept instanceof PractitionerRole r) {
      return new About(r.getIdentifier(), "", null);
    }
    if (kept instanceof Practitioner p) {
      return new About(p.getIdentifier(), "", null);
    }
    throw new InvalidMessageException(kept.fhirType(), "this type is not kept here");
  }

  /**
   * Somebody who works here.
   *
   * @throws InvalidMessageException without an identifier
   */
  public static StaffRecord staff(Practitioner posted) {
    List<String> numbers =
        posted.getIdentifier().stream()
            .filter(i -> i.hasValue() && !i.getValue().isBlank())
            .map(Identifier::getValue)
            .toList();
    require(!numbers.isEmpty(), "Practitioner.identifier");
    numbers.forEach(number -> bounded("Practitioner.identifier", number));
    HumanName name = posted.getNameFirstRep();
    return new StaffRecord(
        numbers.get(0),
        numbers,
        name.hasFamily() ? name.getFamily() : text(name.getText()),
        String.join(
            " ",
            name.getGiven().stream().map(StringType::getValue).filter(g -> g != null).toList()),
        "",
        "",
        "",
        !posted.hasActive() || posted.getActive());
  }

  /** Assigning authority of his first number. */
  public static String staffSystem(Practitioner posted) {
    return posted.getIdentifier().stream()
        .filter(Identifier::hasValue)
        .map(i -> text(i.getSystem()))
        .findFirst()
        .orElse("");
  }

  private static @Nullable CriticalFinding critical(Observation observation) {
    boolean reported =
        Set.of("final", "corrected", "amended").contains(observation.getStatus().toCode());
    String flag =
        observation.getInterpretation().stream()
            .flatMap(i -> i.getCoding().stream())
            .map(c -> text(c.getCode()))
            .filter(CRITICAL::contains)
            .findFirst()
            .orElse("");
    if (!reported || flag.isEmpty()) {
      return null;
    }
    ChartLines.Line line = ChartLines.of(FHIR.newJsonParser().encodeResourceToString(observation));
    return new CriticalFinding(
        flag,
        line.title() + " " + line.text() + " (" + flag + ")",
        observation.getStatus() == Observation.ObservationStatus.CORRECTED);
  }

  static String json(Resource resource) {
    Texts.check(resource);
    Resource kept = resource.copy();
    kept.setId((String) null);
    kept.getMeta().setVersionId(null).setLastUpdated(null); // ours; what it claims stays
    return FHIR.newJsonParser().encodeResourceToString(kept);
  }

  private static void require(boolean there, String element) {
    if (!there) {
      throw new InvalidMessageException(element, "this element is required");
    }
  }

  static void bounded(String element, String value) {
    if (value.length() > BusinessIdentifier.MAX_LENGTH || value.indexOf('\0') >= 0) {
      throw new InvalidMessageException(
          element, "an identifier has 1 to " + BusinessIdentifier.MAX_LENGTH + " characters");
    }
  }

  /** A moment, or when a time begins; null when nobody knows. */
  static @Nullable Instant time(@Nullable Type time) {
    if (time instanceof BaseDateTimeType dateTime) {
      return instant(dateTime.getValue());
    }
    return time instanceof Period period ? instant(period.getStart()) : null;
  }

  static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }

  static String text(@Nullable String text) {
    return text == null ? "" : text.replace("\0", "");
  }
}
