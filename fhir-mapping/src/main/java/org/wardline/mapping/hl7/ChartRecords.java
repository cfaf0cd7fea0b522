package org.wardline.mapping.hl7;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.ChartCodes;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ChartRecord;
import org.wardline.message.CriticalFinding;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Identifiers;

/** Collects what a message says about a patient; the same thing sent again gets the same id. */
final class ChartRecords {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private final String scope;
  private final @Nullable EncounterDetails visit;
  private final List<ChartRecord> all = new ArrayList<>();

  /**
   * For a message.
   *
   * @param scope names the message among all: for what its sender gave no key of its own
   */
  ChartRecords(String scope, @Nullable EncounterDetails visit) {
    this.scope = scope;
    this.visit = visit;
  }

  /** The id of what has that identifier; within the message only, when it has none. */
  UUID id(String type, @Nullable Identifier identifier, String within) {
    String key =
        identifier == null || !identifier.hasValue()
            ? "message|" + scope
            : identifier.getSystem() + "|" + identifier.getValue();
    return Identifiers.named(type + "|" + key + "|" + within);
  }

  /** What is added to a resource when it is kept. */
  record About(
      List<Identifier> identifiers,
      @Nullable CodeableConcept code,
      String status,
      @Nullable Instant at,
      @Nullable CriticalFinding critical) {}

  /** Adds it, and says how others refer to it. */
  Reference add(UUID id, Resource resource, About about) {
    resource.setId(id.toString());
    CodeableConcept code = about.code();
    Coding coding =
        code == null ? new Coding() : code.getCoding().stream().findFirst().orElseGet(Coding::new);
    String display =
        code == null
            ? ""
            : Sender.firstOf(
                text(code.getText()), text(coding.getDisplay()), text(coding.getCode()));
    all.add(
        new ChartRecord(
            resource.fhirType(),
            id,
            FHIR.newJsonParser().encodeResourceToString(resource),
            about.identifiers().stream()
                .filter(i -> searchable(text(i.getSystem()), text(i.getValue())))
                .map(i -> new BusinessIdentifier(text(i.getSystem()), i.getValue()))
                .distinct()
                .toList(),
            text(coding.getSystem()),
            text(coding.getCode()),
            ChartCodes.further(resource),
            display,
            about.status(),
            about.at(),
            visit == null ? "" : visit.visitSystem(),
            visit == null ? "" : visit.visitNumber(),
            about.critical()));
    return new Reference(resource.fhirType() + "/" + id);
  }

  List<ChartRecord> all() {
    return List.copyOf(all);
  }

  /** One that nobody could search by stands in the resource only. */
  private static boolean searchable(String system, String value) {
    return !value.isBlank()
        && value.length() <= BusinessIdentifier.MAX_LENGTH
        && system.length() <= BusinessIdentifier.MAX_LENGTH;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
