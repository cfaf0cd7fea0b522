package org.wardline.mapping.hl7;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of FT, TX and ST fields for people: what the parser leaves of the escape sequences (HL7
 * v2.5.1 section 2.7) becomes line ends or disappears.
 */
final class Hl7Text {
  private static final Pattern SEQUENCE =
      Pattern.compile("\\\\(\\.[a-zA-Z]{2}[+-]?\\d*|H|N|X(?:[0-9A-Fa-f]{2})+|Z[^\\\\]*)\\\\");

  private Hl7Text() {}

  static String plain(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    Matcher matcher = SEQUENCE.matcher(text);
    return matcher.replaceAll(found -> Matcher.quoteReplacement(meaning(found.group(1))));
  }

  private static String meaning(String sequence) {
    if (sequence.startsWith("X")) {
      return bytes(sequence.substring(1));
    }
    String command = sequence.substring(0, Math.min(3, sequence.length())).toLowerCase(Locale.ROOT);
    return switch (command) {
      case ".br", ".sp", ".ce" -> "\n";
      case ".sk", ".ti" -> " ";
      default -> "";
    };
  }

  private static String bytes(String hexadecimal) {
    byte[] bytes = new byte[hexadecimal.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hexadecimal.substring(2 * i, 2 * i + 2), 16);
    }
    String text = new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
    return text.indexOf('\uFFFD') < 0 ? text : "\\X" + hexadecimal + "\\"; // never replaced
  }
}
