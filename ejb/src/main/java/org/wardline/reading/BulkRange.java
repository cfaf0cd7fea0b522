package org.wardline.reading;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is read in bulk, in the order of its keys.
 *
 * @param organization whose
 * @param since only what changed at or after this moment; null for all
 * @param until nothing that was made after it
 * @param first nothing that comes before this one; null from the very first
 * @param after only what comes after this one; null for no such bound
 * @param last nothing that comes after this one; null for no end
 */
public record BulkRange(
    UUID organization,
    @Nullable Instant since,
    Instant until,
    @Nullable UUID first,
    @Nullable UUID after,
    @Nullable UUID last) {

  /** The same in that hospital's data. */
  public BulkRange of(UUID hospital) {
    return new BulkRange(hospital, since, until, first, after, last);
  }

  /** What is left after that one. */
  public BulkRange after(UUID id) {
    return new BulkRange(organization, since, until, null, id, last);
  }
}
