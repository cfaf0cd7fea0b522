package org.wardline.mapping.hl7;

import java.util.stream.IntStream;
import org.wardline.mapping.hl7.Segments.Fields;

/**
 * One repetition of one field.
 *
 * @param repetition from 0
 */
record Value(Fields segment, int field, int repetition) {
  private static final int MOST_COMPONENTS = 23; // XCN of v2.8, the longest

  /** First component. */
  String text() {
    return c(1);
  }

  /** A component, from 1. */
  String c(int component) {
    return segment.get(field, repetition, component, 1);
  }

  /** A subcomponent, both from 1. */
  String c(int component, int subcomponent) {
    return segment.get(field, repetition, component, subcomponent);
  }

  boolean isEmpty() {
    return IntStream.rangeClosed(1, MOST_COMPONENTS).allMatch(i -> c(i).isEmpty());
  }

  /** Where it stands, as ERR-2 names it. */
  String location() {
    return segment.name() + "^1^" + field;
  }
}
