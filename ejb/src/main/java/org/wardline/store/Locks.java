package org.wardline.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;

/**
 * Names that a transaction holds against all others, on all nodes, until it ends. All names of a
 * transaction are taken by one call and in one order, so that two transactions cannot wait for each
 * other for ever.
 */
@Singleton
public class Locks {
  private final Database database;

  @Inject
  public Locks(Database database) {
    this.database = database;
  }

  /** Waits until all of them are ours. */
  public void hold(Collection<String> names) {
    if (!names.isEmpty()) {
      database.first(
          """
          select count(pg_advisory_xact_lock(h)) from
            (select distinct hashtextextended(n, 7) as h from unnest(?) as n order by 1) as s""",
          row -> true,
          (Object) names.toArray(String[]::new));
    }
  }
}
