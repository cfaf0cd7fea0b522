package org.wardline.intake.hl7v2;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.intake.hl7v2.Sources.Source;
import org.wardline.mapping.hl7.CharacterSets;
import org.wardline.mapping.hl7.EventMapper;
import org.wardline.mapping.hl7.Hl7Event;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.mapping.hl7.Segments;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Mapped;
import org.wardline.message.PatientIdentifier;

/**
 * A message that came in and can be kept.
 *
 * @param name what makes it the same as another
 * @param raw content of the MLLP frame, as it came
 * @param peer network address of the sender
 * @param events what it says, of each patient; empty when it is only to be kept now
 * @param warnings of the mapping
 */
record Arrival(
    Msh msh,
    Source source,
    Name name,
    byte[] raw,
    String peer,
    List<Hl7Event> events,
    List<Hl7Fault> warnings) {
  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

  Arrival {
    events = List.copyOf(events);
    warnings = List.copyOf(warnings);
  }

  /** Kept now; read and processed later, or never. */
  static Arrival unread(Msh msh, Source source, Name name, byte[] raw, String peer) {
    return new Arrival(msh, source, name, raw, peer, List.of(), List.of());
  }

  /** True when it is kept now and processed later. */
  boolean toBeProcessed() {
    return events.isEmpty()
        && source.acknowledge() != Sources.Acknowledge.ARCHIVED
        && EventMapper.knows(msh.messageType());
  }

  /**
   * True when nothing that came before changes what is done with it: it is only kept now, its
   * control id may stand for several messages, and its answer carries no warning.
   */
  boolean keptAsItComes() {
    return events.isEmpty() && !source.strictControlIds() && !Replies.warns(msh);
  }

  /** Names it among all: for what it says without a name of its own. */
  private String scope() {
    return name.scope() + "|" + name.controlId() + "|" + HexFormat.of().formatHex(name.bodyHash());
  }

  /** Whose records it is about. */
  List<PatientIdentifier> identifiers() {
    var all = new ArrayList<PatientIdentifier>();
    for (Hl7Event event : events) {
      all.addAll(event.prior());
      if (event.patient() != null) {
        all.addAll(event.patient().identifiers());
      }
    }
    return all;
  }

  /** What it says of stays that have a number. */
  Stream<EncounterDetails> stays() {
    return events.stream()
        .map(Hl7Event::encounter)
        .filter(stay -> stay != null && !stay.visitNumber().isEmpty());
  }

  /** True when it says who works here. */
  boolean tellsOfStaff() {
    return events.stream().anyMatch(event -> !event.staff().isEmpty());
  }

  /**
   * The same, read.
   *
   * @throws Hl7FaultException when it cannot be
   */
  Arrival read() throws Hl7FaultException {
    String text = CharacterSets.decode(raw, CharacterSets.named(msh.characterSet()));
    Mapped<List<Hl7Event>> mapped = map(Segments.parse(text, msh));
    var problems = new ArrayList<Hl7Fault>();
    mapped.problems().forEach(p -> problems.add(Hl7Fault.error(p.location(), p.code(), p.text())));
    if (!EventMapper.understands(msh)) {
      problems.add(
          Hl7Fault.error(
              "MSH^1^9",
              Hl7Fault.UNSUPPORTED_EVENT,
              "This event has no meaning here; what the segments say was taken"));
    }
    return new Arrival(msh, source, name, raw, peer, mapped.value(), problems);
  }

  /** A fault of our own mapping must not make its sender repeat the message for ever. */
  private Mapped<List<Hl7Event>> map(Segments message) throws Hl7FaultException {
    try {
      return new EventMapper(source.sender(), source.criticalFlags()).map(msh, message, scope());
    } catch (RuntimeException e) {
      StackTraceElement[] where = e.getStackTrace(); // its text might hold what the message says
      LOG.error(
          "a message could not be mapped: {} at {}",
          e.getClass().getSimpleName(),
          where.length == 0 ? "?" : where[0]);
      throw new Hl7FaultException(
          Hl7Fault.error("", Hl7Fault.INTERNAL, "The message cannot be mapped"));
    }
  }
}
