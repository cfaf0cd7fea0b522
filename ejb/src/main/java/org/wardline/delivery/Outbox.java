package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.wardline.message.Destination;
import org.wardline.message.MessageHeader;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * What is still to be delivered. A lane – destination and ordering key – is worked by one worker at
 * a time on all nodes, in the order of a sequence; lanes run side by side. A worker holds a lane by
 * a lease: when it dies, another one goes on where it stopped.
 */
@Singleton
public class Outbox {
  private final Database database;
  private final Keys keys;

  @Inject
  public Outbox(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** A lane that this worker holds until then. */
  public record Lane(long id, String destination, Instant until) {}

  /**
   * One thing to deliver.
   *
   * @param controlId at most 20 characters, the same on each attempt
   * @param attempts made so far
   */
  public record Delivery(
      UUID id,
      UUID organizationId,
      long laneId,
      String destination,
      UUID conversationId,
      UUID messageId,
      String controlId,
      String documentId,
      int attempts) {}

  /**
   * Puts a message into the lane of a destination; part of the transaction that keeps the message.
   */
  public void enqueue(MessageHeader header, Destination destination) {
    String key =
        switch (destination.ordering()) {
          case DESTINATION -> "";
          case PATIENT -> header.patient() == null ? "" : header.patient().patientId().toString();
          case CONVERSATION -> header.conversationId().toString();
        };
    Instant now = keys.now();
    database.update(
        "insert into lane (organization_id, destination, ordering_key, due_at) values (?, ?, ?, ?) on conflict do nothing",
        header.organizationId(),
        destination.name(),
        key,
        now);
    database.update(
        """
        insert into delivery (id, organization_id, lane_id, destination, conversation_id, message_id, priority, control_id,
          document_id, enqueued_at)
        select ?, ?, l.id, l.destination, ?, ?, ?, ?, ?, ? from lane l
        where l.organization_id = ? and l.destination = ? and l.ordering_key = ?""",
        keys.next(now),
        header.organizationId(),
        header.conversationId(),
        header.messageId(),
        header.priority().urgency(),
        keys.controlId(),
        keys.controlId(),
        now,
        header.organizationId(),
        destination.name(),
        key);
  }

  /**
   * Takes a lane in which something is due: the most urgent first, then the one that waits longest.
   */
  public Optional<Lane> claim(String worker, Duration lease) {
    Instant now = keys.now();
    Instant until = now.plus(lease);
    return database.first(
        """
        update lane set claimed_by = ?, claimed_until = ? where id = (
          select l.id from lane l
          join (select lane_id, max(priority) as urgency, min(seq) as oldest from delivery group by lane_id) d on d.lane_id = l.id
          where l.due_at <= ? and (l.claimed_until is null or l.claimed_until <= ?)
          order by d.urgency desc, d.oldest limit 1 for update of l skip locked)
        returning id, destination""",
        row -> new Lane(row.number("id"), row.text("destination"), until),
        worker,
        until,
        now,
        now);
  }

  /** The next thing in the lane. */
  public Optional<Delivery> head(Lane lane) {
    return database.first(
        "select * from delivery where lane_id = ? order by seq limit 1",
        row ->
            new Delivery(
                row.uuid("id"),
                row.uuid("organization_id"),
                row.number("lane_id"),
                row.text("destination"),
                row.uuid("conversation_id"),
                row.uuid("message_id"),
                row.text("control_id"),
                row.text("document_id"),
                row.integer("attempts")),
        lane.id());
  }

  /** Prolongs the lease; false when it was lost to another worker. */
  public boolean keep(Lane lane, String worker, Duration lease) {
    return database.update(
            "update lane set claimed_until = ? where id = ? and claimed_by = ?",
            keys.now().plus(lease),
            lane.id(),
            worker)
        > 0;
  }

  /** Gives the lane back; it is due again then. */
  public void release(Lane lane, String worker, Instant dueAt) {
    database.update(
        "update lane set claimed_by = null, claimed_until = null, due_at = ? where id = ? and claimed_by = ?",
        dueAt,
        lane.id(),
        worker);
  }

  /**
   * It is done: nothing of it stays in the outbox. False when another worker had settled it
   * already.
   */
  public boolean remove(Delivery delivery) {
    return database.update("delete from delivery where id = ?", delivery.id()) > 0;
  }

  /** Counts an attempt that is to be repeated. */
  public void countAttempt(Delivery delivery, String error) {
    database.update(
        "update delivery set attempts = attempts + 1, last_error = ? where id = ?",
        error,
        delivery.id());
  }

  /**
   * Parks it with an owner: the lane goes on without it. False when another worker had settled it
   * already.
   */
  public boolean park(Delivery delivery, String reason, String owner) {
    database.update(
        """
        insert into dead_letter (id, organization_id, destination, conversation_id, message_id, control_id, document_id,
          attempts, reason, owner, parked_at)
        select id, organization_id, destination, conversation_id, message_id, control_id, document_id, attempts + 1, ?, ?, ?
        from delivery where id = ?""",
        reason,
        owner,
        keys.now(),
        delivery.id());
    return remove(delivery);
  }

  /** How many things wait. */
  public long backlog() {
    return database.first("select count(*) as n from delivery", row -> row.number("n")).orElse(0L);
  }
}
