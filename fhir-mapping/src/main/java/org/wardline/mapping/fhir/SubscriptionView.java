package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as its client may see it: without the headers that it gave, which may be secrets.
 *
 * @param resourceType what it is about, such as {@code Communication}
 * @param criteria search parameters; empty for all
 * @param topic canonical URL of the topic; null when it has criteria in the way of R4 itself
 * @param content what a notification says: {@code none} (no body), {@code empty} or {@code id-only}
 * @param mime media type of the body; empty when there is none
 * @param status requested, active, error or off
 * @param error why the endpoint took the last notification not; empty when it did
 * @param collected number of the last event
 * @param notified number of the last event that the endpoint took
 */
public record SubscriptionView(
    UUID id,
    String client,
    String resourceType,
    String criteria,
    @Nullable String topic,
    String endpoint,
    String content,
    String mime,
    String reason,
    String status,
    String error,
    Instant endsAt,
    int version,
    Instant updatedAt,
    long collected,
    long notified) {

  /** {@code Communication?recipient=…}. */
  public String query() {
    return criteria.isEmpty() ? resourceType + "?" : resourceType + "?" + criteria;
  }
}
