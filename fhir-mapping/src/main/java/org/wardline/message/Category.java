package org.wardline.message;

import java.util.Locale;

/** What kind of message it is (FHIR R4 value set communication-category). */
public enum Category {
  ALERT,
  NOTIFICATION,
  REMINDER,
  INSTRUCTION;

  /** The code that is stored and shown to programs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code Alert}, as FHIR displays it. */
  public String display() {
    return name().charAt(0) + code().substring(1);
  }

  /**
   * Reads {@link #code()}.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Category fromCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
