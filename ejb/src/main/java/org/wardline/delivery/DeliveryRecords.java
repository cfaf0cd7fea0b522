package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.wardline.audit.AuditTrail;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.receipt.Receipts;

/** How deliveries stand in the audit trail and in receipts. */
@Singleton
public class DeliveryRecords {
  private final AuditTrail audit;

  @Inject
  public DeliveryRecords(AuditTrail audit) {
    this.audit = audit;
  }

  /** Somebody is going to try. */
  void intended(Collection<Delivery> deliveries) {
    audit.append(
        deliveries.stream()
            .map(d -> record(d, AuditAct.DELIVERY_INTENDED, Outcome.SUCCESS, ""))
            .toArray(AuditRecord[]::new));
  }

  /** It ended, well or not. */
  AuditRecord ended(Delivery delivery, Outcome outcome, String text) {
    return record(delivery, AuditAct.DELIVERY_ENDED, outcome, text);
  }

  private AuditRecord record(Delivery delivery, AuditAct act, Outcome outcome, String text) {
    return audit.ofSystem(
        delivery.organizationId(),
        act,
        outcome,
        text,
        AuditTrail.system(delivery.destination(), ""),
        about(delivery));
  }

  /** Of a patient it is a disclosure: who asks what was given away of him finds it. */
  private static List<Entity> about(Delivery delivery) {
    var message =
        new Entity.Data(
            "Communication/" + delivery.messageId(),
            List.of(new Detail("control-id", delivery.controlId(), false)));
    UUID patient = delivery.patientId();
    return patient == null ? List.of(message) : List.of(message, new Entity.Patient(patient));
  }

  /** Whose receipts they are. */
  static Receipts.Subject subject(Delivery delivery) {
    return new Receipts.Subject(
        delivery.organizationId(),
        delivery.conversationId(),
        delivery.messageId(),
        Receipts.destination(delivery.destination()));
  }
}
