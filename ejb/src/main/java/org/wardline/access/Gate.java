package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Entity;

/** Lets a decision take effect: a denial is put on record in its own transaction, then thrown. */
@Singleton
public class Gate {
  private final AuditTrail audit;

  @Inject
  public Gate(AuditTrail audit) {
    this.audit = audit;
  }

  /**
   * Goes on only when permitted.
   *
   * @param about what he asked for
   * @throws AccessDeniedException when denied
   */
  public void pass(AccessDecision decision, Actor actor, Entity... about) {
    if (decision instanceof AccessDecision.Deny deny) {
      audit.recordRefusal(actor, deny.reason(), List.of(about));
      throw new AccessDeniedException(deny.reason());
    }
  }
}
