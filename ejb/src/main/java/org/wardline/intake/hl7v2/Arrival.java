package org.wardline.intake.hl7v2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.intake.hl7v2.Sources.Source;
import org.wardline.mapping.hl7.AdtMapper;
import org.wardline.mapping.hl7.AdtMapper.AdtEvent;
import org.wardline.mapping.hl7.CharacterSets;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.mapping.hl7.Segments;
import org.wardline.message.Mapped;

/**
 * A message that came in and can be kept.
 *
 * @param name what makes it the same as another
 * @param raw content of the MLLP frame, as it came
 * @param peer network address of the sender
 * @param event what it says; null when it is only to be kept now
 * @param warnings of the mapping
 */
record Arrival(
    Msh msh,
    Source source,
    Name name,
    byte[] raw,
    String peer,
    @Nullable AdtEvent event,
    List<Hl7Fault> warnings) {

  Arrival {
    warnings = List.copyOf(warnings);
  }

  /** Kept now; read and processed later, or never. */
  static Arrival unread(Msh msh, Source source, Name name, byte[] raw, String peer) {
    return new Arrival(msh, source, name, raw, peer, null, List.of());
  }

  /** True when it is kept now and processed later. */
  boolean toBeProcessed() {
    return event == null && source.acknowledge() != Sources.Acknowledge.ARCHIVED;
  }

  /**
   * The same, read.
   *
   * @throws Hl7FaultException when it cannot be
   */
  Arrival read() throws Hl7FaultException {
    String text = CharacterSets.decode(raw, CharacterSets.named(msh.characterSet()));
    Mapped<AdtEvent> mapped =
        AdtMapper.map(Segments.parse(text, msh), source.authority(), source.zone());
    var problems = new ArrayList<Hl7Fault>();
    mapped.problems().forEach(p -> problems.add(Hl7Fault.error(p.location(), p.code(), p.text())));
    return new Arrival(msh, source, name, raw, peer, mapped.value(), problems);
  }
}
