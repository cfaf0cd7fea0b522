package org.wardline.crypto;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.UUID;
import org.wardline.crypto.KeyRing.WrappedKey;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Keeps a new data key in a transaction of its own. Kept together with the first thing it seals, it
 * would go when that is rolled back, while this node still knew it and sealed other things with it:
 * nobody could open them after the next start.
 */
@Singleton
public class MadeKeys {
  private final Database database;
  private final Keys keys;

  @Inject
  public MadeKeys(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Keeps it, unless there is one of that purpose and scope already. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void keep(UUID organization, String purpose, String scope, WrappedKey wrapped) {
    database.update(
        """
        insert into data_key (id, organization_id, purpose, scope, wrapped, wrapping_key_id, epoch, created_at)
        values (?, ?, ?, ?, ?, ?, 1, ?) on conflict do nothing""",
        keys.next(),
        organization,
        purpose,
        scope,
        wrapped.bytes(),
        wrapped.wrappingKeyId(),
        keys.now());
  }
}
