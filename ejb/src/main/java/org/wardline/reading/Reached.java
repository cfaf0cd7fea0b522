package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.receipt.Receipts.Subject;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Puts on record how far messages came to somebody; for who has asked whether he may say so. */
@Singleton
class Reached {
  private final Receipts receipts;
  private final AuditTrail audit;
  private final Database database;
  private final Keys keys;

  @Inject
  Reached(Receipts receipts, AuditTrail audit, Database database, Keys keys) {
    this.receipts = receipts;
    this.audit = audit;
    this.database = database;
    this.keys = keys;
  }

  private record Waiting(UUID messageId, UUID conversationId, @Nullable UUID patientId) {}

  /**
   * Messages that were sent to him came so far; of those that did before, and of others' messages,
   * nothing changes.
   *
   * @param device which of his devices
   * @return how many messages it was news for
   */
  int by(Actor actor, List<UUID> messages, ReceiptState state, String device) {
    List<Waiting> waiting =
        database.list(
            """
            select s.message_id, s.conversation_id, c.patient_id from recipient_state s
            join conversation c on c.id = s.conversation_id
            where s.message_id = any((select ?::uuid[])::uuid[]) and s.target = ? and s.organization_id is not distinct from ? and s.rank < ?
            order by s.message_id for update of s""",
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
    append(
        waiting.stream()
            .map(
                w ->
                    new Subject(
                        actor.organizationId(),
                        w.conversationId(),
                        w.messageId(),
                        actor.party().toString()))
            .toList(),
        state,
        device);
    for (Waiting message : waiting) {
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

  /** All of this moment. */
  void append(List<Subject> subjects, ReceiptState state, String device) {
    Instant now = keys.now();
    receipts.append(
        subjects.stream().map(subject -> new Receipt(subject, state, "", device, now)).toList());
  }
}
