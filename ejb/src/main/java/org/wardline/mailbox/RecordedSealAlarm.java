package org.wardline.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.audit.AuditTrail;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;

/** Puts broken seals on record and into the log, each time that somebody meets them. */
@Singleton
class RecordedSealAlarm implements SealAlarm {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedSealAlarm.class);

  private final AuditTrail audit;

  @Inject
  RecordedSealAlarm(AuditTrail audit) {
    this.audit = audit;
  }

  @Override
  public void raise(UUID organization, List<UUID> messages) {
    for (UUID message : messages) {
      LOG.error("the seal of message {} is broken: it was changed where it is kept", message);
      audit.recordSystem(
          organization,
          AuditAct.SEAL_BROKEN,
          Outcome.FAILED,
          "the message was changed where it is kept, or its key is gone",
          AuditTrail.system("wardline", ""),
          List.of(new Entity.Data("Communication/" + message, List.of())));
    }
  }
}
