package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes ACK messages in the original mode and the enhanced mode (HL7 v2.5.1 sections 2.9.2 and
 * 2.9.3), with the delimiters of the message that they answer. From v2.5 the fault stands in ERR-2,
 * -3, -4 and -8; below, in ERR-1 and MSA-3.
 */
public final class Acknowledgment {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSSZ").withZone(ZoneOffset.UTC);
  private static final int LONGEST_TEXT = 250;

  private Acknowledgment() {}

  /**
   * One acknowledgment.
   *
   * @param original header of the message that is answered; null when it could not be read
   * @param code MSA-1: AA, AE, AR, CA, CE or CR
   * @param faults what went wrong; with a positive code, warnings
   * @param controlId MSH-10 of the acknowledgment itself
   */
  public static byte[] write(
      @Nullable Msh original, String code, List<Hl7Fault> faults, String controlId, Instant at) {
    String fs = original == null ? "|" : String.valueOf(original.fieldSeparator());
    String encoding = original == null ? "^~\\&" : original.encodingCharacters();
    String cs = original == null ? "^" : original.componentSeparator();
    String version =
        original == null || original.version().isEmpty() ? "2.5.1" : original.version();
    String trigger = original == null ? "" : original.triggerEvent();
    boolean modern = version.compareTo("2.5") >= 0;
    var style = new Style(fs, cs, encoding, modern);
    var text = new StringBuilder(256);
    text.append("MSH").append(fs).append(encoding).append(fs);
    text.append(echo(original, 5)).append(fs).append(echo(original, 6)).append(fs);
    text.append(echo(original, 3)).append(fs).append(echo(original, 4)).append(fs);
    text.append(TIMESTAMP.format(at)).append(fs).append(fs);
    text.append("ACK");
    if (!trigger.isEmpty() && version.compareTo("2.3.1") >= 0) {
      text.append(cs).append(trigger).append(cs).append("ACK");
    }
    text.append(fs).append(controlId).append(fs);
    text.append(echo(original, 11).isEmpty() ? "P" : echo(original, 11)).append(fs).append(version);
    if (original != null && !original.characterSet().isEmpty()) {
      text.append(fs.repeat(6)).append(original.characterSet());
    }
    text.append('\r').append("MSA").append(fs).append(code).append(fs);
    text.append(original == null ? "" : original.controlId());
    if (!faults.isEmpty() && !modern) {
      text.append(fs).append(plain(faults.get(0).text(), style));
    }
    text.append('\r');
    boolean positive = code.endsWith("A");
    for (Hl7Fault fault : faults) {
      appendError(text, fault, style, positive);
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void appendError(
      StringBuilder text, Hl7Fault fault, Style style, boolean positive) {
    String fs = style.fs();
    String cs = style.cs();
    String location = fault.location().replace("^", cs);
    if (style.modern()) {
      text.append("ERR").append(fs).append(fs).append(location).append(fs);
      text.append(fault.code())
          .append(cs)
          .append(fault.codeText())
          .append(cs)
          .append("HL70357")
          .append(fs);
      text.append(positive ? "W" : "E").append(fs.repeat(4));
      text.append(plain(fault.text(), style));
    } else {
      String sub = style.encoding().length() > 3 ? style.encoding().substring(3, 4) : "&";
      int parts = location.isEmpty() ? 1 : location.split(Pattern.quote(cs), -1).length;
      text.append("ERR").append(fs).append(location).append(cs.repeat(Math.max(1, 4 - parts)));
      text.append(fault.code()).append(sub).append(fault.codeText()).append(sub).append("HL70357");
    }
    text.append('\r');
  }

  /** How the answered message was written. */
  private record Style(String fs, String cs, String encoding, boolean modern) {}

  private static String echo(@Nullable Msh original, int field) {
    return original == null ? "" : original.field(field);
  }

  /** Our own words, without anything that could be read as a delimiter. */
  private static String plain(String text, Style style) {
    var clean = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean delimiter = (style.fs() + style.encoding()).indexOf(c) >= 0 || c < ' ' || c > '~';
      clean.append(delimiter ? ' ' : c);
    }
    return clean.substring(0, Math.min(clean.length(), LONGEST_TEXT));
  }
}
