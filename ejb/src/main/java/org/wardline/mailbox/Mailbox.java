package org.wardline.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Carried;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;

/** Conversations and their messages, sealed at rest. Opens nothing: {@link SealedMessages} does. */
@Singleton
public class Mailbox {
  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  public Mailbox(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /**
   * A thread.
   *
   * @param patientId null for a conversation without patient
   * @param lastOrdinal place of its newest message; 0 when it has none
   * @param closesAt from then on it takes no messages; null while its patient is here
   */
  public record Conversation(
      UUID id,
      UUID organizationId,
      @Nullable UUID patientId,
      String topic,
      UUID dataKeyId,
      int lastOrdinal,
      String createdBy,
      Instant createdAt,
      @Nullable Instant closesAt) {}

  /** Somebody who takes part. */
  public record Participant(String party, @Nullable String viaRole) {}

  /**
   * A new conversation.
   *
   * @param id from {@link Keys#next()}, known to nobody else
   * @param patient null for a conversation without patient
   */
  public record Beginning(
      UUID id, UUID organization, @Nullable UUID patient, String topic, PartyRef by) {}

  /** Begins a conversation with a data key of its own; {@code rows} get the key's row. */
  public HeldConversation start(Beginning begin, RowBatch rows) {
    DataKey key = dataKeys.fresh(begin.organization(), "conversation", begin.id().toString(), rows);
    var kept =
        new Conversation(
            begin.id(),
            begin.organization(),
            begin.patient(),
            begin.topic(),
            key.id(),
            0,
            begin.by().toString(),
            keys.now(),
            null);
    return new HeldConversation(kept, key, List.of());
  }

  public Optional<Conversation> find(UUID organization, UUID id) {
    return database.first(
        "select * from conversation where id = ? and organization_id = ?",
        Mailbox::conversation,
        id,
        organization);
  }

  /**
   * These conversations, held until the transaction ends: messages get their places one after the
   * other. Held in one order, so that two transactions cannot wait for each other for ever.
   */
  public Map<UUID, HeldConversation> hold(UUID organization, Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    UUID[] wanted = ids.toArray(UUID[]::new);
    List<Conversation> found =
        database.list(
            "select * from conversation where id = any((select ?::uuid[])::uuid[]) and organization_id is not distinct from ? order by id for update",
            Mailbox::conversation,
            wanted,
            organization);
    Map<UUID, List<Participant>> participants = new HashMap<>();
    database.list(
        """
        select conversation_id, party, via_role from participant
        where conversation_id = any((select ?::uuid[])::uuid[]) order by joined_at, party""",
        row ->
            participants
                .computeIfAbsent(row.uuid("conversation_id"), id -> new ArrayList<>())
                .add(new Participant(row.text("party"), row.textOrNull("via_role"))),
        (Object) wanted);
    return found.stream()
        .collect(
            Collectors.toMap(
                Conversation::id,
                c ->
                    new HeldConversation(
                        c,
                        dataKeys.byId(c.dataKeyId()),
                        participants.getOrDefault(c.id(), List.of()))));
  }

  public List<Participant> participants(UUID conversation) {
    return database.list(
        "select party, via_role from participant where conversation_id = ? order by joined_at, party",
        row -> new Participant(row.text("party"), row.textOrNull("via_role")),
        conversation);
  }

  public boolean takesPart(UUID conversation, PartyRef party) {
    return database
        .first(
            "select 1 from participant where conversation_id = ? and party = ?",
            row -> true,
            conversation,
            party.toString())
        .isPresent();
  }

  /**
   * Seals a message and adds it in the place that its header says.
   *
   * @param recordedOnly true when it happened elsewhere and is only put on record
   * @return the commitment
   */
  public byte[] add(
      RowBatch rows,
      HeldConversation conversation,
      ClinicalMessage message,
      List<Recipient> addressees,
      Category category,
      boolean recordedOnly) {
    SealedMessages.Sealed sealed = SealedMessages.seal(message, conversation.key());
    MessageHeader header = message.header();
    MessageRows.add(rows, header, sealed, category, recordedOnly);
    for (int i = 0; i < addressees.size(); i++) {
      Recipient to = addressees.get(i);
      rows.add(
          MessageRows.ADDRESSEE,
          header.messageId(),
          header.organizationId(),
          to.party().toString(),
          to.name(),
          to.identifier(),
          i);
    }
    return sealed.commitment();
  }

  /** Adds what changed in a conversation: its last place, and who came in. */
  public void addTo(RowBatch rows, UUID organization, HeldConversation held) {
    rows.add(
        MessageRows.CONVERSATION,
        held.id(),
        organization,
        held.patientId(),
        held.topic(),
        held.key().id(),
        held.lastOrdinal(),
        held.createdBy(),
        held.createdAt(),
        held.changedAt());
    for (Participant participant : held.joined()) {
      rows.add(
          MessageRows.PARTICIPANT,
          held.id(),
          organization,
          participant.party(),
          participant.viaRole(),
          held.changedAt());
    }
  }

  /** Adds a name that the author gave to the message. */
  public void add(
      RowBatch rows, UUID organization, PartyRef author, UUID message, BusinessIdentifier name) {
    rows.add(
        MessageRows.IDENTIFIER,
        organization,
        author.toString(),
        name.system(),
        name.value(),
        message);
  }

  /** Adds by what the message is found besides. */
  public void carry(RowBatch rows, MessageHeader header, Carried carried) {
    for (Carried.Code code : carried.codes()) {
      rows.add(
          MessageRows.CODE,
          header.organizationId(),
          header.messageId(),
          code.parameter(),
          code.value());
    }
    if (carried.sent() != null) {
      rows.add(MessageRows.TOLD, header.organizationId(), header.messageId(), carried.sent());
    }
  }

  /** What one sender calls a message. */
  public record SenderName(PartyRef author, BusinessIdentifier identifier) {
    /** For a lock: one sender's repeated submission waits for the first one. */
    public String lock(UUID organization) {
      return "message-name|"
          + organization
          + "|"
          + author
          + "|"
          + identifier.system()
          + "|"
          + identifier.value();
    }
  }

  /** Where a message has its place. */
  public record Place(UUID messageId, UUID conversationId, int ordinal) {}

  /** The messages to which these names were given before. */
  public Map<SenderName, Place> named(UUID organization, Collection<SenderName> names) {
    Map<SenderName, Place> found = new HashMap<>();
    if (!names.isEmpty()) {
      database.list(
          """
          select w.author_party, w.system, w.value, m.id, m.conversation_id, m.ordinal
          from unnest((select ?::text[]), (select ?::text[]), (select ?::text[])) as w(author_party, system, value)
          cross join lateral (
            select message_id from message_identifier where organization_id = ? and author_party = w.author_party
              and system = w.system and value = w.value offset 0) i
          join message m on m.id = i.message_id""",
          row ->
              found.put(
                  new SenderName(
                      PartyRef.parse(row.text("author_party")),
                      new BusinessIdentifier(row.text("system"), row.text("value"))),
                  place(row)),
          names.stream().map(n -> n.author().toString()).toArray(String[]::new),
          names.stream().map(n -> n.identifier().system()).toArray(String[]::new),
          names.stream().map(n -> n.identifier().value()).toArray(String[]::new),
          organization);
    }
    return found;
  }

  /** The places of these messages; one that is not here is not in it. */
  public Map<UUID, Place> places(UUID organization, Collection<UUID> messages) {
    return messages.isEmpty()
        ? Map.of()
        : database
            .list(
                "select id, conversation_id, ordinal from message where id = any((select ?::uuid[])::uuid[]) and organization_id is not distinct from ?",
                Mailbox::place,
                messages.toArray(UUID[]::new),
                organization)
            .stream()
            .collect(Collectors.toMap(Place::messageId, Function.identity()));
  }

  private static Place place(Database.Row row) throws java.sql.SQLException {
    return new Place(row.uuid("id"), row.uuid("conversation_id"), row.integer("ordinal"));
  }

  private static Conversation conversation(Database.Row row) throws java.sql.SQLException {
    return new Conversation(
        row.uuid("id"),
        row.uuid("organization_id"),
        row.uuidOrNull("patient_id"),
        row.text("topic"),
        row.uuid("data_key_id"),
        row.integer("last_ordinal"),
        row.text("created_by"),
        row.instant("created_at"),
        row.instantOrNull("closes_at"));
  }
}
