package org.wardline.message;

/**
 * What an order is called by who placed it and by who fills it (HL7 v2 OBR-2 and OBR-3), each as
 * entity identifier, namespace, universal id and its type, escaped and parted by {@code ^}.
 *
 * @param placer may be empty
 * @param filler may be empty
 */
public record OrderNumber(String placer, String filler) {
  /** Of what was no order. */
  public static final OrderNumber NONE = new OrderNumber("", "");
}
