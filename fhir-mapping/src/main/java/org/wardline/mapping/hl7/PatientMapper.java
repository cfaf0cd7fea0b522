package org.wardline.mapping.hl7;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointUse;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.Mapped.Problem;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;

/**
 * PID, PD1 and NK1 to a patient, MRG to the one that is given up (v2-to-FHIR guide, maps
 * PID[Patient], PD1[Patient], NK1[Patient]; MRG is our own).
 */
final class PatientMapper {
  private static final String MARITAL_STATUS =
      "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
  private static final String RELATIONSHIP = "http://terminology.hl7.org/CodeSystem/v2-0063";
  private static final Map<String, List<Integer>> FORGOTTEN =
      Map.of(
          "address", List.of(11),
          "telecom", List.of(13, 14, 40),
          "communication", List.of(15),
          "maritalStatus", List.of(16),
          "multipleBirthInteger", List.of(24, 25),
          "multipleBirthBoolean", List.of(24, 25),
          "deceasedDateTime", List.of(29, 30));
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private final Sender sender;
  private final List<Problem> problems;

  PatientMapper(Sender sender, List<Problem> problems) {
    this.sender = sender;
    this.problems = problems;
  }

  /** The patient; null when the message names none. */
  @Nullable PatientDemographics patient(Segments message) {
    Fields pid = message.first("PID");
    List<PatientIdentifier> identifiers = identifiers(pid);
    if (identifiers.isEmpty()) {
      return null;
    }
    Optional<String> birthDate = Hl7Time.date(pid.get(7));
    if (birthDate.isEmpty() && !pid.get(7).isEmpty()) {
      problems.add(new Problem("PID^1^7", Hl7Fault.DATA_TYPE, "The birth date is no date"));
    }
    return new PatientDemographics(
        identifiers,
        pid.get(5), // the primary or legal name is reported first (v2.5.1 section 3.4.2.5)
        Stream.of(pid.get(5, 2), pid.get(5, 3)).filter(n -> !n.isEmpty()).toList(),
        birthDate.orElse(null),
        gender(pid.get(8)),
        deceased(pid),
        details(message, pid));
  }

  /** MRG-1, or MRG-4 where an old sender gives only that: whose record is given up. */
  List<PatientIdentifier> prior(Segments message) {
    Fields mrg = message.first("MRG");
    List<PatientIdentifier> listed = identifiers(mrg, 1);
    return listed.isEmpty() ? identifiers(mrg, 4) : listed;
  }

  /** PID-3, or PID-2 where an old sender gives only that. */
  private List<PatientIdentifier> identifiers(Fields pid) {
    List<PatientIdentifier> listed = identifiers(pid, 3);
    return listed.isEmpty() ? identifiers(pid, 2) : listed;
  }

  private List<PatientIdentifier> identifiers(Fields segment, int field) {
    return segment.values(field).stream()
        .filter(v -> !v.c(1).isEmpty())
        .map(
            v -> new PatientIdentifier(sender.system(v.c(4), v.c(4, 2), v.c(4, 3)), v.c(1), v.c(5)))
        .distinct()
        .toList();
  }

  private @Nullable String gender(String code) {
    return switch (code.toUpperCase(Locale.ROOT)) {
      case "" -> null;
      case "F", "FEMALE" -> "female";
      case "M", "MALE" -> "male";
      case "A", "O", "OTHER" -> "other";
      case "U", "N", "UNKNOWN" -> "unknown";
      default -> {
        problems.add(new Problem("PID^1^8", Hl7Fault.TABLE_VALUE, "The sex is not in table 0001"));
        yield "unknown";
      }
    };
  }

  private static @Nullable Boolean deceased(Fields pid) {
    return switch (pid.get(30)) {
      case "Y" -> Boolean.TRUE;
      case "N" -> Boolean.FALSE;
      default -> pid.forgets(30) ? Boolean.FALSE : pid.get(29).isEmpty() ? null : Boolean.TRUE;
    };
  }

  private String details(Segments message, Fields pid) {
    var patient = new Patient();
    List<Value> names = pid.values(5);
    Stream.concat(names.stream().skip(1), pid.values(9).stream())
        .flatMap(v -> sender.xpn(v).stream())
        .forEach(patient::addName);
    pid.values(11).forEach(v -> sender.xad(v).ifPresent(patient::addAddress));
    pid.values(13).forEach(v -> sender.xtn(v, ContactPointUse.HOME).ifPresent(patient::addTelecom));
    pid.values(14).forEach(v -> sender.xtn(v, ContactPointUse.WORK).ifPresent(patient::addTelecom));
    pid.values(40).forEach(v -> sender.xtn(v, null).ifPresent(patient::addTelecom));
    CodeableConcept language = sender.cwe(pid.value(15));
    if (!language.isEmpty()) {
      patient.addCommunication().setLanguage(language).setPreferred(true);
    }
    CodeTables.find(CodeTables.MARITAL, pid.get(16))
        .ifPresent(
            code ->
                patient.setMaritalStatus(
                    new CodeableConcept(
                        new Coding(
                            code.equals("UNK")
                                ? "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
                                : MARITAL_STATUS,
                            code,
                            null))));
    if (pid.get(25).matches("[1-9]")) {
      patient.setMultipleBirth(new IntegerType(pid.get(25)));
    } else if (pid.get(24).equals("Y") || pid.get(24).equals("N")) {
      patient.setMultipleBirth(new org.hl7.fhir.r4.model.BooleanType(pid.get(24).equals("Y")));
    }
    sender.time(pid.get(29)).ifPresent(patient::setDeceased);
    message
        .first("PD1")
        .values(4)
        .forEach(v -> sender.xcn(v).ifPresent(patient::addGeneralPractitioner));
    message.all("NK1").forEach(nk1 -> contact(nk1, patient));
    return forgetting(
        pid, patient.isEmpty() ? "" : FHIR.newJsonParser().encodeResourceToString(patient));
  }

  /** A member that is null takes away what was known; one that has a value stays. */
  private static String forgetting(Fields pid, String json) {
    String nulls =
        FORGOTTEN.entrySet().stream()
            .filter(e -> e.getValue().stream().anyMatch(pid::forgets))
            .filter(e -> !json.contains("\"" + e.getKey() + "\":"))
            .map(e -> "\"" + e.getKey() + "\":null")
            .sorted()
            .collect(Collectors.joining(","));
    if (nulls.isEmpty()) {
      return json;
    }
    return json.isEmpty() ? "{" + nulls + "}" : "{" + nulls + "," + json.substring(1);
  }

  private void contact(Fields nk1, Patient patient) {
    var contact = new Patient.ContactComponent();
    Optional<HumanName> name = sender.xpn(nk1.value(2));
    name.ifPresent(contact::setName);
    sender.xad(nk1.value(4)).ifPresent(contact::setAddress);
    nk1.values(5).forEach(v -> sender.xtn(v, ContactPointUse.HOME).ifPresent(contact::addTelecom));
    nk1.values(6).forEach(v -> sender.xtn(v, ContactPointUse.WORK).ifPresent(contact::addTelecom));
    if (contact.isEmpty()) {
      return; // a relationship to nobody
    }
    CodeableConcept relationship = sender.cwe(nk1.value(3));
    if (!relationship.isEmpty()) {
      relationship.getCoding().stream()
          .filter(c -> !c.hasSystem())
          .forEach(c -> c.setSystem(RELATIONSHIP));
      contact.addRelationship(relationship);
    }
    patient.addContact(contact);
  }
}
