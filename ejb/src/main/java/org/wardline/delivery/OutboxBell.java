package org.wardline.delivery;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import org.wardline.store.Bell;

/** Rings when something was committed to the outbox on this node. */
@Singleton
public class OutboxBell extends Bell {
  void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Dispatcher.Enqueued news) {
    ring();
  }
}
