package org.wardline.delivery;

import java.util.Optional;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.FilingRecord;

/** Carries one message over one protocol. Never throws for what the far side answers. */
public interface Courier {
  boolean serves(Destination destination);

  /**
   * Reaches for it without delivering anything, bounded in time as an attempt is.
   *
   * @return what stands in the way, in words; empty when it answers
   */
  Optional<String> probe(Destination destination);

  /** One attempt, bounded in time by the destination's timeout. */
  DeliveryOutcome carry(FilingRecord record, Destination destination);
}
