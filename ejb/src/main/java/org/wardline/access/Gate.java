package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/** Lets a decision take effect: a denial is put on record in its own transaction, then thrown. */
@Singleton
public class Gate {
  private final AuditTrail audit;
  private final Settings settings;
  private final Keys keys;

  @Inject
  public Gate(AuditTrail audit, Settings settings, Keys keys) {
    this.audit = audit;
    this.settings = settings;
    this.keys = keys;
  }

  /**
   * Goes on only when permitted.
   *
   * @param about what he asked for
   * @throws AccessDeniedException when denied
   * @throws StepUpRequiredException when the act is risky and his second factor is not fresh
   */
  public void pass(AccessDecision decision, Actor actor, Entity... about) {
    if (decision instanceof AccessDecision.Deny deny) {
      audit.recordRefusal(actor, deny.reason(), List.of(about));
      throw new AccessDeniedException(deny.reason());
    }
    if (((AccessDecision.Permit) decision).fresh() && !fresh(actor)) {
      audit.recordRefusal(actor, "a fresh second factor is required", List.of(about));
      throw new StepUpRequiredException(maxAge().toSeconds());
    }
  }

  /**
   * The level says that he stepped up, the time that it was a moment ago: the level stays in a
   * session, and in tokens that are refreshed. A machine has no second factor; its right for the
   * act was checked.
   */
  private boolean fresh(Actor actor) {
    return actor.machine()
        || (StepUpRequiredException.LEVEL.equals(actor.authentication().level())
            && keys.now().isBefore(actor.authentication().time().plus(maxAge())));
  }

  private Duration maxAge() {
    return settings.duration("wardline.access.fresh");
  }
}
