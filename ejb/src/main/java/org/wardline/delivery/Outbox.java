package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.delivery.Lanes.Lane;
import org.wardline.message.Destination;
import org.wardline.message.Identifiers;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * What is still to be delivered; small, because what was delivered is removed. Within a lane the
 * order is that of a sequence.
 */
@Singleton
public class Outbox {
  private static final Table DELIVERY =
      Table.of(
          "delivery",
          "id uuid",
          "organization_id uuid",
          "destination text",
          "lane text",
          "conversation_id uuid",
          "message_id uuid",
          "priority smallint",
          "control_id text",
          "document_id text",
          "kind text",
          "answered_by text",
          "enqueued_at timestamptz");

  private final Database database;
  private final Keys keys;

  @Inject
  public Outbox(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * One thing to deliver.
   *
   * @param priority higher goes first
   * @param patientId whom the message is about; null for none
   * @param controlId at most 20 characters, the same on each attempt
   * @param kind to file the message, to take back what was filed, or to document an answer
   * @param answeredBy who answered; empty for any other kind
   * @param attempts made so far
   * @param begun true when it was put on record before that somebody tries
   * @param heldSince since when it holds up its lane; null when it does not
   */
  public record Delivery(
      UUID id,
      UUID organizationId,
      String destination,
      String lane,
      int priority,
      UUID conversationId,
      UUID messageId,
      @Nullable UUID patientId,
      String controlId,
      String documentId,
      Kind kind,
      String answeredBy,
      int attempts,
      boolean begun,
      @Nullable Instant heldSince) {
    boolean takesBack() {
      return kind == Kind.RETRACTION;
    }

    boolean documentsAnswer() {
      return kind == Kind.ANSWER;
    }
  }

  /** What a delivery does. */
  public enum Kind {
    ORIGINAL,
    RETRACTION,
    ANSWER;

    /** The lower-case word that is stored and shown to programs. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind fromCode(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  /** The identifier of the document that a message becomes at a destination (TXA-12). */
  static String documentId(UUID message, String destination) {
    return Identifiers.documentId(message + " " + destination);
  }

  /** Adds a message to a lane of a destination, to be kept together with the message. */
  public void add(RowBatch rows, MessageHeader header, Destination destination) {
    add(
        rows,
        header,
        destination,
        Kind.ORIGINAL,
        documentId(header.messageId(), destination.name()));
  }

  /**
   * Adds that a message is taken back, behind the message itself in its lane; to be kept together
   * with the retraction.
   */
  public void addRetraction(RowBatch rows, MessageHeader header, Destination destination) {
    add(rows, header, destination, Kind.RETRACTION, keys.controlId());
  }

  /**
   * The same for a destination that is not configured any more: it is parked with an owner, who
   * corrects the record by hand.
   */
  public void addRetraction(RowBatch rows, MessageHeader header, String destination) {
    add(rows, header, new Place(destination, "", ""), Kind.RETRACTION, keys.controlId());
  }

  /**
   * Adds that somebody answered a message, behind the message itself in its lane; to be kept
   * together with the answer.
   *
   * @param answeredBy {@code Practitioner/…}
   */
  public void addAnswer(
      RowBatch rows, MessageHeader header, Destination destination, PartyRef answeredBy) {
    String lane = lane(header, destination);
    add(
        rows,
        header,
        new Place(destination.name(), lane, answeredBy.toString()),
        Kind.ANSWER,
        keys.controlId());
  }

  private void add(
      RowBatch rows, MessageHeader header, Destination destination, Kind kind, String documentId) {
    add(
        rows,
        header,
        new Place(destination.name(), lane(header, destination), ""),
        kind,
        documentId);
  }

  /** Where something waits, and, when it is an answer, whose. */
  private record Place(String destination, String lane, String answeredBy) {}

  private void add(RowBatch rows, MessageHeader header, Place place, Kind kind, String documentId) {
    Instant now = keys.now();
    rows.add(
        DELIVERY,
        keys.next(now),
        header.organizationId(),
        place.destination(),
        place.lane(),
        header.conversationId(),
        header.messageId(),
        header.priority().urgency(),
        keys.controlId(),
        documentId,
        kind.code(),
        place.answeredBy(),
        now);
  }

  /** The news that these rows are once they are committed: for which destinations there is work. */
  public static Enqueued enqueued(RowBatch rows) {
    return new Enqueued(
        rows.values(DELIVERY, "destination").stream()
            .map(String::valueOf)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static String lane(MessageHeader header, Destination destination) {
    return switch (destination.ordering()) {
      case DESTINATION -> "";
      case PATIENT -> header.patient() == null ? "" : header.patient().patientId().toString();
      case CONVERSATION -> header.conversationId().toString();
    };
  }

  /** The next things in the lane, in their order. */
  public List<Delivery> next(Lane lane, int most) {
    return next(lane.organizationId(), lane.destination(), List.of(lane.key()), most);
  }

  /**
   * The next things in lanes of a destination, those of a lane in their order.
   *
   * @param most of each lane
   */
  public List<Delivery> next(
      UUID organization, String destination, Collection<String> lanes, int most) {
    return database.list(
        """
        select d.*, (select m.patient_id from message m where m.id = d.message_id) as patient_id
        from unnest((select ?::text[])) as l(lane) cross join lateral (
          select * from delivery where organization_id = ? and destination = ? and lane = l.lane order by seq limit ?) d
        order by d.seq""",
        Outbox::delivery,
        lanes.toArray(String[]::new),
        organization,
        destination,
        most);
  }

  /** What waits for none of these destinations. */
  public List<Delivery> strays(UUID organization, Collection<String> destinations, int most) {
    return database.list(
        """
        select d.*, (select m.patient_id from message m where m.id = d.message_id) as patient_id
        from delivery d where d.organization_id = ? and d.destination <> all(?) order by d.seq limit ?""",
        Outbox::delivery,
        organization,
        destinations.toArray(String[]::new),
        most);
  }

  private static Delivery delivery(Database.Row row) throws java.sql.SQLException {
    return new Delivery(
        row.uuid("id"),
        row.uuid("organization_id"),
        row.text("destination"),
        row.text("lane"),
        row.integer("priority"),
        row.uuid("conversation_id"),
        row.uuid("message_id"),
        row.uuidOrNull("patient_id"),
        row.text("control_id"),
        row.text("document_id"),
        Kind.fromCode(row.text("kind")),
        row.text("answered_by"),
        row.integer("attempts"),
        row.instantOrNull("first_attempt_at") != null,
        row.instantOrNull("held_since"));
  }

  /**
   * Puts a retraction behind its message, into the message's lane, when that still waits: it was
   * put back after the retraction, or the ordering was changed.
   *
   * @return false when the message does not wait
   */
  public boolean behindItsMessage(Delivery retraction) {
    return database
        .first(
            """
            with original as (
              select lane from delivery where organization_id = ? and message_id = ? and destination = ? and kind = 'original' limit 1),
            moved as (delete from delivery where id = ? and exists (select 1 from original) returning *)
            insert into delivery (id, organization_id, destination, lane, conversation_id, message_id, priority, control_id, document_id,
              kind, attempts, enqueued_at)
            select m.id, m.organization_id, m.destination, o.lane, m.conversation_id, m.message_id, m.priority, m.control_id,
              m.document_id, m.kind, m.attempts, m.enqueued_at from moved m cross join original o
            returning id""",
            row -> row.uuid("id"),
            retraction.organizationId(),
            retraction.messageId(),
            retraction.destination(),
            retraction.id())
        .isPresent();
  }

  /** True when somebody tried, or is about to try, to file the message anywhere. */
  public boolean tried(UUID organization, UUID message) {
    return database
        .first(
            """
            select 1 as one from delivery where organization_id = ? and message_id = ? and kind = 'original'
              and (first_attempt_at is not null or attempts > 0) limit 1""",
            row -> row.integer("one"),
            organization,
            message)
        .isPresent();
  }

  /** They were not tried after all. */
  public void giveBack(Collection<Delivery> deliveries) {
    if (!deliveries.isEmpty()) {
      database.update(
          "update delivery set first_attempt_at = null where id = any((select ?::uuid[])::uuid[]) and attempts = 0",
          (Object) deliveries.stream().map(Delivery::id).toArray(UUID[]::new));
    }
  }

  /** From now on somebody tries to deliver them. */
  public void begin(Collection<Delivery> deliveries) {
    if (!deliveries.isEmpty()) {
      database.update(
          "update delivery set first_attempt_at = ? where id = any((select ?::uuid[])::uuid[]) and first_attempt_at is null",
          keys.now(),
          deliveries.stream().map(Delivery::id).toArray(UUID[]::new));
    }
  }

  /**
   * They are done: nothing of them stays here.
   *
   * @return those that were still here; another worker had settled the others
   */
  public Set<UUID> remove(Collection<Delivery> deliveries) {
    return Set.copyOf(
        database.list(
            "delete from delivery where id = any((select ?::uuid[])::uuid[]) returning id",
            row -> row.uuid("id"),
            (Object) deliveries.stream().map(Delivery::id).toArray(UUID[]::new)));
  }

  /** Counts an attempt that is to be repeated; the message holds up its lane. */
  public void countAttempt(Delivery delivery, String error) {
    database.update(
        """
        update delivery set attempts = attempts + 1, last_error = ?, held_since = coalesce(held_since, ?)
        where id = ?""",
        error,
        keys.now(),
        delivery.id());
  }

  /**
   * Counts an attempt that failed by the destination; no message is to blame for what is held up.
   */
  public void countAttemptElsewhere(Delivery delivery, String error) {
    database.update(
        "update delivery set attempts = attempts + 1, last_error = ? where id = ?",
        error,
        delivery.id());
    database.update(
        """
        update delivery set held_since = null
        where organization_id = ? and destination = ? and held_since is not null""",
        delivery.organizationId(),
        delivery.destination());
  }
}
