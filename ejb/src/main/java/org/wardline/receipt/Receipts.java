package org.wardline.receipt;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.ReceiptState;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Receipts: append-only, and nobody can switch them off. One row for each message and target
 * projects the highest state by rank; it is written in the same transaction.
 */
@Singleton
public class Receipts {
  private static final Table STATE =
      Table.of(
          "recipient_state",
          "message_id uuid",
          "organization_id uuid",
          "conversation_id uuid",
          "target text",
          "target_name text",
          "via_role text",
          "is_destination boolean",
          "state text",
          "rank smallint",
          "detail text",
          "version integer",
          "at timestamptz");
  private static final Table RECEIPT =
      Table.of(
          "receipt",
          "organization_id uuid",
          "conversation_id uuid",
          "message_id uuid",
          "target text",
          "state text",
          "detail text",
          "device text",
          "at timestamptz");

  private final Database database;
  private final Keys keys;
  private final Event<ReceiptsAppended> news;

  @Inject
  public Receipts(Database database, Keys keys, Event<ReceiptsAppended> news) {
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
   * @param version from 1, one more with each change
   */
  public record State(
      UUID messageId,
      String target,
      String name,
      @Nullable String viaRole,
      boolean destination,
      ReceiptState state,
      String detail,
      int version,
      Instant at) {}

  /** The target of a destination. */
  public static String destination(String name) {
    return "destination:" + name;
  }

  /**
   * One receipt.
   *
   * @param detail fit to be shown; no patient data
   * @param device which of his devices; empty for a destination
   */
  public record Receipt(
      Subject subject, ReceiptState state, String detail, String device, Instant at) {}

  /** Adds the row of a target: the message waits for it. Kept together with the message. */
  public void open(
      RowBatch rows, Subject subject, String name, @Nullable String viaRole, boolean destination) {
    Instant now = keys.now();
    rows.add(
        STATE,
        subject.messageId(),
        subject.organizationId(),
        subject.conversationId(),
        subject.target(),
        name,
        viaRole,
        destination,
        ReceiptState.QUEUED.code(),
        ReceiptState.QUEUED.rank(),
        "",
        1,
        now);
    add(rows, new Receipt(subject, ReceiptState.QUEUED, "", "", now));
  }

  /**
   * Appends one receipt of this moment.
   *
   * @return true when the projection advanced, false when a higher state was there already
   */
  public boolean append(Subject subject, ReceiptState state, String detail, String device) {
    return append(List.of(new Receipt(subject, state, detail, device, keys.now()))) > 0;
  }

  /**
   * Appends receipts and advances the projection.
   *
   * @return how many targets advanced; a higher state that was there stays
   */
  public int append(List<Receipt> receipts) {
    var rows = new RowBatch();
    int advanced = append(rows, receipts);
    database.write(rows);
    return advanced;
  }

  /**
   * Advances the projection, and adds the receipts to rows that are written in this transaction.
   *
   * @return how many targets advanced; a higher state that was there stays
   */
  public int append(RowBatch rows, List<Receipt> receipts) {
    if (receipts.isEmpty()) {
      return 0;
    }
    Map<List<Object>, Receipt> highest = new LinkedHashMap<>();
    for (Receipt receipt : receipts) {
      add(rows, receipt);
      highest.merge(
          List.of(receipt.subject().messageId(), receipt.subject().target()),
          receipt,
          Receipts::higher);
    }
    int advanced = advance(List.copyOf(highest.values()));
    news.fire(new ReceiptsAppended());
    return advanced;
  }

  private int advance(List<Receipt> receipts) {
    return database.update(
        """
        update recipient_state s set state = u.state, rank = u.rank, detail = u.detail, at = u.at, version = s.version + 1
        from unnest((select ?::uuid[]), (select ?::text[]), (select ?::text[]), (select ?::integer[]), (select ?::text[]),
          (select ?::timestamptz[])) as u (message_id, target, state, rank, detail, at)
        where s.message_id = u.message_id and s.target = u.target
          and (s.rank < u.rank or (s.rank = u.rank and s.detail <> u.detail))""",
        receipts.stream().map(r -> r.subject().messageId()).toArray(UUID[]::new),
        receipts.stream().map(r -> r.subject().target()).toArray(String[]::new),
        receipts.stream().map(r -> r.state().code()).toArray(String[]::new),
        receipts.stream().map(r -> r.state().rank()).toArray(Integer[]::new),
        receipts.stream().map(Receipt::detail).toArray(String[]::new),
        receipts.stream().map(Receipt::at).toArray(Instant[]::new));
  }

  /**
   * What became known of a message, step by step; the first of each target opened it. Of what was
   * kept of a target in one transaction nobody saw but the highest: it advanced the row once.
   */
  public List<Receipt> log(UUID organization, UUID conversation, UUID message) {
    Map<List<Object>, Receipt> steps = new LinkedHashMap<>();
    database.list(
        "select txid, target, state, detail, device, at from receipt where message_id = ? and organization_id = ? order by seq",
        row -> {
          var receipt =
              new Receipt(
                  new Subject(organization, conversation, message, row.text("target")),
                  ReceiptState.fromCode(row.text("state")),
                  row.text("detail"),
                  row.text("device"),
                  row.instant("at"));
          boolean opened = receipt.state() == ReceiptState.QUEUED;
          return steps.merge(
              List.of(row.number("txid"), row.text("target"), opened), receipt, Receipts::higher);
        },
        message,
        organization);
    return List.copyOf(steps.values());
  }

  private static Receipt higher(Receipt first, Receipt then) {
    return then.state().rank() >= first.state().rank() ? then : first;
  }

  /** True when there ever was such a receipt, whatever came after it. */
  public boolean reached(Subject subject, ReceiptState state) {
    return database
        .first(
            "select 1 as one from receipt where message_id = ? and target = ? and state = ? and organization_id = ? limit 1",
            row -> row.integer("one"),
            subject.messageId(),
            subject.target(),
            state.code(),
            subject.organizationId())
        .isPresent();
  }

  /** All states of a conversation's messages. */
  public List<State> ofConversation(UUID organization, UUID conversation) {
    return database.list(
        "select * from recipient_state where conversation_id = ? and organization_id = ? order by is_destination, target_name",
        Receipts::state,
        conversation,
        organization);
  }

  /** All states of a message, held until the transaction ends: nobody confirms in between. */
  public List<State> hold(UUID organization, UUID message) {
    return database.list(
        "select * from recipient_state where message_id = ? and organization_id = ? order by target for update",
        Receipts::state,
        message,
        organization);
  }

  /** All states of these messages. */
  public List<State> ofMessages(UUID organization, List<UUID> messages) {
    return database.list(
        "select * from recipient_state where message_id = any((select ?::uuid[])::uuid[]) and organization_id is not distinct from ? order by is_destination, target_name",
        Receipts::state,
        messages.toArray(UUID[]::new),
        organization);
  }

  private static void add(RowBatch rows, Receipt receipt) {
    rows.add(
        RECEIPT,
        receipt.subject().organizationId(),
        receipt.subject().conversationId(),
        receipt.subject().messageId(),
        receipt.subject().target(),
        receipt.state().code(),
        receipt.detail(),
        receipt.device(),
        receipt.at());
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
        row.integer("version"),
        row.instant("at"));
  }
}
