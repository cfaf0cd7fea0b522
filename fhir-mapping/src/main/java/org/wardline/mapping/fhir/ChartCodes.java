package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ChartRecord.Code;

/**
 * The codes by which a record of a chart or of the directory is found, beside the first one that
 * stands with it: a token finds a concept by any of its codings (FHIR R4 section 3.1.1.4.10).
 */
public final class ChartCodes {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private static final Pattern STAY = Pattern.compile("(?:.*/)?Encounter/([0-9a-f-]{36})");

  /** The greatest as a text, too. */
  private static final String LAST_MOMENT = "9999-12-31T23:59:59Z";

  private static final Instant LAST_YEAR = Instant.parse("9998-01-01T00:00:00Z");

  private ChartCodes() {}

  /** Codes of a record that is kept as JSON. */
  public static List<Code> further(String json) {
    return further((Resource) FHIR.newJsonParser().parseResource(json));
  }

  /**
   * Those behind the first coding of what it is about, all of its categories, the stays that it
   * refers to, and when its time ends.
   */
  public static List<Code> further(Resource resource) {
    return Stream.of(
            codings(about(resource)).skip(1).map(coding -> code(Code.ABOUT, coding)),
            codings(categories(resource)).map(coding -> code(Code.CATEGORY, coding)),
            stays(resource).map(stay -> new Code(Code.ENCOUNTER, "", stay)),
            times(resource).map(time -> new Code(Code.UNTIL, "", until(time))))
        .flatMap(codes -> codes)
        .filter(ChartCodes::searchable)
        .distinct()
        .toList();
  }

  /** What it is about; its first coding stands with the record. */
  static List<CodeableConcept> about(Resource resource) {
    if (resource instanceof Observation o) {
      return List.of(o.getCode());
    }
    if (resource instanceof DiagnosticReport r) {
      return List.of(r.getCode());
    }
    if (resource instanceof ServiceRequest s) {
      return List.of(s.getCode());
    }
    if (resource instanceof DocumentReference d) {
      return List.of(d.getType());
    }
    if (resource instanceof CareTeam c) {
      return c.getCategory();
    }
    if (resource instanceof Appointment a) {
      return a.getServiceType();
    }
    if (resource instanceof CommunicationRequest r) {
      return r.getCategory();
    }
    if (resource instanceof Organization o) {
      return o.getType();
    }
    if (resource instanceof Location l) {
      return l.getType();
    }
    if (resource instanceof Group g) {
      return List.of(g.getCode());
    }
    return resource instanceof PractitionerRole r ? r.getCode() : List.of();
  }

  private static List<CodeableConcept> categories(Resource resource) {
    if (resource instanceof Observation o) {
      return o.getCategory();
    }
    if (resource instanceof DiagnosticReport r) {
      return r.getCategory();
    }
    if (resource instanceof ServiceRequest s) {
      return s.getCategory();
    }
    return resource instanceof DocumentReference d ? d.getCategory() : List.of();
  }

  /** When a report is about, as a search for its date has it; else when it was issued. */
  public static @Nullable Instant reported(DiagnosticReport report) {
    return report.hasEffective()
        ? PostedResources.time(report.getEffective())
        : PostedResources.instant(report.getIssued());
  }

  /** The same of a record that is kept as JSON; empty for what is no report. */
  public static Optional<Instant> reported(String json) {
    return json.contains("\"DiagnosticReport\"")
            && FHIR.newJsonParser().parseResource(json) instanceof DiagnosticReport report
        ? Optional.ofNullable(reported(report))
        : Optional.empty();
  }

  private static Stream<String> stays(Resource resource) {
    Stream<Reference> encounters =
        resource instanceof Observation o
            ? Stream.of(o.getEncounter())
            : resource instanceof DiagnosticReport r
                ? Stream.of(r.getEncounter())
                : resource instanceof ServiceRequest s
                    ? Stream.of(s.getEncounter())
                    : resource instanceof CareTeam c
                        ? Stream.of(c.getEncounter())
                        : resource instanceof DocumentReference d
                            ? d.getContext().getEncounter().stream()
                            : Stream.empty();
    return encounters
        .map(encounter -> STAY.matcher(text(encounter.getReference())))
        .filter(Matcher::matches)
        .map(stay -> stay.group(1));
  }

  /** Times that last. */
  private static Stream<Period> times(Resource resource) {
    Type time =
        resource instanceof Observation o
            ? o.getEffective()
            : resource instanceof DiagnosticReport r
                ? r.getEffective()
                : resource instanceof CareTeam c && c.hasPeriod() ? c.getPeriod() : null;
    return time instanceof Period period ? Stream.of(period) : Stream.empty();
  }

  /** Rather too late than too early: whether it fits is seen by the time itself. */
  private static String until(Period time) {
    if (time.getEnd() == null || !time.getEnd().toInstant().isBefore(LAST_YEAR)) {
      return LAST_MOMENT; // also where the end is there and unknown
    }
    int days =
        switch (time.getEndElement().getPrecision()) {
          case YEAR -> 366;
          case MONTH -> 31;
          default -> 1;
        };
    return time.getEnd()
        .toInstant()
        .plus(days, ChronoUnit.DAYS)
        .truncatedTo(ChronoUnit.SECONDS)
        .toString();
  }

  /**
   * The first one is that of the first concept, even if it has none: it is what stands with the
   * record.
   */
  private static Stream<Coding> codings(List<CodeableConcept> concepts) {
    return concepts.stream()
        .flatMap(c -> c.hasCoding() ? c.getCoding().stream() : Stream.of(new Coding()));
  }

  private static Code code(String parameter, Coding coding) {
    return new Code(parameter, text(coding.getSystem()), text(coding.getCode()));
  }

  /** One that nobody could search by stands in the resource only. */
  private static boolean searchable(Code code) {
    return !code.code().isBlank()
        && code.code().length() <= BusinessIdentifier.MAX_LENGTH
        && code.system().length() <= BusinessIdentifier.MAX_LENGTH;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text.replace("\0", "");
  }
}
