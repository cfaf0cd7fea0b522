package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Where patients are. */
@Singleton
public class Whereabouts {
  private final Database database;
  private final Keys keys;

  @Inject
  public Whereabouts(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * He is nowhere now, unless another stay of his is under way.
   *
   * @return false when one is, and nothing was changed
   */
  public boolean leave(UUID organization, UUID patient) {
    return database.update(
            """
            update patient p set location = '', version = version + 1, updated_at = ?
            where p.organization_id = ? and p.id = ?
              and not exists (select 1 from encounter e where e.patient_id = p.id and e.status = 'in-progress')""",
            keys.now(),
            organization,
            patient)
        == 1;
  }
}
