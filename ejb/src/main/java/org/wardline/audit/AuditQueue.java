package org.wardline.audit;

import jakarta.inject.Singleton;
import java.util.List;
import org.wardline.message.AuditRecord;
import org.wardline.store.CommitQueue;

/** Records of acts that have no transaction of their own, before they are kept. */
@Singleton
class AuditQueue extends CommitQueue<List<AuditRecord>, Boolean> {}
