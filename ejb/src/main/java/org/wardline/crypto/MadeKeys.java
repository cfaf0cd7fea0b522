package org.wardline.crypto;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.UUID;
import org.wardline.crypto.KeyRing.WrappedKey;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Keeps a new data key in a transaction of its own. Kept together with the first thing it seals, it
 * would go when that is rolled back, while this node still knew it and sealed other things with it:
 * nobody could open them after the next start.
 */
@Singleton
public class MadeKeys {
  static final Table DATA_KEY =
      Table.of(
          "data_key",
          "id uuid",
          "organization_id uuid",
          "purpose text",
          "scope text",
          "wrapped bytea",
          "wrapping_key_id text",
          "epoch integer",
          "created_at timestamptz");

  private static final Table UNLESS_THERE =
      DATA_KEY.onConflict("organization_id, purpose, scope, epoch", "do nothing");

  private final Database database;
  private final Keys keys;

  @Inject
  public MadeKeys(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Keeps it, unless there is one of that purpose and scope already. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void keep(DataKeys.Name name, WrappedKey wrapped) {
    var rows = new RowBatch();
    add(rows, UNLESS_THERE, keys.next(), name, wrapped, keys.now());
    database.write(rows);
  }

  /** Adds the row of a key of the first epoch. */
  static void add(
      RowBatch rows, Table into, UUID id, DataKeys.Name name, WrappedKey wrapped, Instant now) {
    rows.add(
        into,
        id,
        name.organization(),
        name.purpose(),
        name.scope(),
        wrapped.bytes(),
        wrapped.wrappingKeyId(),
        1,
        now);
  }
}
