package org.wardline.delivery;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.wardline.audit.AuditTrail;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.delivery.Outbox.Lane;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * The two transactions around one delivery attempt: the intent before anything leaves, the outcome
 * after.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Attempts {
  @Inject private Outbox outbox;
  @Inject private SealedMessages messages;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private Settings settings;
  @Inject private Keys keys;

  /** What is to be carried now. */
  public record Attempt(Delivery delivery, FilingRecord record) {}

  public Optional<Lane> claim(String worker) {
    return outbox.claim(worker, settings.duration("wardline.delivery.lease"));
  }

  /**
   * Opens the next message of the lane and puts the intent on record; empty when the lane is empty
   * or was lost.
   */
  public Optional<Attempt> begin(Lane lane, String worker, Destination destination) {
    if (!outbox.keep(lane, worker, lease(destination))) {
      return Optional.empty();
    }
    return outbox.head(lane).map(this::begin);
  }

  /**
   * Longer than an attempt can last: its connection and its answer may each take the destination's
   * timeout.
   */
  private Duration lease(Destination destination) {
    Duration attempt = destination.timeout().multipliedBy(2).plusSeconds(10);
    Duration set = settings.duration("wardline.delivery.lease");
    return attempt.compareTo(set) > 0 ? attempt : set;
  }

  private Attempt begin(Delivery delivery) {
    Opened opened =
        messages
            .open(delivery.organizationId(), delivery.messageId())
            .orElseThrow(
                () -> new IllegalStateException("delivery " + delivery.id() + " has no message"));
    if (delivery.attempts() == 0) {
      record(delivery, AuditAct.DELIVERY_INTENDED, Outcome.SUCCESS, "");
      receipts.append(subject(delivery), ReceiptState.SENT, "", "");
    }
    return new Attempt(
        delivery,
        new FilingRecord(
            opened.message(),
            opened.topic(),
            messages.addressees(delivery.organizationId(), delivery.messageId()),
            delivery.controlId(),
            delivery.documentId()));
  }

  /**
   * Settles one attempt.
   *
   * @return when the lane is due again
   */
  public Instant settle(Delivery delivery, DeliveryOutcome outcome, Destination destination) {
    Instant now = keys.now();
    if (outcome instanceof DeliveryOutcome.Accepted accepted) {
      if (!outbox.remove(delivery)) {
        return now; // a worker whose lease was taken over had settled it after all
      }
      receipts.append(subject(delivery), ReceiptState.FILED, accepted.receiverReference(), "");
      record(delivery, AuditAct.DELIVERY_ENDED, Outcome.SUCCESS, accepted.receiverReference());
      return now;
    }
    if (outcome instanceof DeliveryOutcome.Rejected rejected) {
      parked(delivery, rejected.reason(), destination.owner());
      return now;
    }
    var deferred = (DeliveryOutcome.Deferred) outcome;
    outbox.countAttempt(delivery, deferred.reason());
    receipts.append(subject(delivery), ReceiptState.DEFERRED, deferred.reason(), "");
    Duration wait =
        deferred.retryAfter() == null ? backOff(delivery.attempts()) : deferred.retryAfter();
    Duration longest = settings.duration("wardline.delivery.longest-retry");
    return now.plus(wait.compareTo(longest) > 0 ? longest : wait);
  }

  /** Parks what cannot even be tried: its destination is not configured, or its seal is broken. */
  public void park(Lane lane, String reason) {
    outbox.head(lane).ifPresent(delivery -> parked(delivery, reason, "administrator"));
  }

  private void parked(Delivery delivery, String reason, String owner) {
    if (outbox.park(delivery, reason, owner)) {
      receipts.append(subject(delivery), ReceiptState.FAILED, reason, "");
      record(delivery, AuditAct.DELIVERY_ENDED, Outcome.FAILED, reason);
    }
  }

  public void release(Lane lane, String worker, Instant dueAt) {
    outbox.release(lane, worker, dueAt);
  }

  /** The lane waits and is tried again: our own fault, not the message's. */
  public Instant afterFault() {
    return keys.now().plus(settings.duration("wardline.delivery.longest-retry").dividedBy(6));
  }

  /**
   * Doubles from attempt to attempt, with a quarter of chance so that lanes do not come back
   * together.
   */
  private Duration backOff(int attempts) {
    Duration first = settings.duration("wardline.delivery.first-retry");
    Duration longest = settings.duration("wardline.delivery.longest-retry");
    Duration wait = first.multipliedBy(1L << Math.min(attempts, 20));
    Duration bounded = wait.compareTo(longest) > 0 ? longest : wait;
    return bounded.plusMillis(ThreadLocalRandom.current().nextLong(bounded.toMillis() / 4 + 1));
  }

  private void record(Delivery delivery, AuditAct act, Outcome outcome, String text) {
    audit.recordSystem(
        delivery.organizationId(),
        act,
        outcome,
        text,
        AuditTrail.system(delivery.destination(), ""),
        List.of(
            new Entity.Data(
                "Communication/" + delivery.messageId(),
                List.of(
                    new org.wardline.message.AuditRecord.Detail(
                        "control-id", delivery.controlId(), false)))));
  }

  private static Receipts.Subject subject(Delivery delivery) {
    return new Receipts.Subject(
        delivery.organizationId(),
        delivery.conversationId(),
        delivery.messageId(),
        Receipts.destination(delivery.destination()));
  }
}
