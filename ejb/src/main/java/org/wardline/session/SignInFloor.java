package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * From when on a person's proofs count: what he proved before his devices were wiped opens nothing,
 * also when the identity provider could not be told yet.
 */
@Singleton
public class SignInFloor {
  private final Database database;
  private final Keys keys;

  @Inject
  public SignInFloor(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Nothing before this moment counts. */
  public void raise(UUID practitioner) {
    database.update(
        """
        insert into sign_in_floor (practitioner_id, not_before) values (?, ?)
        on conflict (practitioner_id) do update set not_before = excluded.not_before""",
        practitioner,
        keys.now());
  }

  /**
   * False when he proved it before his devices were wiped.
   *
   * @param proved to the second, as tokens tell it
   */
  public boolean allows(UUID practitioner, Instant proved) {
    return database
        .first(
            "select not_before from sign_in_floor where practitioner_id = ?",
            row -> row.instant("not_before").truncatedTo(ChronoUnit.SECONDS),
            practitioner)
        .map(floor -> proved.isAfter(floor))
        .orElse(true);
  }
}
