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
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Author;
import org.wardline.message.MessageHeader;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.receipt.ReceiptsAppended;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Takes messages back. Nobody is shown the text from then on; who had read it stays known; the
 * hospital's systems are told, behind the message itself. The sealed message stays as it was.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Retractions {
  private static final Table RETRACTION =
      Table.of(
          "retraction",
          "message_id uuid",
          "organization_id uuid",
          "conversation_id uuid",
          "reason text",
          "by_party text",
          "by_name text",
          "filed boolean",
          "at timestamptz");
  private static final String DESTINATION = Receipts.destination("");

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Mailbox mailbox;
  @Inject private SealedMessages messages;
  @Inject private Receipts receipts;
  @Inject private Outbox outbox;
  @Inject private Destinations destinations;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private Keys keys;
  @Inject private Event<Enqueued> enqueued;
  @Inject private Event<ReceiptsAppended> news;

  /**
   * Takes a message back; one that was taken back before stays as it is.
   *
   * @return what is on record of it; empty when there is no such message
   * @throws org.wardline.access.AccessDeniedException when it is not his own; it is on record
   */
  public Optional<Retraction> retract(Actor actor, UUID message, Retraction.Reason reason) {
    var about = new Entity.Data("Communication/" + message, List.of());
    Optional<Opened> found = messages.open(actor.organizationId(), message);
    if (found.isEmpty()) {
      gate.pass(policy.decideSearchMessages(actor), actor, about);
      return Optional.empty();
    }
    MessageHeader header = found.get().header();
    gate.pass(policy.decideRetract(actor, wroteIt(actor, header.author())), actor, about);
    // one after the other with what is written into the conversation, and with another retraction
    mailbox.hold(actor.organizationId(), List.of(header.conversationId()));
    Retraction before =
        messages.open(actor.organizationId(), message).map(Opened::retraction).orElse(null);
    return Optional.of(before == null ? keep(actor, header, reason) : before);
  }

  private static boolean wroteIt(Actor actor, Author author) {
    Author.Agent agent = author.onBehalf();
    return author.party().equals(actor.party())
        || (agent != null && agent.party().equals(actor.party()));
  }

  private Retraction keep(Actor actor, MessageHeader header, Retraction.Reason reason) {
    List<Receipts.State> states = receipts.hold(actor.organizationId(), header.messageId());
    Instant now = keys.now();
    var retraction =
        new Retraction(
            reason,
            actor.name(),
            now,
            (int) states.stream().filter(Retractions::read).count(),
            states.stream().anyMatch(s -> s.state() == ReceiptState.FILED)
                || outbox.tried(actor.organizationId(), header.messageId()));
    var rows = new RowBatch();
    rows.add(
        RETRACTION,
        header.messageId(),
        header.organizationId(),
        header.conversationId(),
        reason.code(),
        actor.party().toString(),
        actor.name(),
        retraction.filed(),
        now);
    var changes = new ArrayList<Receipt>();
    for (Receipts.State state : states) {
      var subject =
          new Receipts.Subject(
              header.organizationId(), header.conversationId(), header.messageId(), state.target());
      if (state.destination()) {
        String name = state.target().substring(DESTINATION.length());
        destinations
            .named(name)
            .ifPresentOrElse(
                to -> outbox.addRetraction(rows, header, to),
                () -> outbox.addRetraction(rows, header, name));
        changes.add(new Receipt(subject, ReceiptState.RETRACTING, "", "", now));
      } else if (!read(state)) {
        changes.add(new Receipt(subject, ReceiptState.WITHDRAWN, "", "", now));
      }
    }
    database.write(rows);
    receipts.append(changes);
    record(actor, header, reason);
    enqueued.fire(Outbox.enqueued(rows));
    news.fire(new ReceiptsAppended());
    return retraction;
  }

  private static boolean read(Receipts.State state) {
    return !state.destination()
        && state.state().rank() >= ReceiptState.READ.rank()
        && state.state() != ReceiptState.FAILED;
  }

  private void record(Actor actor, MessageHeader header, Retraction.Reason reason) {
    Entity data =
        new Entity.Data(
            "Communication/" + header.messageId(),
            List.of(
                new Detail("reason", reason.code(), false),
                new Detail("conversation", header.conversationId().toString(), false)));
    PatientSnapshot patient = header.patient();
    if (patient == null) {
      audit.record(actor, AuditAct.MESSAGE_RETRACTED, data);
    } else {
      audit.record(
          actor, AuditAct.MESSAGE_RETRACTED, data, new Entity.Patient(patient.patientId()));
    }
  }
}
