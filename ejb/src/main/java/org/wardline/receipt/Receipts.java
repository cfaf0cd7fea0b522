package org.wardline.receipt;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.ReceiptState;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Receipts: append-only, and nobody can switch them off. One row for each message and target
 * projects the highest state by rank; it is written in the same transaction.
 */
@Singleton
public class Receipts {
  private final Database database;
  private final Keys keys;
  private final Event<ReceiptAppended> news;

  @Inject
  public Receipts(Database database, Keys keys, Event<ReceiptAppended> news) {
    this.database = database;
    this.keys = keys;
    this.news = news;
  }

  /**
   * A message at one recipient or destination.
   *
   * @param target {@code Practitioner/…}, or {@code destination:name}
   */
  public record Subject(UUID organizationId, UUID conversationId, UUID messageId, String target) {}

  /**
   * What is known now of a message at a target.
   *
   * @param viaRole the on-call role through which he was addressed; null when by name
   * @param detail what the hospital's system answered, or why it failed
   */
  public record State(
      UUID messageId,
      String target,
      String name,
      @Nullable String viaRole,
      boolean destination,
      ReceiptState state,
      String detail,
      Instant at) {}

  /** The target of a destination. */
  public static String destination(String name) {
    return "destination:" + name;
  }

  /** Opens the row of a target: the message waits for it. */
  public void open(Subject subject, String name, @Nullable String viaRole, boolean destination) {
    Instant now = keys.now();
    database.update(
        """
        insert into recipient_state (message_id, organization_id, conversation_id, target, target_name, via_role,
          is_destination, state, rank, detail, version, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 1, ?)""",
        subject.messageId(),
        subject.organizationId(),
        subject.conversationId(),
        subject.target(),
        name,
        viaRole,
        destination,
        ReceiptState.QUEUED.code(),
        ReceiptState.QUEUED.rank(),
        now);
    insert(subject, ReceiptState.QUEUED, "", "", now);
  }

  /**
   * Appends a receipt and advances the projection.
   *
   * @param detail fit to be shown; no patient data
   * @param device which of his devices; empty for a destination
   * @return true when the projection advanced, false when a higher state was there already
   */
  public boolean append(Subject subject, ReceiptState state, String detail, String device) {
    Instant now = keys.now();
    int advanced =
        database.update(
            """
            update recipient_state set state = ?, rank = ?, detail = ?, at = ?, version = version + 1
            where message_id = ? and target = ? and (rank < ? or (rank = ? and detail <> ?))""",
            state.code(),
            state.rank(),
            detail,
            now,
            subject.messageId(),
            subject.target(),
            state.rank(),
            state.rank(),
            detail);
    insert(subject, state, detail, device, now);
    news.fire(new ReceiptAppended(subject.organizationId(), subject.conversationId()));
    return advanced > 0;
  }

  /** All states of a conversation's messages. */
  public List<State> ofConversation(UUID organization, UUID conversation) {
    return database.list(
        "select * from recipient_state where conversation_id = ? and organization_id = ? order by is_destination, target_name",
        Receipts::state,
        conversation,
        organization);
  }

  /** All states of these messages. */
  public List<State> ofMessages(UUID organization, List<UUID> messages) {
    return database.list(
        "select * from recipient_state where message_id = any(?) and organization_id = ? order by is_destination, target_name",
        Receipts::state,
        messages.toArray(UUID[]::new),
        organization);
  }

  private void insert(
      Subject subject, ReceiptState state, String detail, String device, Instant at) {
    database.update(
        """
        insert into receipt (organization_id, conversation_id, message_id, target, state, detail, device, at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        subject.organizationId(),
        subject.conversationId(),
        subject.messageId(),
        subject.target(),
        state.code(),
        detail,
        device,
        at);
  }

  private static State state(Database.Row row) throws java.sql.SQLException {
    return new State(
        row.uuid("message_id"),
        row.text("target"),
        row.text("target_name"),
        row.textOrNull("via_role"),
        row.flag("is_destination"),
        ReceiptState.fromCode(row.text("state")),
        row.text("detail"),
        row.instant("at"));
  }
}
