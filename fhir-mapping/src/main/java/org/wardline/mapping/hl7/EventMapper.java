package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Identifier;
import org.jspecify.annotations.Nullable;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Mapped;
import org.wardline.message.Mapped.Problem;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.message.StaffRecord;

/**
 * An HL7 v2 message to what it says here. Which segments of a type have a rule is written in {@link
 * #RULES}; all others are counted.
 */
public final class EventMapper {
  private static final Set<String> HEADERS =
      Set.of("MSH", "SFT", "UAC", "EVN", "FHS", "BHS", "BTS", "FTS", "DSC");
  private static final Set<String> PERSON = Set.of("PID", "PD1", "NK1", "PV1", "PV2");

  /** Type of message, and the segments that are mapped beside those of the person. */
  private static final Map<String, Set<String>> RULES =
      Map.of(
          "ADT", Set.of("MRG", "OBX"),
          "ORU", Set.of("ORC", "OBR", "OBX", "NTE"),
          "ORM", Set.of("ORC", "OBR", "RXO", "ODS", "RQD", "TQ1", "OBX", "NTE"),
          "OML", Set.of("ORC", "OBR", "TQ1", "OBX", "NTE"),
          "OMG", Set.of("ORC", "OBR", "TQ1", "OBX", "NTE"),
          "MDM", Set.of("TXA", "OBX"),
          "SIU", Set.of("SCH", "TQ1", "RGS", "AIS", "AIG", "AIL", "AIP", "NTE"),
          "MFN", Set.of("MFI", "MFE", "STF", "PRA"));

  /** Events with a meaning of their own here, or none but what the segments say. */
  private static final Map<String, Pattern> EVENTS =
      Map.of(
          "ADT",
          Pattern.compile(
              "A(0[1-9]|1[0-6]|18|2[125-8]|3[0-1]|3[3-6]|3[89]|40|4[3-7]|5[1-5]|6[0-2])"),
          "ORU",
          Pattern.compile("R(01|30|31|32|40)"),
          "ORM",
          Pattern.compile("O01"),
          "OML",
          Pattern.compile("O(21|33|35|39)"),
          "OMG",
          Pattern.compile("O19"),
          "MDM",
          Pattern.compile("T(0[1-9]|1[01])"),
          "SIU",
          Pattern.compile("S(1[2-9]|2[0-6])"),
          "MFN",
          Pattern.compile("M02"));

  /** Records are deleted, swapped, linked or unlinked: a person decides what that means here. */
  private static final Pattern FOR_A_PERSON = Pattern.compile("A(17|23|24|29|37|41|42|48|49|50)");

  private static final Set<String> MERGES =
      Set.of("A18", "A30", "A34", "A35", "A36", "A39", "A40", "A46", "A47");

  private final Sender sender;
  private final Set<String> criticalFlags;

  /**
   * For a sender.
   *
   * @param criticalFlags values of OBX-8 that somebody must know at once, such as {@code HH}
   */
  public EventMapper(Sender sender, Set<String> criticalFlags) {
    this.sender = sender;
    this.criticalFlags = Set.copyOf(criticalFlags);
  }

  /** True for a type of message that has rules. */
  public static boolean knows(String messageType) {
    return RULES.containsKey(messageType);
  }

  /** True for an event that has a meaning here. */
  public static boolean understands(Msh msh) {
    Pattern events = EVENTS.get(msh.messageType());
    String event = msh.triggerEvent();
    return events != null
        && (event.isEmpty() || events.matcher(event).matches() || needsPerson(msh));
  }

  /** True for an event that changes which records there are: somebody must look at it. */
  public static boolean needsPerson(Msh msh) {
    return msh.messageType().equals("ADT") && FOR_A_PERSON.matcher(msh.triggerEvent()).matches();
  }

  /**
   * Maps one message: an event for each patient of whom it tells.
   *
   * @param scope names the message among all of the sender's
   */
  public Mapped<List<Hl7Event>> map(Msh msh, Segments message, String scope) {
    var problems = new ArrayList<Problem>();
    var events = new ArrayList<Hl7Event>();
    List<Segments> parts = message.parts();
    for (int i = 0; i < parts.size(); i++) {
      events.add(part(msh, parts.get(i), i == 0 ? scope : scope + "|" + (i + 1), problems));
    }
    return new Mapped<>(List.copyOf(events), problems.stream().distinct().toList());
  }

  private Hl7Event part(Msh msh, Segments message, String scope, List<Problem> problems) {
    String type = msh.messageType();
    String event = msh.triggerEvent();
    var patients = new PatientMapper(sender, problems);
    PatientDemographics patient = patients.patient(message);
    List<StaffRecord> staff =
        type.equals("MFN") ? new StaffMapper(problems).map(message) : List.of();
    if (patient == null && !type.equals("MFN")) {
      problems.add(new Problem("PID^1^3", Hl7Fault.REQUIRED_MISSING, "No patient identifier"));
    }
    EncounterDetails encounter = new VisitMapper(sender, problems).encounter(msh, message);
    var chart = new ChartRecords(scope, encounter);
    Map<UUID, String> withdrawn = chart(type, event, message, chart, problems);
    if (type.equals("ADT") && message.has("OBX")) {
      said(message, patient, encounter, chart, problems);
    }
    List<PatientIdentifier> prior = type.equals("ADT") ? patients.prior(message) : List.of();
    return new Hl7Event(
        kind(type, event, prior),
        patient,
        prior,
        encounter,
        Sender.pl(message.first("PV1").value(3)),
        type.equals("ADT") && (event.equals("A02") || event.equals("A12")),
        chart.all(),
        withdrawn,
        staff,
        unmapped(type, message));
  }

  /** What an ADT says beside: of the stay, else of the patient; told again, it is a new version. */
  private void said(
      Segments message,
      @Nullable PatientDemographics patient,
      @Nullable EncounterDetails encounter,
      ChartRecords chart,
      List<Problem> problems) {
    var around = new Identifier();
    if (encounter != null && !encounter.visitNumber().isEmpty()) {
      around.setSystem(encounter.visitSystem()).setValue(encounter.visitNumber());
    } else if (patient != null) {
      PatientIdentifier number = patient.identifiers().get(0);
      around.setSystem(number.system()).setValue(number.value());
    }
    var observations = new ObservationMapper(sender, Set.of(), problems); // old news calls nobody
    new ResultMapper(sender, observations, chart, around).map(message);
  }

  private Map<UUID, String> chart(
      String type, String event, Segments message, ChartRecords chart, List<Problem> problems) {
    var observations = new ObservationMapper(sender, criticalFlags, problems);
    switch (type) {
      case "ORU" -> new ResultMapper(sender, observations, chart, new Identifier()).map(message);
      case "ORM", "OML", "OMG" -> {
        return new OrderMapper(sender, observations, chart).map(message);
      }
      case "SIU" -> new AppointmentMapper(sender, chart).map(event, message);
      case "MDM" -> {
        return new DocumentMapper(sender, observations, chart).map(event, message);
      }
      default -> {
        // ADT and MFN: no reports, orders or documents
      }
    }
    return Map.of();
  }

  private static Hl7Event.Kind kind(String type, String event, List<PatientIdentifier> prior) {
    if (!type.equals("ADT")) {
      return Hl7Event.Kind.SAID;
    }
    if (!prior.isEmpty() && MERGES.contains(event)) {
      return Hl7Event.Kind.MERGED;
    }
    if (!prior.isEmpty() && (event.equals("A45") || event.equals("A44") || event.equals("A43"))) {
      return Hl7Event.Kind.VISIT_MOVED;
    }
    return switch (event) {
      case "A03" -> Hl7Event.Kind.DISCHARGED;
      case "A11" -> Hl7Event.Kind.CANCELLED;
      case "A01", "A13" -> Hl7Event.Kind.READMITTED;
      default -> Hl7Event.Kind.SAID;
    };
  }

  private static Map<String, Integer> unmapped(String type, Segments message) {
    Set<String> rules = RULES.getOrDefault(type, Set.of());
    Map<String, Integer> counted = new TreeMap<>();
    for (String name : message.names()) {
      if (!HEADERS.contains(name) && !PERSON.contains(name) && !rules.contains(name)) {
        counted.merge(name, 1, Integer::sum);
      }
    }
    return counted;
  }
}
