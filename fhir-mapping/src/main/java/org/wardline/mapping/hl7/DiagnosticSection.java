package org.wardline.mapping.hl7;

import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;

/**
 * OBR-24, diagnostic service section (HL7 table 0074): the category of a report, and what it says
 * of the results in it.
 */
final class DiagnosticSection {
  private static final String SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074";
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

  private static final Set<String> LABORATORY =
      Set.of(
          "BG", "BLB", "CG", "CH", "CP", "GE", "HM", "IMM", "LAB", "MB", "MCB", "MYC", "OSL", "PAT",
          "SP", "SR", "TX", "VR");

  private static final Set<String> IMAGING =
      Set.of("CT", "CTH", "CUS", "NMR", "NMS", "OUS", "RAD", "RUS", "RX", "VUS", "XRC");

  private static final Set<String> OTHERS =
      Set.of(
          "AU", "EC", "EN", "ICU", "NRS", "OT", "OTH", "PAR", "PF", "PHR", "PHY", "PT", "RC", "RT");

  private final String code;

  DiagnosticSection(String code) {
    this.code = code;
  }

  /** Of the report; a code that the table does not have is the sender's own word. */
  Optional<CodeableConcept> ofReport() {
    if (code.isEmpty()) {
      return Optional.empty();
    }
    boolean known = LABORATORY.contains(code) || IMAGING.contains(code) || OTHERS.contains(code);
    return Optional.of(
        known ? ObservationMapper.coded(SECTION, code) : new CodeableConcept().setText(code));
  }

  /** Of each of its results, where the section says it; ours, the guide has no rule. */
  Optional<CodeableConcept> ofResult() {
    if (LABORATORY.contains(code)) {
      return Optional.of(ObservationMapper.coded(CATEGORY, "laboratory"));
    }
    return IMAGING.contains(code)
        ? Optional.of(ObservationMapper.coded(CATEGORY, "imaging"))
        : Optional.empty();
  }
}
