package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TimeType;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.CriticalFinding;
import org.wardline.message.Mapped.Problem;

/** OBX with its NTE to an observation (v2-to-FHIR guide, map OBX[Observation]). */
final class ObservationMapper {
  private static final String INTERPRETATION =
      "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

  /** A value that is a file; R4 has no such value (v2-to-FHIR guide, OBX-5 ED). */
  static final String ATTACHMENT =
      "http://hl7.org/fhir/uv/v2mappings/StructureDefinition/valueAttachment";

  /** Results of these statuses are called: final, corrected, or not said at all. */
  private static final Set<String> CALLED = Set.of("F", "C", "");

  private final Sender sender;
  private final Set<String> criticalFlags;
  private final List<Problem> problems;

  /**
   * For a sender.
   *
   * @param criticalFlags values of OBX-8 that somebody must know at once
   */
  ObservationMapper(Sender sender, Set<String> criticalFlags, List<Problem> problems) {
    this.sender = sender;
    this.criticalFlags = criticalFlags;
    this.problems = problems;
  }

  /**
   * The observation, without id and subject.
   *
   * @param taken when the specimen was taken, where OBX-14 says nothing
   */
  Observation map(Fields obx, String taken, List<Annotation> notes) {
    var observation = new Observation();
    observation.setStatus(status(obx));
    CodeableConcept code = sender.cwe(obx.value(3));
    if (code.isEmpty()) {
      code.setText("(not named)");
    }
    observation.setCode(code);
    value(obx, observation);
    obx.values(8)
        .forEach(
            v -> {
              if (!v.text().isEmpty()) {
                observation.addInterpretation(interpretation(v));
              }
            });
    if (!obx.get(7).isEmpty()) {
      observation.addReferenceRange().setText(obx.get(7));
    }
    sender.time(Sender.firstOf(obx.get(14), taken)).ifPresent(observation::setEffective);
    sender.instant(obx.get(19)).map(java.util.Date::from).ifPresent(observation::setIssued);
    if (!obx.value(23).c(1).isEmpty()) {
      observation.addPerformer(
          new Reference().setType("Organization").setDisplay(obx.value(23).c(1)));
    }
    obx.values(16).forEach(v -> sender.xcn(v).ifPresent(observation::addPerformer));
    CodeableConcept method = sender.cwe(obx.value(17));
    if (!method.isEmpty()) {
      observation.setMethod(method);
    }
    CodeableConcept site = sender.cwe(obx.value(20));
    if (!site.isEmpty()) {
      observation.setBodySite(site);
    }
    notes.forEach(observation::addNote);
    return observation;
  }

  /** What somebody must know at once; null for all else. */
  @Nullable CriticalFinding critical(Fields obx) {
    String status = obx.get(11).toUpperCase(Locale.ROOT);
    return obx.values(8).stream()
        .map(v -> v.text().toUpperCase(Locale.ROOT))
        .filter(flag -> criticalFlags.contains(flag) && CALLED.contains(status))
        .findFirst()
        .map(flag -> new CriticalFinding(flag, line(obx, flag), status.equals("C")))
        .orElse(null);
  }

  /** Such as {@code Potassium 6.9 mmol/L (HH), reference 3.5-5.1}. */
  private static String line(Fields obx, String flag) {
    String name = Sender.firstOf(obx.get(3, 2), obx.get(3, 5), obx.get(3));
    String value = Sender.firstOf(obx.get(5, 2).isEmpty() ? "" : text(obx), text(obx));
    String unit = Sender.firstOf(obx.get(6), obx.get(6, 2));
    var line = new StringBuilder(name);
    for (String part : List.of(value, unit)) {
      if (!part.isEmpty()) {
        line.append(' ').append(part);
      }
    }
    line.append(" (").append(flag).append(')');
    if (!obx.get(7).isEmpty()) {
      line.append(", reference ").append(obx.get(7));
    }
    return line.toString();
  }

  /** OBX-5 for people. */
  private static String text(Fields obx) {
    boolean coded = Set.of("CE", "CWE", "CNE", "CF").contains(obx.get(2));
    boolean structured = obx.get(2).equals("SN");
    return obx.values(5).stream()
        .map(
            v -> {
              if (structured) {
                return v.c(1) + v.c(2) + v.c(3) + v.c(4);
              }
              return coded ? Sender.firstOf(v.c(2), v.c(9), v.c(1)) : Hl7Text.plain(v.c(1));
            })
        .reduce((a, b) -> a + "\n" + b)
        .orElse("");
  }

  private ObservationStatus status(Fields obx) {
    if (obx.get(11).isEmpty()) {
      return ObservationStatus.UNKNOWN;
    }
    return ObservationStatus.fromCode(
        CodeTables.find(CodeTables.OBSERVATION_STATUS, obx.get(11))
            .orElseGet(
                () -> {
                  problems.add(
                      new Problem(
                          "OBX^1^11",
                          Hl7Fault.TABLE_VALUE,
                          "The status of a result is not in table 0085"));
                  return "unknown";
                }));
  }

  private CodeableConcept interpretation(Value value) {
    CodeableConcept concept = sender.cwe(value);
    concept.getCoding().stream()
        .filter(c -> !c.hasSystem() || c.getSystem().endsWith("v2-0078"))
        .forEach(c -> c.setSystem(INTERPRETATION));
    return concept;
  }

  private void value(Fields obx, Observation observation) {
    List<Value> values = obx.values(5).stream().filter(v -> !v.isEmpty()).toList();
    if (values.isEmpty()) {
      return;
    }
    Value first = values.get(0);
    if (values.size() > 1) {
      observation.setValue(new StringType(text(obx)));
      return;
    }
    switch (obx.get(2).toUpperCase(Locale.ROOT)) {
      case "NM" ->
          sender
              .quantity(first.text(), obx.value(6))
              .ifPresentOrElse(
                  observation::setValue,
                  () -> {
                    problems.add(
                        new Problem(
                            "OBX^1^5", Hl7Fault.DATA_TYPE, "A numeric result is no number"));
                    observation.setValue(new StringType(first.text()));
                  });
      case "SN" -> structured(first, obx, observation);
      case "NR" -> range(first, obx, observation);
      case "CE", "CWE", "CNE", "CF" -> observation.setValue(sender.cwe(first));
      case "TS", "DTM", "DT" ->
          sender
              .time(first.text())
              .ifPresentOrElse(
                  observation::setValue, () -> observation.setValue(new StringType(first.text())));
      case "TM" -> time(first.text(), observation);
      case "DR" -> {
        Period period = sender.period(first.c(1), first.c(2));
        observation.setValue(period.isEmpty() ? new StringType(first.text()) : period);
      }
      case "ED", "RP" ->
          attachment(obx.get(2), first)
              .ifPresent(file -> observation.addExtension(new Extension(ATTACHMENT, file)));
      default -> observation.setValue(new StringType(whole(first)));
    }
  }

  /** A type that FHIR has no value for: its components as they came. */
  private static String whole(Value value) {
    var parts = new ArrayList<String>();
    for (int i = 1; i <= 14; i++) {
      parts.add(value.c(i));
    }
    String joined = String.join(" ", parts.stream().filter(p -> !p.isEmpty()).toList());
    return Hl7Text.plain(joined);
  }

  private static void time(String text, Observation observation) {
    String digits = text.replaceAll("[^0-9].*", "");
    boolean sound = digits.matches("([01]\\d|2[0-3])[0-5]\\d([0-5]\\d)?");
    observation.setValue(
        sound
            ? new TimeType(
                digits.substring(0, 2)
                    + ":"
                    + digits.substring(2, 4)
                    + ":"
                    + (digits.length() == 6 ? digits.substring(4) : "00"))
            : new StringType(text));
  }

  /** NR: from and to (v2.5.1 section 2.A.47); what is no number stays a text. */
  private void range(Value value, Fields obx, Observation observation) {
    var range = new Range();
    sender.quantity(value.c(1), obx.value(6)).ifPresent(range::setLow);
    sender.quantity(value.c(2), obx.value(6)).ifPresent(range::setHigh);
    boolean whole =
        range.hasLow() == !value.c(1).isEmpty() && range.hasHigh() == !value.c(2).isEmpty();
    observation.setValue(whole && !range.isEmpty() ? range : new StringType(whole(value)));
  }

  /** SN: comparator, number, separator, number (v2.5.1 section 2.A.69). */
  private void structured(Value value, Fields obx, Observation observation) {
    Quantity first = sender.quantity(value.c(2), obx.value(6)).orElse(null);
    Quantity second = sender.quantity(value.c(4), obx.value(6)).orElse(null);
    String comparator = value.c(1);
    String separator = value.c(3);
    if (first != null && second != null && separator.equals("-")) {
      observation.setValue(new Range().setLow(first).setHigh(second));
    } else if (first != null
        && second != null
        && (separator.equals(":") || separator.equals("/"))) {
      observation.setValue(new Ratio().setNumerator(first).setDenominator(second));
    } else if (first != null && second == null && separator.isEmpty()) {
      if (Set.of("<", "<=", ">", ">=").contains(comparator)) {
        first.setComparator(Quantity.QuantityComparator.fromCode(comparator));
        observation.setValue(first);
      } else if (comparator.isEmpty() || comparator.equals("=")) {
        observation.setValue(first);
      } else {
        observation.setValue(new StringType(comparator + value.c(2)));
      }
    } else {
      observation.setValue(new StringType(comparator + value.c(2) + separator + value.c(4)));
    }
  }

  /** ED, or RP that points to a file; empty when it holds nothing that can be read. */
  java.util.Optional<Attachment> attachment(String type, Value value) {
    if (type.equals("RP")) {
      return value.c(1).isEmpty()
          ? java.util.Optional.empty()
          : java.util.Optional.of(
              new Attachment()
                  .setUrl(value.c(1))
                  .setContentType(contentType(value.c(3), value.c(4))));
    }
    String data = value.c(5);
    if (data.isEmpty()) {
      return java.util.Optional.empty();
    }
    byte[] bytes;
    try {
      bytes =
          switch (value.c(4).toUpperCase(Locale.ROOT)) {
            case "BASE64", "" -> java.util.Base64.getMimeDecoder().decode(Hl7Text.plain(data));
            case "HEX" -> java.util.HexFormat.of().parseHex(data);
            default -> Hl7Text.plain(data).getBytes(java.nio.charset.StandardCharsets.UTF_8);
          };
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("OBX^1^5", Hl7Fault.DATA_TYPE, "A file is not encoded as it says"));
      return java.util.Optional.empty();
    }
    return java.util.Optional.of(
        new Attachment().setContentType(contentType(value.c(2), value.c(3))).setData(bytes));
  }

  /** ED-2 and ED-3 (tables 0191 and 0291) as a MIME type. */
  private static String contentType(String type, String subtype) {
    String sub = subtype.toLowerCase(Locale.ROOT);
    return switch (sub) {
      case "pdf", "rtf", "msword" -> "application/" + sub;
      case "jpeg", "jpg" -> "image/jpeg";
      case "gif", "tiff", "png" -> "image/" + sub;
      case "html", "plain", "xml" -> "text/" + sub;
      case "" -> type.equalsIgnoreCase("PDF") ? "application/pdf" : "application/octet-stream";
      default -> {
        String main = type.toLowerCase(Locale.ROOT);
        boolean known = Set.of("application", "image", "text", "audio", "video").contains(main);
        yield (known ? main : "application") + "/" + sub.replaceAll("[^a-z0-9.+-]", "-");
      }
    };
  }

  static CodeableConcept coded(String system, String code) {
    return new CodeableConcept(new Coding(system, code, null));
  }

  /** OBX-5 for a document's text. */
  static String documentText(Fields obx) {
    return text(obx);
  }
}
