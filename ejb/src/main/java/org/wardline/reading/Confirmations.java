package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PartyRef;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.store.Database;

/**
 * What a recipient's page reports: it has the message (delivered), it was seen (read). Only for
 * messages that were sent to him; what is reported twice changes nothing.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Confirmations {
  /** Most messages in one report. */
  public static final int MOST = 500;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private Database database;

  private record Waiting(UUID messageId, UUID conversationId, @Nullable UUID patientId) {}

  /**
   * Confirms.
   *
   * @param state DELIVERED or READ
   * @param device which of his devices
   * @return how many messages it was news for
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public int confirm(Actor actor, List<UUID> messages, ReceiptState state, String device) {
    gate.pass(policy.decideConfirm(actor), actor);
    if (messages.size() > MOST) {
      throw new InvalidMessageException("messages", "At most " + MOST + " messages in one report.");
    }
    if (state != ReceiptState.DELIVERED && state != ReceiptState.READ) {
      throw new InvalidMessageException("state", "A page reports delivered or read.");
    }
    List<Waiting> waiting =
        database.list(
            """
            select s.message_id, s.conversation_id, c.patient_id from recipient_state s
            join conversation c on c.id = s.conversation_id
            where s.message_id = any((select ?::uuid[])::uuid[]) and s.target = ? and s.organization_id = ? and s.rank < ? for update of s""",
            row ->
                new Waiting(
                    row.uuid("message_id"),
                    row.uuid("conversation_id"),
                    row.uuidOrNull("patient_id")),
            messages.toArray(UUID[]::new),
            actor.party().toString(),
            actor.organizationId(),
            state.rank());
    AuditAct act = state == ReceiptState.READ ? AuditAct.MESSAGE_READ : AuditAct.MESSAGE_DELIVERED;
    for (Waiting message : waiting) {
      receipts.append(subject(actor.organizationId(), message, actor.party()), state, "", device);
      var about = new Entity.Data("Communication/" + message.messageId(), List.of());
      UUID patient = message.patientId();
      if (patient == null) {
        audit.record(actor, act, about);
      } else {
        audit.record(actor, act, about, new Entity.Patient(patient));
      }
    }
    return waiting.size();
  }

  /**
   * An open page of this person was told of the conversation: its messages count as sent to him.
   */
  public void handedOver(UUID organization, PartyRef party, UUID conversation) {
    List<Waiting> waiting =
        database.list(
            """
            select message_id, conversation_id, null::uuid as patient_id from recipient_state
            where conversation_id = ? and target = ? and organization_id = ? and rank < ? for update""",
            row -> new Waiting(row.uuid("message_id"), row.uuid("conversation_id"), null),
            conversation,
            party.toString(),
            organization,
            ReceiptState.SENT.rank());
    waiting.forEach(
        w -> receipts.append(subject(organization, w, party), ReceiptState.SENT, "", ""));
  }

  private static Receipts.Subject subject(UUID organization, Waiting message, PartyRef party) {
    return new Receipts.Subject(
        organization, message.conversationId(), message.messageId(), party.toString());
  }
}
