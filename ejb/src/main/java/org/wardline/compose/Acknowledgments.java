package org.wardline.compose;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.delivery.Destinations;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.delivery.Outbox;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Category;
import org.wardline.message.Destination;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.MessageHeader;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.ReceiptState;
import org.wardline.reading.OpenAlerts;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.receipt.Receipts.State;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;

/**
 * A recipient says that he knows of an alert and sees to it. It is a receipt like any other, and
 * the systems that want to know it are told, behind the alert itself.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Acknowledgments {
  private static final String DESTINATION = Receipts.destination("");

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private SealedMessages messages;
  @Inject private OpenAlerts alerts;
  @Inject private Receipts receipts;
  @Inject private Outbox outbox;
  @Inject private Destinations destinations;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private Keys keys;
  @Inject private Event<Enqueued> enqueued;

  /**
   * Acknowledges; once acknowledged, it stays so.
   *
   * @param device which of his devices
   * @return since when it is acknowledged; empty when no such message was sent to him
   * @throws InvalidMessageException when it is no alert, or was taken back
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Instant> acknowledge(Actor actor, UUID message, String device) {
    gate.pass(
        policy.decideConfirm(actor), actor, new Entity.Data("Communication/" + message, List.of()));
    List<State> states = receipts.hold(actor.organizationId(), message);
    Optional<State> own =
        states.stream().filter(s -> s.target().equals(actor.party().toString())).findFirst();
    if (own.isEmpty()) {
      return Optional.empty();
    }
    if (own.get().state().rank() >= ReceiptState.ACKNOWLEDGED.rank()) {
      return Optional.of(own.get().at());
    }
    Opened opened =
        messages
            .open(actor.organizationId(), message)
            .orElseThrow(() -> new IllegalStateException("a receipt without its message"));
    if (opened.category() != Category.ALERT) {
      throw new InvalidMessageException("message", "Only an alert is acknowledged.");
    }
    UUID conversation = opened.header().conversationId();
    if (!alerts.of(actor.organizationId(), conversation).contains(message)) {
      throw new InvalidMessageException("message", "The alert was withdrawn.");
    }
    return Optional.of(keep(actor, opened.header(), states, own.get(), device));
  }

  private Instant keep(
      Actor actor, MessageHeader header, List<State> states, State own, String device) {
    Instant now = keys.now();
    var subject =
        new Receipts.Subject(
            header.organizationId(), header.conversationId(), header.messageId(), own.target());
    var changes = new ArrayList<Receipt>();
    if (own.state().rank() < ReceiptState.READ.rank()) {
      changes.add(new Receipt(subject, ReceiptState.READ, "", device, now));
      record(actor, AuditAct.MESSAGE_READ, header);
    }
    changes.add(new Receipt(subject, ReceiptState.ACKNOWLEDGED, "", device, now));
    receipts.append(changes);
    var rows = new RowBatch();
    for (Destination to : documented(states)) {
      outbox.addAnswer(rows, header, to, actor.party());
    }
    database.write(rows);
    record(actor, AuditAct.MESSAGE_ACKNOWLEDGED, header);
    enqueued.fire(Outbox.enqueued(rows));
    return now;
  }

  /** Where the alert is filed, of those that want to know who answered. */
  private List<Destination> documented(List<State> states) {
    return states.stream()
        .filter(State::destination)
        .flatMap(s -> destinations.named(s.target().substring(DESTINATION.length())).stream())
        .filter(
            d -> d instanceof Destination.MllpEndpoint mllp && mllp.profile().documentsAnswers())
        .toList();
  }

  private void record(Actor actor, AuditAct act, MessageHeader header) {
    Entity about = new Entity.Data("Communication/" + header.messageId(), List.of());
    PatientSnapshot patient = header.patient();
    if (patient == null) {
      audit.record(actor, act, about);
    } else {
      audit.record(actor, act, about, new Entity.Patient(patient.patientId()));
    }
  }
}
