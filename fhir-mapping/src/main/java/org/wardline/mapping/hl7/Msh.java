package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The message header, split by hand: the only part that must be readable to answer at all. Fields
 * are kept as sent, with their delimiters, so that an acknowledgment can echo them.
 *
 * @param fieldSeparator MSH-1
 * @param encodingCharacters MSH-2 as sent
 * @param fields MSH-1 is at index 1; missing ones are empty
 */
public record Msh(char fieldSeparator, String encodingCharacters, List<String> fields) {
  private static final int LONGEST_HEADER = 8192;

  public Msh {
    fields = List.copyOf(fields);
  }

  /**
   * Reads the first segment.
   *
   * @param message raw bytes in any set that contains ASCII
   * @throws Hl7FaultException AR 100 when the message does not begin with MSH and its delimiters
   */
  public static Msh read(byte[] message) throws Hl7FaultException {
    int start = 0;
    while (start < message.length && Character.isWhitespace(message[start])) {
      start++;
    }
    if (message.length - start >= 3
        && (message[start] & 0xFF) == 0xEF
        && (message[start + 1] & 0xFF) == 0xBB) {
      start += 3; // a byte order mark, as some exports write it
    }
    int most = Math.min(message.length, start + LONGEST_HEADER);
    int end = start;
    while (end < most && message[end] != '\r' && message[end] != '\n') {
      end++;
    }
    String line = new String(message, start, end - start, StandardCharsets.ISO_8859_1);
    if (line.length() < 8 || !line.startsWith("MSH") || Character.isLetterOrDigit(line.charAt(3))) {
      throw new Hl7FaultException(
          Hl7Fault.reject(
              "MSH^1", Hl7Fault.SEQUENCE, "The message does not begin with an MSH segment"));
    }
    char separator = line.charAt(3);
    var fields = new ArrayList<String>();
    fields.add("MSH");
    fields.add(String.valueOf(separator));
    int from = 4;
    for (int at = line.indexOf(separator, from); at >= 0; at = line.indexOf(separator, from)) {
      fields.add(line.substring(from, at));
      from = at + 1;
    }
    fields.add(line.substring(from));
    return new Msh(separator, fields.get(2), fields);
  }

  /** Field {@code MSH-n} as sent; empty when it is not there. */
  public String field(int n) {
    return n < fields.size() ? fields.get(n) : "";
  }

  /** Component {@code c} (from 1) of the first repetition of {@code MSH-n}. */
  public String component(int n, int c) {
    String field = field(n);
    int repeated =
        encodingCharacters.length() > 1 ? field.indexOf(encodingCharacters.charAt(1)) : -1;
    int end = repeated < 0 ? field.length() : repeated;
    char separator = componentSeparator().charAt(0);
    int from = 0;
    for (int i = 1; i < c; i++) {
      int next = field.indexOf(separator, from);
      if (next < 0 || next >= end) {
        return "";
      }
      from = next + 1;
    }
    int next = field.indexOf(separator, from);
    return field.substring(from, next < 0 ? end : Math.min(next, end)).trim();
  }

  public String componentSeparator() {
    return encodingCharacters.isEmpty() ? "^" : encodingCharacters.substring(0, 1);
  }

  /** MSH-10. */
  public String controlId() {
    return field(10).trim();
  }

  /** MSH-9.1, such as {@code ADT}. */
  public String messageType() {
    return component(9, 1);
  }

  /** MSH-9.2, such as {@code A01}. */
  public String triggerEvent() {
    return component(9, 2);
  }

  /** MSH-12.1, such as {@code 2.5.1}. */
  public String version() {
    return component(12, 1);
  }

  /** MSH-18, first repetition. */
  public String characterSet() {
    return component(18, 1);
  }

  /** Enhanced mode: MSH-15 or MSH-16 is valued (HL7 v2.5.1 section 2.9.3). */
  public boolean enhanced() {
    return !field(15).isBlank() || !field(16).isBlank();
  }
}
