package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Identifiers;

/** Resources of a patient's chart as lines for people. */
public final class ChartLines {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final int LONGEST = 2000;

  private ChartLines() {}

  /**
   * A resource for people.
   *
   * @param title what it is about, such as {@code Basic panel}
   * @param text what it says: value of a result, text of a document; empty when nothing
   * @param flag interpretation of a result, such as {@code HH}; empty when none
   */
  public record Line(String title, String text, String flag) {}

  /** Reads what a resource says. */
  public static Line of(String json) {
    Resource resource = (Resource) FHIR.newJsonParser().parseResource(json);
    if (resource instanceof Observation o) {
      return new Line(name(o.getCode()), value(o), flag(o));
    }
    if (resource instanceof DiagnosticReport r) {
      return new Line(name(r.getCode()), "", "");
    }
    if (resource instanceof ServiceRequest s) {
      return new Line(name(s.getCode()), s.hasPriority() ? s.getPriority().toCode() : "", "");
    }
    if (resource instanceof Appointment a) {
      return new Line(
          a.hasServiceType() ? name(a.getServiceTypeFirstRep()) : name(a.getAppointmentType()),
          a.hasStart() ? a.getStartElement().getValueAsString() : "",
          "");
    }
    if (resource instanceof DocumentReference d) {
      return new Line(name(d.getType()), text(d), "");
    }
    return new Line(resource.fhirType(), "", "");
  }

  /** Keys of the results of a report; none for all else. */
  public static List<UUID> results(String json) {
    Resource resource = (Resource) FHIR.newJsonParser().parseResource(json);
    return resource instanceof DiagnosticReport report
        ? report.getResult().stream()
            .flatMap(r -> key(r.getReferenceElement().getIdPart()).stream())
            .toList()
        : List.of();
  }

  /** A result of somewhere else has no key of ours. */
  private static Optional<UUID> key(@Nullable String id) {
    try {
      return id == null ? Optional.empty() : Optional.of(Identifiers.parse(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String name(CodeableConcept concept) {
    if (concept.hasText()) {
      return concept.getText();
    }
    Coding coding = concept.getCodingFirstRep();
    String name = coding.hasDisplay() ? coding.getDisplay() : coding.getCode();
    return name == null ? "(not named)" : name;
  }

  private static String flag(Observation observation) {
    String code =
        observation.hasInterpretation()
            ? observation.getInterpretationFirstRep().getCodingFirstRep().getCode()
            : null;
    return code == null ? "" : code;
  }

  private static String value(Observation observation) {
    String range =
        observation.hasReferenceRange() && observation.getReferenceRangeFirstRep().hasText()
            ? " (" + observation.getReferenceRangeFirstRep().getText() + ")"
            : "";
    return value(observation.getValue()) + range;
  }

  private static String value(@Nullable Type value) {
    if (value instanceof Quantity q) {
      String comparator = q.hasComparator() ? q.getComparator().toCode() : "";
      String unit = q.hasUnit() ? " " + q.getUnit() : "";
      return q.hasValue() ? comparator + q.getValue().toPlainString() + unit : "";
    }
    if (value instanceof Range r) {
      return value(r.getLow()) + " to " + value(r.getHigh());
    }
    if (value instanceof Ratio r) {
      return value(r.getNumerator()) + " : " + value(r.getDenominator());
    }
    if (value instanceof CodeableConcept c) {
      return name(c);
    }
    if (value instanceof StringType s) {
      return s.getValue();
    }
    if (value instanceof DateTimeType d) {
      return d.getValueAsString();
    }
    return value == null ? "" : value.primitiveValue() == null ? "" : value.primitiveValue();
  }

  /** The text of a document; a file is named by its type. */
  private static String text(DocumentReference document) {
    var attachment = document.getContentFirstRep().getAttachment();
    if (!attachment.hasData()) {
      return attachment.hasTitle() ? attachment.getTitle() : "";
    }
    if (attachment.getContentType() != null && !attachment.getContentType().startsWith("text/")) {
      return attachment.getContentType();
    }
    var text = new String(attachment.getData(), java.nio.charset.StandardCharsets.UTF_8);
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
