package org.wardline.mailbox;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.mailbox.Mailbox.Participant;
import org.wardline.message.PartyRef;

/**
 * A conversation that a transaction holds: nobody else gives places in it until the transaction
 * ends. Not for use by two threads.
 */
public final class HeldConversation {
  private final UUID id;
  private final @Nullable UUID patientId;
  private final String topic;
  private final String createdBy;
  private final Instant createdAt;
  private final @Nullable Instant closesAt;
  private final DataKey key;
  private final Map<String, Participant> participants = new LinkedHashMap<>();
  private final Map<String, Participant> joined = new LinkedHashMap<>();
  private int lastOrdinal;
  private Instant changedAt;

  HeldConversation(Mailbox.Conversation kept, DataKey key, List<Participant> participants) {
    this.id = kept.id();
    this.patientId = kept.patientId();
    this.topic = kept.topic();
    this.createdBy = kept.createdBy();
    this.createdAt = kept.createdAt();
    this.changedAt = kept.createdAt();
    this.closesAt = kept.closesAt();
    this.key = key;
    this.lastOrdinal = kept.lastOrdinal();
    participants.forEach(p -> this.participants.put(p.party(), p));
  }

  public UUID id() {
    return id;
  }

  /** Null for a conversation without patient. */
  public @Nullable UUID patientId() {
    return patientId;
  }

  /** It takes no messages any more: its patient went home. */
  public boolean closed(Instant now) {
    return closesAt != null && !closesAt.isAfter(now);
  }

  /** Who takes part, in the order in which they came. */
  public List<Participant> participants() {
    return List.copyOf(participants.values());
  }

  public boolean takesPart(PartyRef party) {
    return participants.containsKey(party.toString());
  }

  /** Lets somebody take part; nothing happens when he does already. */
  public void join(PartyRef party, @Nullable String viaRole) {
    var participant = new Participant(party.toString(), viaRole);
    if (participants.putIfAbsent(participant.party(), participant) == null) {
      joined.put(participant.party(), participant);
    }
  }

  /** The next place, from 1; it is taken. */
  public int takePlace(Instant at) {
    changedAt = at;
    return ++lastOrdinal;
  }

  String topic() {
    return topic;
  }

  String createdBy() {
    return createdBy;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant changedAt() {
    return changedAt;
  }

  int lastOrdinal() {
    return lastOrdinal;
  }

  DataKey key() {
    return key;
  }

  List<Participant> joined() {
    return List.copyOf(joined.values());
  }
}
