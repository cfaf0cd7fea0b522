package org.wardline.message;

import java.util.List;

/**
 * The result of a mapping, with what could not be mapped beside it.
 *
 * @param value what came out
 * @param problems what was left behind; empty when all was understood
 */
public record Mapped<T>(T value, List<Problem> problems) {

  /**
   * Something that a mapping could not use. Holds no patient data.
   *
   * @param location in the standard's own form, such as {@code PID-7}
   * @param code HL7 table 0357, such as {@code 102}
   * @param text for a person
   */
  public record Problem(String location, String code, String text) {}

  public Mapped {
    problems = List.copyOf(problems);
  }
}
