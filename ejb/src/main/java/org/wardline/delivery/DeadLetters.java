package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.delivery.Outbox.Kind;
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
   * @param kind whether it is the message, that it was taken back, or that somebody answered it
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
      Kind kind,
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
              document_id, kind, answered_by, attempts, reason, owner, parked_at, due_at)
            select id, organization_id, destination, lane, priority, conversation_id, message_id, control_id, document_id,
              kind, answered_by, attempts + 1, ?, ?, ?, ? from parked
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

  /** True when the message itself waits here for a person. */
  public boolean holds(UUID organization, UUID message, String destination) {
    return database
        .first(
            """
            select 1 as one from dead_letter
            where organization_id = ? and message_id = ? and destination = ? and kind = 'original' and replayed_at is null""",
            row -> row.integer("one"),
            organization,
            message,
            destination)
        .isPresent();
  }

  /**
   * Puts it back into its lane, behind what waits there, and behind a message that it was taken
   * back, when that waited for it; empty when it is not open any more.
   */
  public Optional<DeadLetter> replay(UUID organization, UUID id, String by) {
    Instant now = keys.now();
    return database.first(
        """
        with asked as (
          select * from dead_letter where id = ? and organization_id = ? and replayed_at is null for update),
        again as (
          update dead_letter d set replayed_at = ?, replayed_by = ? from asked a
          where d.replayed_at is null and (d.id = a.id
            or a.kind = 'original' and d.kind <> 'original' and d.message_id = a.message_id and d.destination = a.destination
              and d.organization_id = a.organization_id)
          returning d.*),
        put as (
          insert into delivery (id, organization_id, destination, lane, conversation_id, message_id, priority, control_id,
            document_id, kind, answered_by, attempts, enqueued_at)
          select id, organization_id, destination, lane, conversation_id, message_id, priority, control_id, document_id,
            kind, answered_by, attempts, ? from again order by kind <> 'original', kind)
        select * from asked""",
        DeadLetters::deadLetter,
        id,
        organization,
        now,
        by,
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
        Kind.fromCode(row.text("kind")),
        row.integer("attempts"),
        row.text("reason"),
        row.text("owner"),
        row.instant("parked_at"),
        row.instant("due_at"));
  }
}
