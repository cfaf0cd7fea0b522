package org.wardline.message;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client's message says beyond what Wardline works with: kept as it came, sealed with the
 * text, and given back. Never logged: {@link #toString()} hides it.
 *
 * @param elements a FHIR R4 Communication in JSON that has these elements alone; empty when there
 *     are none; at most {@value #MAX_ELEMENTS} characters
 * @param codes by what of it the message is found
 * @param sent when a message that is only put on record was sent; null when nobody says so
 */
public record Carried(String elements, List<Code> codes, @Nullable Instant sent) {
  public static final int MAX_ELEMENTS = 100_000;
  public static final Carried NOTHING = new Carried("", List.of(), null);

  /**
   * Something that a search may ask for.
   *
   * @param parameter of FHIR
   * @param value a code, a canonical URL, {@code Type/id} of a reference, or the value of an
   *     identifier
   */
  public record Code(String parameter, String value) {}

  public Carried {
    codes = List.copyOf(codes);
    if (elements.length() > MAX_ELEMENTS) {
      throw new InvalidMessageException(
          "Communication",
          "what it says besides its text is longer than " + MAX_ELEMENTS + " characters");
    }
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
