package org.wardline.receipt;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import org.wardline.store.Bell;

/** Rings when receipts were committed on this node. */
@Singleton
public class ReceiptBell extends Bell {
  void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) ReceiptsAppended news) {
    ring();
  }
}
