package org.wardline.reading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;

/**
 * By when a receipt last changed, to the millisecond; what changes while pages are read comes anew,
 * at the end that is newest.
 *
 * @param after only what stands behind it: the next page; null for the first one
 */
public record ReceiptOrder(boolean oldestFirst, @Nullable Place after) {
  private static final String AT = "date_trunc('milliseconds', s.at)";

  /** The last one of a page. */
  public record Place(Instant changed, ReceiptTasks.Key key) {}

  String page(Conditions all, int limit) {
    String order = oldestFirst ? "" : " desc";
    if (after != null) {
      all.and(
          "(" + AT + ", s.message_id, s.target) " + (oldestFirst ? ">" : "<") + " (?, ?, ?)",
          after.changed(),
          after.key().message(),
          after.key().target());
    }
    return " order by %1$s%2$s, s.message_id%2$s, s.target%2$s limit %3$d"
        .formatted(AT, order, limit);
  }
}
