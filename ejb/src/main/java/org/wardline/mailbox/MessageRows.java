package org.wardline.mailbox;

import org.wardline.message.Category;
import org.wardline.message.MessageHeader;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/** The tables of conversations and messages, as they are written. */
final class MessageRows {
  static final Table CONVERSATION =
      Table.of(
              "conversation",
              "id uuid",
              "organization_id uuid",
              "patient_id uuid",
              "topic text",
              "data_key_id uuid",
              "last_ordinal integer",
              "created_by text",
              "created_at timestamptz",
              "changed_at timestamptz")
          .onConflict(
              "id",
              "do update set last_ordinal = excluded.last_ordinal, changed_at = excluded.changed_at");
  static final Table PARTICIPANT =
      Table.of(
              "participant",
              "conversation_id uuid",
              "organization_id uuid",
              "party text",
              "via_role text",
              "joined_at timestamptz")
          .onConflict("conversation_id, party", "do nothing");
  static final Table ADDRESSEE =
      Table.of(
          "addressee",
          "message_id uuid",
          "organization_id uuid",
          "party text",
          "name text",
          "identifier text",
          "position integer");
  static final Table IDENTIFIER =
      Table.of(
          "message_identifier",
          "organization_id uuid",
          "author_party text",
          "system text",
          "value text",
          "message_id uuid");
  static final Table CODE =
      Table.of(
          "message_code",
          "organization_id uuid",
          "message_id uuid",
          "parameter text",
          "value text");
  static final Table TOLD =
      Table.of("message_told", "organization_id uuid", "message_id uuid", "sent_at timestamptz");
  private static final Table MESSAGE =
      Table.of(
          "message",
          "id uuid",
          "organization_id uuid",
          "conversation_id uuid",
          "ordinal integer",
          "author_party text",
          "author_identifier text",
          "author_name text",
          "author_profession text",
          "author_department text",
          "author_role_id uuid",
          "authentication_level text",
          "agent_party text",
          "agent_name text",
          "patient_id uuid",
          "patient_identifier_system text",
          "patient_identifier text",
          "patient_name text",
          "patient_birth_date text",
          "priority text",
          "sent_at timestamptz",
          "in_response_to uuid",
          "recorded_only boolean",
          "category text",
          "sealed bytea",
          "commitment bytea");

  private MessageRows() {}

  static void add(
      RowBatch rows,
      MessageHeader header,
      SealedMessages.Sealed sealed,
      Category category,
      boolean recordedOnly) {
    var author = header.author();
    var agent = author.onBehalf();
    var patient = header.patient();
    rows.add(
        MESSAGE,
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
        category.code(),
        sealed.bytes(),
        sealed.commitment());
  }
}
