package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;

/**
 * A conversation, without its messages.
 *
 * @param patient whom it is about now; null for one about nobody
 * @param topic may be empty
 * @param closed it takes no more messages
 * @param members who takes part
 */
public record ThreadView(
    UUID id,
    @Nullable PatientSnapshot patient,
    String topic,
    Instant startedAt,
    Instant changedAt,
    boolean closed,
    List<Member> members) {

  /**
   * Who takes part.
   *
   * @param name empty where we do not know it
   * @param wrote a message of it is his
   */
  public record Member(PartyRef party, String name, boolean wrote) {}

  public ThreadView {
    members = List.copyOf(members);
  }

  /** Whether somebody takes part. */
  public boolean member(PartyRef party) {
    return members.stream().anyMatch(m -> m.party().equals(party));
  }
}
