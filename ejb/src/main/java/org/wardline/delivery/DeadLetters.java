package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * What could not be delivered and needs a person: each has an owner and a time by which it is to be
 * seen to. A replay puts it back into its lane with the control id and the document id it had, so
 * that a receiver that took it after all does not take it twice.
 */
@Singleton
public class DeadLetters {
  private final Database database;
  private final Keys keys;

  @Inject
  public DeadLetters(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * One of them; holds nothing of the message.
   *
   * @param attempts that were made
   * @param reason what the receiver answered, or why it was given up
   * @param owner role that sees to it
   * @param dueAt by when
   */
  public record DeadLetter(
      UUID id,
      UUID organizationId,
      String destination,
      UUID conversationId,
      UUID messageId,
      String controlId,
      int attempts,
      String reason,
      String owner,
      Instant parkedAt,
      Instant dueAt) {}

  /** Takes it out of its lane, which goes on; false when another worker had settled it already. */
  public boolean park(Delivery delivery, String reason, String owner, Duration due) {
    Instant now = keys.now();
    return database.update(
            """
            with parked as (delete from delivery where id = ? returning *)
            insert into dead_letter (id, organization_id, destination, lane, priority, conversation_id, message_id, control_id,
              document_id, attempts, reason, owner, parked_at, due_at)
            select id, organization_id, destination, lane, priority, conversation_id, message_id, control_id, document_id,
              attempts + 1, ?, ?, ?, ? from parked
            on conflict (id) do update set attempts = excluded.attempts, reason = excluded.reason, owner = excluded.owner,
              parked_at = excluded.parked_at, due_at = excluded.due_at, replayed_at = null, replayed_by = null""",
            delivery.id(),
            reason,
            owner,
            now,
            now.plus(due))
        > 0;
  }

  /** Those that nobody has replayed; the longest waiting first. */
  public List<DeadLetter> open(UUID organization, int most) {
    return database.list(
        "select * from dead_letter where organization_id = ? and replayed_at is null order by parked_at limit ?",
        DeadLetters::deadLetter,
        organization,
        most);
  }

  /** Puts it back into its lane, behind what waits there; empty when it is not open any more. */
  public Optional<DeadLetter> replay(UUID organization, UUID id, String by) {
    Instant now = keys.now();
    return database.first(
        """
        with again as (
          update dead_letter set replayed_at = ?, replayed_by = ?
          where id = ? and organization_id = ? and replayed_at is null returning *),
        put as (
          insert into delivery (id, organization_id, destination, lane, conversation_id, message_id, priority, control_id,
            document_id, attempts, enqueued_at)
          select id, organization_id, destination, lane, conversation_id, message_id, priority, control_id, document_id,
            attempts, ? from again)
        select * from again""",
        DeadLetters::deadLetter,
        now,
        by,
        id,
        organization,
        now);
  }

  private static DeadLetter deadLetter(Database.Row row) throws java.sql.SQLException {
    return new DeadLetter(
        row.uuid("id"),
        row.uuid("organization_id"),
        row.text("destination"),
        row.uuid("conversation_id"),
        row.uuid("message_id"),
        row.text("control_id"),
        row.integer("attempts"),
        row.text("reason"),
        row.text("owner"),
        row.instant("parked_at"),
        row.instant("due_at"));
  }
}
