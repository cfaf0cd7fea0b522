package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.Appointment.ParticipationStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.wardline.mapping.hl7.ChartRecords.About;
import org.wardline.mapping.hl7.Segments.Fields;

/** SIU: SCH with its resources is an appointment (v2-to-FHIR guide, message SIU_S12). */
final class AppointmentMapper {
  private final Sender sender;
  private final ChartRecords chart;

  AppointmentMapper(Sender sender, ChartRecords chart) {
    this.sender = sender;
    this.chart = chart;
  }

  void map(String event, Segments message) {
    Fields sch = message.first("SCH");
    Fields ais = message.first("AIS");
    Fields timing = message.first("TQ1");
    Identifier placer = number(sch, 1, "PLAC");
    Identifier filler = number(sch, 2, "FILL");
    Identifier key = filler.hasValue() ? filler : placer;
    UUID id = chart.id("Appointment", key, "");
    var appointment = new Appointment();
    for (Identifier number : List.of(placer, filler)) {
      if (number.hasValue()) {
        appointment.addIdentifier(number);
      }
    }
    String start = Sender.firstOf(timing.get(7), sch.get(11, 4), ais.get(4));
    boolean timed = sender.instant(start).isPresent();
    appointment.setStatus(status(event, sch, timed));
    String end = timing.get(7).isEmpty() ? sch.get(11, 5) : timing.get(8);
    times(start, end, minutes(sch, ais), appointment);
    CodeableConcept reason = sender.cwe(sch.value(7));
    if (!reason.isEmpty()) {
      appointment.addReasonCode(reason);
    }
    CodeableConcept type = sender.cwe(sch.value(8));
    if (!type.isEmpty()) {
      appointment.setAppointmentType(type);
    }
    for (Fields service : message.all("AIS")) {
      CodeableConcept what = sender.cwe(service.value(3));
      if (!what.isEmpty()) {
        appointment.addServiceType(what);
      }
    }
    participants(message, appointment);
    List<String> notes = new ArrayList<>();
    message.all("NTE").forEach(nte -> Sender.note(nte).ifPresent(n -> notes.add(n.getText())));
    if (!notes.isEmpty()) {
      appointment.setComment(String.join("\n", notes));
    }
    chart.add(
        id,
        appointment,
        new About(
            appointment.getIdentifier(),
            appointment.hasServiceType() ? appointment.getServiceTypeFirstRep() : type,
            appointment.getStatus().toCode(),
            sender.instant(start).orElse(null),
            null));
  }

  private Identifier number(Fields sch, int field, String type) {
    return sch.get(field).isEmpty() ? new Identifier() : sender.ei(sch.value(field), type);
  }

  /** SCH-25, else the event; one without a time can only be proposed, cancelled or on a list. */
  private static AppointmentStatus status(String event, Fields sch, boolean timed) {
    String status =
        CodeTables.find(CodeTables.APPOINTMENT_EVENT, event)
            .filter(s -> !s.equals("booked"))
            .or(() -> CodeTables.find(CodeTables.APPOINTMENT_STATUS, sch.get(25)))
            .or(() -> CodeTables.find(CodeTables.APPOINTMENT_EVENT, event))
            .orElse("pending");
    boolean mayLackTime = List.of("cancelled", "waitlist", "proposed").contains(status);
    if (timed || mayLackTime) {
      return AppointmentStatus.fromCode(status);
    }
    boolean over = List.of("noshow", "entered-in-error", "fulfilled").contains(status);
    return over ? AppointmentStatus.CANCELLED : AppointmentStatus.PROPOSED;
  }

  /** TQ1-7 and 8, which took the place of SCH-11; the duration where no end is given. */
  private void times(
      String start, String end, java.util.Optional<Integer> duration, Appointment appointment) {
    boolean timed = sender.instant(start).isPresent();
    sender.instant(start).map(java.util.Date::from).ifPresent(appointment::setStart);
    duration.ifPresent(
        minutes -> {
          appointment.setMinutesDuration(minutes);
          if (timed && sender.instant(end).isEmpty()) {
            appointment.setEnd(
                java.util.Date.from(appointment.getStart().toInstant().plusSeconds(60L * minutes)));
          }
        });
    sender
        .instant(end)
        .filter(at -> timed)
        .map(java.util.Date::from)
        .ifPresent(appointment::setEnd);
    if (timed && !appointment.hasEnd()) { // a start is not enough in FHIR (invariant app-2)
      appointment.setEnd(appointment.getStart());
    }
  }

  /** SCH-9 and 10, or AIS-7 and 8, in minutes. */
  private static java.util.Optional<Integer> minutes(Fields sch, Fields ais) {
    String amount = Sender.firstOf(sch.get(9), ais.get(7));
    String unit = Sender.firstOf(sch.get(10), ais.get(8)).toUpperCase(Locale.ROOT);
    if (!amount.matches("[1-9]\\d{0,4}")) {
      return java.util.Optional.empty();
    }
    int number = Integer.parseInt(amount);
    return switch (unit) {
      case "", "MIN", "M", "MINUTES" -> java.util.Optional.of(number);
      case "H", "HR", "HOURS" -> java.util.Optional.of(60 * number);
      case "S", "SEC", "SECONDS" -> java.util.Optional.of(Math.max(1, number / 60));
      default -> java.util.Optional.empty();
    };
  }

  private void participants(Segments message, Appointment appointment) {
    for (Fields aip : message.all("AIP")) {
      aip.values(3).forEach(v -> sender.xcn(v).ifPresent(person -> add(appointment, person)));
    }
    for (Fields ail : message.all("AIL")) {
      String place = Sender.pl(ail.value(3));
      if (!place.isEmpty()) {
        add(appointment, new Reference().setType("Location").setDisplay(place));
      }
    }
    for (Fields aig : message.all("AIG")) {
      String thing = Sender.firstOf(aig.get(3, 2), aig.get(3));
      if (!thing.isEmpty()) {
        add(appointment, new Reference().setType("Device").setDisplay(thing));
      }
    }
  }

  private static void add(Appointment appointment, Reference actor) {
    appointment.addParticipant().setActor(actor).setStatus(ParticipationStatus.ACCEPTED);
  }
}
