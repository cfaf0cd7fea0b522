package org.wardline.web.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;

/** Our keys, as pages send them. */
final class Ids {
  private Ids() {}

  /**
   * Reads one.
   *
   * @param field named in the error
   * @throws InvalidMessageException when it is none
   */
  static UUID of(String field, @Nullable String id) {
    try {
      return Identifiers.parse(id == null ? "" : id);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, "This is not an identifier.");
    }
  }
}
