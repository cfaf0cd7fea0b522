package org.wardline.alert;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import org.wardline.store.Bell;

/** Rings when a critical result was committed on this node. */
@Singleton
public class CriticalResultBell extends Bell {
  void committed(
      @Observes(during = TransactionPhase.AFTER_SUCCESS) AlertWorker.CriticalResultKept news) {
    ring();
  }
}
