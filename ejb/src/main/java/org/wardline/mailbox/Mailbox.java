package org.wardline.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;
import org.wardline.store.Keys;

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
   */
  public record Conversation(
      UUID id,
      UUID organizationId,
      @Nullable UUID patientId,
      String topic,
      UUID dataKeyId,
      int lastOrdinal,
      Instant createdAt) {}

  /** Somebody who takes part. */
  public record Participant(String party, @Nullable String viaRole) {}

  /** Begins a conversation with a data key of its own. */
  public Conversation start(UUID organization, @Nullable UUID patient, String topic, PartyRef by) {
    Instant now = keys.now();
    UUID id = keys.next(now);
    UUID dataKey = dataKeys.of(organization, "conversation", id.toString()).id();
    database.update(
        """
        insert into conversation (id, organization_id, patient_id, topic, data_key_id, created_by, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        id,
        organization,
        patient,
        topic,
        dataKey,
        by.toString(),
        now,
        now);
    return new Conversation(id, organization, patient, topic, dataKey, 0, now);
  }

  public Optional<Conversation> find(UUID organization, UUID id) {
    return database.first(
        "select * from conversation where id = ? and organization_id = ?",
        Mailbox::conversation,
        id,
        organization);
  }

  /**
   * The conversation, held until the transaction ends: messages get their places one after the
   * other.
   */
  public Optional<Conversation> hold(UUID organization, UUID id) {
    return database.first(
        "select * from conversation where id = ? and organization_id = ? for update",
        Mailbox::conversation,
        id,
        organization);
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

  /** Lets somebody take part; nothing happens when he does already. */
  public void join(Conversation conversation, PartyRef party, @Nullable String viaRole) {
    database.update(
        """
        insert into participant (conversation_id, organization_id, party, via_role, joined_at) values (?, ?, ?, ?, ?)
        on conflict do nothing""",
        conversation.id(),
        conversation.organizationId(),
        party.toString(),
        viaRole,
        keys.now());
  }

  /**
   * Seals and keeps a message in its place, the next after {@link Conversation#lastOrdinal()}.
   *
   * @param recordedOnly true when it happened elsewhere and is only put on record
   * @return the commitment
   */
  public byte[] store(
      Conversation conversation,
      ClinicalMessage message,
      List<Recipient> addressees,
      boolean recordedOnly) {
    SealedMessages.Sealed sealed =
        SealedMessages.seal(message, dataKeys.byId(conversation.dataKeyId()));
    insert(message.header(), sealed, recordedOnly);
    for (int i = 0; i < addressees.size(); i++) {
      Recipient to = addressees.get(i);
      database.update(
          "insert into addressee (message_id, organization_id, party, name, identifier, position) values (?, ?, ?, ?, ?, ?)",
          message.header().messageId(),
          conversation.organizationId(),
          to.party().toString(),
          to.name(),
          to.identifier(),
          i);
    }
    database.update(
        "update conversation set last_ordinal = ?, changed_at = ? where id = ?",
        message.header().ordinal(),
        message.header().sentAt(),
        conversation.id());
    return sealed.commitment();
  }

  /** Remembers the names that the author gave to the message. */
  public void name(
      UUID organization, PartyRef author, UUID message, List<BusinessIdentifier> identifiers) {
    for (BusinessIdentifier identifier : identifiers) {
      database.update(
          "insert into message_identifier (organization_id, author_party, system, value, message_id) values (?, ?, ?, ?, ?)",
          organization,
          author.toString(),
          identifier.system(),
          identifier.value(),
          message);
    }
  }

  /** The message to which this author already gave that name. */
  public Optional<UUID> named(UUID organization, PartyRef author, BusinessIdentifier identifier) {
    return database.first(
        "select message_id from message_identifier where organization_id = ? and author_party = ? and system = ? and value = ?",
        row -> row.uuid("message_id"),
        organization,
        author.toString(),
        identifier.system(),
        identifier.value());
  }

  /** One sender's repeated submission waits for the first one. */
  public void holdName(UUID organization, PartyRef author, BusinessIdentifier identifier) {
    database.first(
        "select pg_advisory_xact_lock(hashtextextended(?, 11))",
        row -> true,
        organization + "|" + author + "|" + identifier.system() + "|" + identifier.value());
  }

  private void insert(MessageHeader header, SealedMessages.Sealed sealed, boolean recordedOnly) {
    var author = header.author();
    var agent = author.onBehalf();
    var patient = header.patient();
    database.update(
        """
        insert into message (id, organization_id, conversation_id, ordinal, author_party, author_identifier, author_name,
          author_profession, author_department, author_role_id, authentication_level, agent_party, agent_name, patient_id,
          patient_identifier_system, patient_identifier, patient_name, patient_birth_date, priority, sent_at, in_response_to,
          recorded_only, sealed, commitment)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        header.messageId(),
        header.organizationId(),
        header.conversationId(),
        header.ordinal(),
        author.party().toString(),
        author.identifier(),
        author.name(),
        author.profession(),
        author.department(),
        author.roleId(),
        author.authenticationLevel(),
        agent == null ? null : agent.party().toString(),
        agent == null ? null : agent.name(),
        patient == null ? null : patient.patientId(),
        patient == null ? null : patient.identifierSystem(),
        patient == null ? null : patient.identifier(),
        patient == null ? null : patient.name(),
        patient == null ? null : patient.birthDate(),
        header.priority().code(),
        header.sentAt(),
        header.inResponseTo(),
        recordedOnly,
        sealed.bytes(),
        sealed.commitment());
  }

  private static Conversation conversation(Database.Row row) throws java.sql.SQLException {
    return new Conversation(
        row.uuid("id"),
        row.uuid("organization_id"),
        row.uuidOrNull("patient_id"),
        row.text("topic"),
        row.uuid("data_key_id"),
        row.integer("last_ordinal"),
        row.instant("created_at"));
  }
}
