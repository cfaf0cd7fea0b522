package org.wardline.message;

import java.util.List;

/**
 * What a system tells us of somebody who works here (STF and PRA; FHIR Practitioner and
 * PractitionerRole).
 *
 * @param key the sender's own key of him (MFE-4, STF-1); never empty
 * @param identifiers all of his numbers, the key among them
 * @param family family name; empty when not given
 * @param given given names in one text; empty when not given
 * @param profession such as {@code physician}; empty when not given
 * @param department may be empty
 * @param bleep pager or extension; may be empty
 * @param active false when he has left
 */
public record StaffRecord(
    String key,
    List<String> identifiers,
    String family,
    String given,
    String profession,
    String department,
    String bleep,
    boolean active) {
  public StaffRecord {
    identifiers = List.copyOf(identifiers);
  }

  /** Family name first, as shown. */
  public String name() {
    return given.isEmpty() || family.isEmpty() ? family + given : family + ", " + given;
  }
}
