package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an ACK says: MSA and the first ERR (HL7 v2.5.1 sections 2.15.1, 2.15.5, 2.15.8).
 *
 * @param code MSA-1
 * @param controlId MSA-2
 * @param text MSA-3; receivers put their own reference there
 * @param errorCode ERR-3.1, or what stands in ERR-1 before v2.5; empty without ERR
 */
public record Answer(String code, String controlId, String text, String errorCode) {
  private static final Pattern LINES = Pattern.compile("[\r\n]+");
  private static final int LONGEST_TEXT = 80;

  /** Reads an acknowledgment; empty when it has no MSA with a code. */
  public static Optional<Answer> read(byte[] message) {
    String fs = "|";
    String cs = "^";
    String code = "";
    String controlId = "";
    String text = "";
    String error = "";
    for (String line : LINES.split(new String(message, StandardCharsets.UTF_8))) {
      if (line.startsWith("MSH") && line.length() > 4) {
        fs = line.substring(3, 4);
        cs = line.substring(4, 5);
      }
      String[] fields = line.split(Pattern.quote(fs), -1);
      if (line.startsWith("MSA")) {
        code = field(fields, 1);
        controlId = field(fields, 2);
        text = field(fields, 3);
      } else if (line.startsWith("ERR") && error.isEmpty()) {
        error = component(field(fields, 3), 0, cs);
        if (error.isEmpty()) {
          error = component(component(field(fields, 1), 3, cs), 0, "&");
        }
      }
    }
    return code.isEmpty()
        ? Optional.empty()
        : Optional.of(new Answer(code, controlId, clean(text), clean(error)));
  }

  /** ERR-3 says that the same message may be taken later: 206 record locked, 207 internal error. */
  public boolean temporary() {
    return errorCode.equals(Hl7Fault.RECORD_LOCKED) || errorCode.equals(Hl7Fault.INTERNAL);
  }

  /** Code, error code and text, for a receipt. */
  public String summary() {
    return (code + " " + errorCode + " " + text).strip().replaceAll(" +", " ");
  }

  private static String field(String[] fields, int n) {
    return n < fields.length ? fields[n].strip() : "";
  }

  private static String component(String field, int n, String separator) {
    String[] parts = field.split(Pattern.quote(separator), -1);
    return n < parts.length ? parts[n].strip() : "";
  }

  /** A stranger's text: short, and without control characters. */
  private static String clean(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.substring(0, Math.min(plain.length(), LONGEST_TEXT));
  }
}
