package org.wardline.delivery;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.store.Bell;

/**
 * Rings when something was committed to the outbox on this node, for its destinations only: who
 * works another one would look for nothing, in a transaction each time.
 */
@Singleton
public class OutboxBell {
  private final Map<String, Bell> bells = new ConcurrentHashMap<>();

  /** Has this run when there is work for that destination; it must not wait. */
  void wakes(String destination, Runnable worker) {
    bells.computeIfAbsent(destination, name -> new Bell()).wakes(worker);
  }

  void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) Enqueued news) {
    for (String destination : news.destinations()) {
      Bell bell = bells.get(destination);
      if (bell != null) { // else it is not configured any more, and what waits for it is parked
        bell.ring();
      }
    }
  }
}
