package org.wardline.mapping.hl7;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Several messages in one file or batch (FHS, BHS; HL7 v2.5.1 section 2.10.3), cut by their bytes:
 * each item has its own character set.
 *
 * @param file true when it began with FHS
 * @param header the rest of the header, from the field separator on
 * @param items the messages, as they came
 */
public record Hl7Batch(boolean file, String header, List<byte[]> items) {
  private static final int NAME = 3;
  private static final int LONGEST_HEADER = 2048;

  public Hl7Batch {
    items = List.copyOf(items);
  }

  /** Reads one; empty when it is none. */
  public static Optional<Hl7Batch> read(byte[] raw) {
    int start = 0;
    while (start < raw.length && Character.isWhitespace(raw[start])) {
      start++;
    }
    boolean file = begins(raw, start, "FHS");
    if (!file && !begins(raw, start, "BHS")) {
      return Optional.empty();
    }
    List<byte[]> items = new ArrayList<>();
    int from = -1;
    for (int line = start; line < raw.length; line = next(raw, line)) {
      boolean message = begins(raw, line, "MSH");
      boolean trailer =
          begins(raw, line, "BTS") || begins(raw, line, "FTS") || begins(raw, line, "BHS");
      if (from >= 0 && (message || trailer)) {
        items.add(Arrays.copyOfRange(raw, from, line));
        from = -1;
      }
      if (message) {
        from = line;
      }
    }
    if (from >= 0) {
      items.add(Arrays.copyOfRange(raw, from, raw.length));
    }
    int end = start;
    while (end < raw.length
        && raw[end] != '\r'
        && raw[end] != '\n'
        && end - start < LONGEST_HEADER) {
      end++;
    }
    int rest = Math.min(start + NAME, end);
    return Optional.of(
        new Hl7Batch(file, new String(raw, rest, end - rest, StandardCharsets.ISO_8859_1), items));
  }

  /** The acknowledgments as a batch of their own, from whom the batch was meant for. */
  public byte[] answer(List<byte[]> acknowledgments) {
    String separator = header.isEmpty() ? "|" : header.substring(0, 1);
    String[] fields = header.split(java.util.regex.Pattern.quote(separator), -1);
    String encoding = fields.length > 1 && !fields[1].isEmpty() ? fields[1] : "^~\\&";
    String addresses =
        separator
            + encoding
            + separator
            + field(fields, 4)
            + separator
            + field(fields, 5)
            + separator
            + field(fields, 2)
            + separator
            + field(fields, 3)
            + "\r";
    var answer = new ByteArrayOutputStream();
    if (file) {
      write(answer, "FHS" + addresses);
    }
    write(answer, "BHS" + addresses);
    acknowledgments.forEach(answer::writeBytes);
    write(answer, "BTS" + separator + acknowledgments.size() + "\r");
    if (file) {
      write(answer, "FTS" + separator + "1\r");
    }
    return answer.toByteArray();
  }

  private static String field(String[] fields, int index) {
    return index < fields.length ? fields[index] : "";
  }

  private static void write(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Where the next line begins. */
  private static int next(byte[] raw, int from) {
    int at = from;
    while (at < raw.length && raw[at] != '\r' && raw[at] != '\n') {
      at++;
    }
    while (at < raw.length && (raw[at] == '\r' || raw[at] == '\n')) {
      at++;
    }
    return at;
  }

  private static boolean begins(byte[] raw, int at, String name) {
    if (at + NAME >= raw.length) {
      return false;
    }
    for (int i = 0; i < NAME; i++) {
      if (raw[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return !Character.isLetterOrDigit(raw[at + NAME]);
  }
}
