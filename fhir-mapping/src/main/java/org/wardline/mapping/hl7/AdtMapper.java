package org.wardline.mapping.hl7;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Mapped;
import org.wardline.message.Mapped.Problem;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;

/**
 * ADT messages to patients and stays (PID and PV1; HL7 v2-to-FHIR guide, maps PID[Patient] and
 * PV1[Encounter]).
 */
public final class AdtMapper {
  private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9]\\d*))+");

  private AdtMapper() {}

  /**
   * What an ADT message says.
   *
   * @param patient null when the message names none
   * @param encounter null when the message has no PV1
   */
  public record AdtEvent(
      @Nullable PatientDemographics patient, @Nullable EncounterDetails encounter) {}

  /**
   * Maps one message.
   *
   * @param authority assigning authority, as a URI, for identifiers without one (CX-4 empty)
   * @param zone of the sender, for times without offset
   */
  public static Mapped<AdtEvent> map(Segments message, String authority, ZoneId zone) {
    var problems = new ArrayList<Problem>();
    PatientDemographics patient = patient(message.first("PID"), authority, problems);
    EncounterDetails encounter =
        message.has("PV1") ? encounter(message.first("PV1"), authority, zone, problems) : null;
    return new Mapped<>(new AdtEvent(patient, encounter), problems);
  }

  /** PID-5: the primary or legal name is reported first (v2.5.1 section 3.4.2.5). */
  private static @Nullable PatientDemographics patient(
      Fields pid, String authority, List<Problem> problems) {
    List<PatientIdentifier> identifiers = identifiers(pid, authority);
    if (identifiers.isEmpty()) {
      problems.add(new Problem("PID^1^3", Hl7Fault.REQUIRED_MISSING, "No patient identifier"));
      return null;
    }
    var given =
        Stream.concat(Stream.of(pid.get(5, 2)), Stream.of(pid.get(5, 3)))
            .filter(n -> !n.isEmpty())
            .toList();
    Optional<String> birthDate = Hl7Time.date(pid.get(7));
    if (birthDate.isEmpty() && !pid.get(7).isEmpty()) {
      problems.add(new Problem("PID^1^7", Hl7Fault.DATA_TYPE, "The birth date is no date"));
    }
    return new PatientDemographics(
        identifiers,
        pid.get(5),
        given,
        birthDate.orElse(null),
        gender(pid.get(8), problems),
        pid.get(30).equals("Y"));
  }

  /** PID-3, or PID-2 where an old sender gives only that. */
  private static List<PatientIdentifier> identifiers(Fields pid, String authority) {
    List<PatientIdentifier> listed = identifiers(pid, 3, authority);
    return listed.isEmpty() ? identifiers(pid, 2, authority) : listed;
  }

  private static List<PatientIdentifier> identifiers(Fields pid, int field, String authority) {
    return IntStream.range(0, pid.repetitions(field))
        .filter(i -> !pid.get(field, i, 1, 1).isEmpty())
        .mapToObj(
            i ->
                new PatientIdentifier(
                    system(pid, field, i, authority),
                    pid.get(field, i, 1, 1),
                    pid.get(field, i, 5, 1)))
        .distinct()
        .toList();
  }

  /**
   * CX-4 as a URI: its OID where it has one, else its namespace under our own root, else the
   * sender's authority.
   */
  static String system(Fields segment, int field, int repetition, String authority) {
    String namespace = segment.get(field, repetition, 4, 1);
    String universal = segment.get(field, repetition, 4, 2);
    String type = segment.get(field, repetition, 4, 3);
    if (OID.matcher(universal).matches() && (type.isEmpty() || type.equals("ISO"))) {
      return "urn:oid:" + universal;
    }
    if (namespace.isEmpty() && universal.isEmpty()) {
      return authority;
    }
    return AssigningAuthority.uri(namespace.isEmpty() ? universal : namespace);
  }

  private static @Nullable String gender(String code, List<Problem> problems) {
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

  private static EncounterDetails encounter(
      Fields pv1, String authority, ZoneId zone, List<Problem> problems) {
    String location =
        Stream.of(pv1.get(3, 0, 1, 1), pv1.get(3, 0, 2, 1), pv1.get(3, 0, 3, 1))
            .filter(part -> !part.isEmpty())
            .reduce((a, b) -> a + " · " + b)
            .orElse("");
    for (int field : new int[] {44, 45}) {
      if (!pv1.get(field).isEmpty() && Hl7Time.instant(pv1.get(field), zone).isEmpty()) {
        problems.add(new Problem("PV1^1^" + field, Hl7Fault.DATA_TYPE, "The time is no time"));
      }
    }
    return new EncounterDetails(
        system(pv1, 19, 0, authority + ":visit"),
        pv1.get(19),
        pv1.get(2),
        location,
        Hl7Time.instant(pv1.get(44), zone).orElse(null),
        Hl7Time.instant(pv1.get(45), zone).orElse(null));
  }
}
