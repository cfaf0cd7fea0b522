package org.wardline.message;

/**
 * A result that somebody must know at once.
 *
 * @param flag OBX-8, such as {@code HH}
 * @param text what the result says, for people: name, value, unit, reference range
 * @param corrected it replaces what was reported before (OBX-11 {@code C})
 */
public record CriticalFinding(String flag, String text, boolean corrected) {}
