package org.wardline.message;

import java.util.Locale;

/** How urgent the author says it is (FHIR request-priority). */
public enum Priority {
  ROUTINE(0),
  URGENT(1),
  ASAP(2),
  STAT(3);

  private final int urgency;

  Priority(int urgency) {
    this.urgency = urgency;
  }

  /** Higher goes first. */
  public int urgency() {
    return urgency;
  }

  /** The FHIR code, such as {@code stat}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the FHIR code.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Priority fromCode(String code) {
    for (Priority priority : values()) {
      if (priority.code().equals(code)) {
        return priority;
      }
    }
    throw new IllegalArgumentException("priority: routine, urgent, asap or stat");
  }
}
