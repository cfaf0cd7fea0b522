package org.wardline.delivery;

import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;

/** Carries one message over one protocol. Never throws for what the far side answers. */
public interface Courier {
  boolean serves(Destination destination);

  /** One attempt, bounded in time by the destination's timeout. */
  DeliveryOutcome carry(FilingRecord record, Destination destination);
}
