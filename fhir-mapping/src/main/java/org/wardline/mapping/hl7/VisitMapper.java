package org.wardline.mapping.hl7;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Mapped.Problem;

/**
 * PV1 and PV2 to a stay, as the event says how it stands (v2-to-FHIR guide, maps PV1[Encounter] and
 * PV2[Encounter]).
 */
final class VisitMapper {
  private static final String PARTICIPATION =
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
  private static final Map<Integer, String> PARTICIPANTS =
      Map.of(7, "ATND", 8, "REF", 9, "CON", 17, "ADM");
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private final Sender sender;
  private final List<Problem> problems;

  VisitMapper(Sender sender, List<Problem> problems) {
    this.sender = sender;
    this.problems = problems;
  }

  /** The stay; null when the message says nothing of one. */
  @Nullable EncounterDetails encounter(Msh msh, Segments message) {
    if (!message.has("PV1")) {
      return null;
    }
    Fields pv1 = message.first("PV1");
    Fields pid = message.first("PID");
    boolean movement = msh.messageType().equals("ADT");
    String event = movement ? msh.triggerEvent() : "";
    check(pv1);
    Value number = pv1.value(19);
    Value account = pid.value(18);
    boolean numbered = !number.text().isEmpty() || account.text().isEmpty();
    Value visit = numbered ? number : account;
    boolean authority = !(visit.c(4) + visit.c(4, 2)).isEmpty();
    Instant left = sender.instant(pv1.get(45)).orElse(null);
    String status = status(event, left != null);
    if (left == null && event.equals("A03")) {
      left = happened(msh, message).orElse(null);
    }
    return new EncounterDetails(
        authority
            ? sender.system(visit.c(4), visit.c(4, 2), visit.c(4, 3))
            : sender.authority() + (numbered ? ":visit" : ":account"),
        visit.text(),
        status,
        pv1.get(2),
        location(event, status, pv1, movement),
        sender.instant(pv1.get(44)).orElse(null),
        left,
        details(message, pv1));
  }

  private void check(Fields pv1) {
    for (int field : new int[] {44, 45}) {
      if (!pv1.get(field).isEmpty() && sender.instant(pv1.get(field)).isEmpty()) {
        problems.add(new Problem("PV1^1^" + field, Hl7Fault.DATA_TYPE, "The time is no time"));
      }
    }
  }

  /** EVN-6 when it happened, EVN-2 when it was recorded, MSH-7 when it was sent. */
  private Optional<Instant> happened(Msh msh, Segments message) {
    Fields evn = message.first("EVN");
    return sender
        .instant(evn.get(6))
        .or(() -> sender.instant(evn.get(2)))
        .or(() -> sender.instant(msh.component(7, 1)));
  }

  /** What the event means for the stay; empty when it means nothing. */
  private static String status(String event, boolean left) {
    return switch (event) {
      case "A01", "A04", "A02", "A06", "A07", "A12", "A13", "A22" ->
          left && !event.equals("A13") ? EncounterDetails.FINISHED : EncounterDetails.IN_PROGRESS;
      case "A03" -> EncounterDetails.FINISHED;
      case "A05", "A14" -> "planned";
      case "A11", "A27", "A38" -> "cancelled";
      case "A21" -> "onleave";
      default -> left ? EncounterDetails.FINISHED : "";
    };
  }

  /** Only movements say where he is; a result only says where he was. */
  private static @Nullable String location(
      String event, String status, Fields pv1, boolean movement) {
    if (!movement) {
      return null;
    }
    if (status.equals(EncounterDetails.FINISHED) || status.equals("cancelled")) {
      return null; // whether he is nowhere now, his other stays say
    }
    String location = Sender.pl(pv1.value(3));
    boolean elsewhere = status.equals("planned"); // where he will be
    return location.isEmpty() || elsewhere || event.isEmpty() ? null : location;
  }

  private String details(Segments message, Fields pv1) {
    var encounter = new Encounter();
    PARTICIPANTS.keySet().stream()
        .sorted()
        .forEach(
            field ->
                pv1.values(field)
                    .forEach(
                        v ->
                            sender
                                .xcn(v)
                                .ifPresent(
                                    person ->
                                        encounter
                                            .addParticipant()
                                            .setIndividual(person)
                                            .addType(
                                                new CodeableConcept(
                                                    new Coding(
                                                        PARTICIPATION,
                                                        PARTICIPANTS.get(field),
                                                        null))))));
    add(pv1.value(4), "http://terminology.hl7.org/CodeSystem/v2-0007", encounter::addType);
    add(pv1.value(10), "http://terminology.hl7.org/CodeSystem/v2-0069", encounter::setServiceType);
    add(
        pv1.value(14),
        "http://terminology.hl7.org/CodeSystem/v2-0023",
        c -> encounter.getHospitalization().setAdmitSource(c));
    add(
        pv1.value(36),
        "http://terminology.hl7.org/CodeSystem/v2-0112",
        c -> encounter.getHospitalization().setDischargeDisposition(c));
    add(message.first("PV2").value(3), "", encounter::addReasonCode);
    for (Value alternate : pv1.values(50)) {
      if (!alternate.c(1).isEmpty()) {
        encounter.addIdentifier(sender.cx(alternate));
      }
    }
    String place = Sender.pl(pv1.value(3));
    if (!place.isEmpty()) {
      encounter.addLocation().getLocation().setDisplay(place);
    }
    return encounter.isEmpty() ? "" : FHIR.newJsonParser().encodeResourceToString(encounter);
  }

  private void add(
      Value value, String system, java.util.function.Consumer<CodeableConcept> setter) {
    CodeableConcept concept = sender.cwe(value);
    if (!concept.isEmpty()) {
      concept.getCoding().stream()
          .filter(c -> !c.hasSystem() && !system.isEmpty())
          .forEach(c -> c.setSystem(system));
      setter.accept(concept);
    }
  }
}
