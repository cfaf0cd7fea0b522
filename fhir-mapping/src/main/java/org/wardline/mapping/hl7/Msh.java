package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

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
  private static final Pattern LINE_END = Pattern.compile("[\r\n]");

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
    String head =
        new String(
            message,
            start,
            Math.min(message.length - start, LONGEST_HEADER),
            StandardCharsets.ISO_8859_1);
    String line = LINE_END.split(head, 2)[0];
    if (line.length() < 8 || !line.startsWith("MSH") || Character.isLetterOrDigit(line.charAt(3))) {
      throw new Hl7FaultException(
          Hl7Fault.reject(
              "MSH^1", Hl7Fault.SEQUENCE, "The message does not begin with an MSH segment"));
    }
    char separator = line.charAt(3);
    String[] parts = line.split(Pattern.quote(String.valueOf(separator)), -1);
    var fields = new java.util.ArrayList<String>(parts.length + 1);
    fields.add("MSH");
    fields.add(String.valueOf(separator));
    for (int i = 1; i < parts.length; i++) {
      fields.add(parts[i]);
    }
    return new Msh(separator, parts[1], fields);
  }

  /** Field {@code MSH-n} as sent; empty when it is not there. */
  public String field(int n) {
    return n < fields.size() ? fields.get(n) : "";
  }

  /** Component {@code c} (from 1) of the first repetition of {@code MSH-n}. */
  public String component(int n, int c) {
    String field = field(n);
    if (encodingCharacters.length() > 1) {
      field = field.split(Pattern.quote(encodingCharacters.substring(1, 2)), 2)[0];
    }
    String[] parts = field.split(Pattern.quote(componentSeparator()), -1);
    return c <= parts.length ? parts[c - 1].trim() : "";
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
