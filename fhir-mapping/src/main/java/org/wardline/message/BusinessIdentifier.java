package org.wardline.message;

/**
 * A name that another system gave to a message (FHIR Communication.identifier).
 *
 * @param system a URI; empty when not given
 * @param value at most {@value #MAX_LENGTH} characters
 */
public record BusinessIdentifier(String system, String value) {
  public static final int MAX_LENGTH = 255;

  public BusinessIdentifier {
    if (value.isBlank()
        || value.length() > MAX_LENGTH
        || system.length() > MAX_LENGTH
        || (system + value).indexOf('\0') >= 0) {
      throw new InvalidMessageException(
          "identifier", "identifier: 1 to " + MAX_LENGTH + " characters");
    }
  }
}
