package org.wardline.delivery;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.Attempts.Attempt;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;

/** Finds the courier for a destination. */
@Singleton
public class Couriers {
  private static final Logger LOG = LoggerFactory.getLogger(Couriers.class);
  private final Instance<Courier> couriers;

  @Inject
  public Couriers(Instance<Courier> couriers) {
    this.couriers = couriers;
  }

  /** What stands in the way of reaching it; empty when it answers. */
  public Optional<String> probe(Destination destination) {
    for (Courier courier : couriers) {
      if (courier.serves(destination)) {
        return courier.probe(destination);
      }
    }
    return Optional.of("no courier for this destination");
  }

  /** One attempt; a fault of our own is no reason to give a message up. */
  DeliveryOutcome carry(Attempt attempt, Destination destination) {
    try {
      for (Courier courier : couriers) {
        if (courier.serves(destination)) {
          return courier.carry(attempt.record(), destination);
        }
      }
    } catch (RuntimeException e) {
      LOG.error(
          "delivery {} to {} failed by our own fault",
          attempt.delivery().id(),
          destination.name(),
          e);
      return DeliveryOutcome.Deferred.message("our own fault: " + e.getClass().getSimpleName());
    }
    return new DeliveryOutcome.Rejected("no courier for this destination");
  }
}
