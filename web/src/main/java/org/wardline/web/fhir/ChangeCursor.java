package org.wardline.web.fhir;

import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.reading.ChangeOrder;

/**
 * Where a page of what is sorted by {@code _lastUpdated} ends: a time in milliseconds and a key.
 */
final class ChangeCursor {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})[.]([0-9a-f-]{36})");
  private static final String SORT = "_lastUpdated";

  private ChangeCursor() {}

  /** The order that is asked for; null when it is another one. */
  static @Nullable ChangeOrder order(@Nullable String sort, @Nullable StringParam cursor) {
    if (sort == null || !sort.endsWith(SORT)) {
      return null;
    }
    return new ChangeOrder(sort.equals(SORT), cursor == null ? null : place(cursor.getValue()));
  }

  private static ChangeOrder.Place place(@Nullable String text) {
    Matcher parts = FORM.matcher(text == null ? "" : text);
    if (!parts.matches()) {
      throw new InvalidRequestException("There is no such page.");
    }
    return new ChangeOrder.Place(
        Instant.ofEpochMilli(Long.parseLong(parts.group(1))), Page.uuid(parts.group(2)));
  }

  /** The place of the last resource of a page. */
  static String after(Resource last) {
    return after(
        new ChangeOrder.Place(
            last.getMeta().getLastUpdated().toInstant(), Requests.id(last.getIdElement())));
  }

  /** Where the last resource of a page stood when the page was chosen. */
  static String after(Resource last, Map<UUID, ChangeOrder.Place> places) {
    return after(Objects.requireNonNull(places.get(Requests.id(last.getIdElement()))));
  }

  /** That place. */
  static String after(ChangeOrder.Place last) {
    return last.changed().toEpochMilli() + "." + last.id();
  }
}
