package org.wardline.message;

/**
 * A result that somebody must know at once.
 *
 * @param flag OBX-8, such as {@code HH}
 * @param text what the result says, for people: name, value, unit, reference range
 * @param corrected it replaces what was reported before (OBX-11 {@code C})
 * @param order of which it is a result
 */
public record CriticalFinding(String flag, String text, boolean corrected, OrderNumber order) {
  /** A finding that no order is known of. */
  public CriticalFinding(String flag, String text, boolean corrected) {
    this(flag, text, corrected, OrderNumber.NONE);
  }

  /** The same of an order. */
  public CriticalFinding of(OrderNumber number) {
    return new CriticalFinding(flag, text, corrected, number);
  }
}
