package org.wardline.reading;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;

/**
 * By when something last changed, to the millisecond in which it is told ({@code
 * meta.lastUpdated}); what changes while pages are read comes anew, at the end that is newest.
 *
 * @param oldestFirst the order
 * @param after only what stands behind it: the next page; null for the first one
 */
public record ChangeOrder(boolean oldestFirst, @Nullable Place after) {
  /** The last one of a page. */
  public record Place(Instant changed, UUID id) {}

  /**
   * A page in this order.
   *
   * @param changed when, as the database works it out
   * @param key of what is found
   */
  Conditions page(Conditions all, String changed, String key, int limit) {
    String at = "date_trunc('milliseconds', " + changed + ")";
    String order = oldestFirst ? "" : " desc";
    if (after != null) {
      all.and(
          "(" + at + ", " + key + ") " + (oldestFirst ? ">" : "<") + " (?, ?)",
          after.changed(),
          after.id());
    }
    return all.then(" order by " + at + order + ", " + key + order + " limit " + limit);
  }
}
