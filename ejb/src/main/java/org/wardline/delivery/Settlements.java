package org.wardline.delivery;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.wardline.audit.AuditTrail;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.DeliveryOutcome.Deferred;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;

/** The transactions after an attempt: what its outcome changes, together with its record. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Settlements {
  @Inject private Outbox outbox;
  @Inject private DeadLetters deadLetters;
  @Inject private Circuits circuits;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private DeliveryRecords records;
  @Inject private Settings settings;
  @Inject private Database database;
  @Inject private Keys keys;

  /**
   * A delivery that the receiver took.
   *
   * @param reference what the receiver calls it; may be empty
   * @param sentAt when it was handed over
   */
  public record Taken(Delivery delivery, String reference, Instant sentAt) {}

  /** The receivers took them; what another worker had settled already is left as it is. */
  public void taken(List<Taken> all) {
    Set<UUID> ours = new HashSet<>(outbox.remove(all.stream().map(Taken::delivery).toList()));
    var news = new ArrayList<Receipt>();
    var rows = new RowBatch();
    Instant now = keys.now();
    for (Taken taken : all) {
      if (ours.remove(taken.delivery().id())) { // once, if two workers carried it
        news.addAll(news(taken, now));
        audit.add(rows, records.ended(taken.delivery(), Outcome.SUCCESS, taken.reference()));
      }
    }
    receipts.append(rows, news);
    database.write(rows);
  }

  /** That an answer was documented changes nothing of how the message itself stands. */
  private static List<Receipt> news(Taken taken, Instant now) {
    Delivery delivery = taken.delivery();
    if (delivery.documentsAnswer()) {
      return List.of();
    }
    var subject = DeliveryRecords.subject(delivery);
    var done = new Receipt(subject, done(delivery), taken.reference(), "", now);
    return delivery.takesBack()
        ? List.of(done)
        : List.of(new Receipt(subject, ReceiptState.SENT, "", "", taken.sentAt()), done);
  }

  private void stands(Delivery delivery, ReceiptState state, String detail) {
    if (!delivery.documentsAnswer()) {
      receipts.append(DeliveryRecords.subject(delivery), state, detail, "");
    }
  }

  /**
   * The message could not be taken now. When it holds up its lane for longer than is set, it is
   * parked with its owner.
   *
   * @return when it is tried again; empty when it was parked
   */
  public Optional<Instant> deferred(Delivery delivery, Deferred deferred, String owner) {
    Instant now = keys.now();
    Duration limit = settings.duration("wardline.delivery.hold-limit");
    Instant since = delivery.heldSince();
    if (since != null && since.plus(limit).isBefore(now)) {
      rejected(delivery, "not taken within " + limit + ": " + deferred.reason(), owner);
      return Optional.empty();
    }
    outbox.countAttempt(delivery, deferred.reason());
    stands(delivery, waiting(delivery), deferred.reason());
    return Optional.of(now.plus(wait(deferred, delivery.attempts())));
  }

  /** The destination is away: nothing is tried until its circuit lets one through. */
  public void away(Delivery delivery, Deferred deferred) {
    outbox.countAttemptElsewhere(delivery, deferred.reason());
    stands(delivery, waiting(delivery), deferred.reason());
    int failures = circuits.of(delivery.organizationId(), delivery.destination()).failures();
    circuits.open(
        delivery.organizationId(),
        delivery.destination(),
        keys.now().plus(wait(deferred, failures)),
        deferred.reason());
  }

  /** It is there. */
  public void there(String destination) {
    circuits.close(settings.organization(), destination);
  }

  /** The probe found nothing that had to leave: the next message may try at once. */
  public void nothingTried(String destination) {
    circuits.letNextTry(settings.organization(), destination);
  }

  /** It will not be taken without a person: parked with an owner; its lane goes on. */
  public void rejected(Delivery delivery, String reason, String owner) {
    Duration due = settings.duration("wardline.delivery.dead-letter-due");
    if (deadLetters.park(delivery, reason, owner, due)) {
      ReceiptState failed =
          delivery.takesBack() ? ReceiptState.RETRACTION_FAILED : ReceiptState.FAILED;
      stands(delivery, failed, reason);
      audit.append(records.ended(delivery, Outcome.FAILED, reason));
    }
  }

  /** Neither the message nor that it was taken back has to leave: it never did. */
  public void unneeded(Delivery delivery) {
    if (!outbox.remove(List.of(delivery)).isEmpty()) {
      ReceiptState state = delivery.takesBack() ? ReceiptState.RETRACTED : ReceiptState.WITHDRAWN;
      receipts.append(DeliveryRecords.subject(delivery), state, "never filed", "");
      audit.append(records.ended(delivery, Outcome.SUCCESS, "taken back before it was filed"));
    }
  }

  /** True when the destination has taken the message itself. */
  public boolean filed(Delivery delivery) {
    return receipts.reached(DeliveryRecords.subject(delivery), ReceiptState.FILED);
  }

  /** True when the message itself waits for a person. */
  public boolean parked(Delivery delivery) {
    return deadLetters.holds(
        delivery.organizationId(), delivery.messageId(), delivery.destination());
  }

  private static ReceiptState done(Delivery delivery) {
    return delivery.takesBack() ? ReceiptState.RETRACTED : ReceiptState.FILED;
  }

  private static ReceiptState waiting(Delivery delivery) {
    return delivery.takesBack() ? ReceiptState.RETRACTING : ReceiptState.DEFERRED;
  }

  private Duration wait(Deferred deferred, int failures) {
    BackOff backOff = BackOff.of(settings);
    Duration asked = deferred.retryAfter();
    return asked == null || asked.compareTo(backOff.first()) < 0 ? backOff.after(failures) : asked;
  }
}
