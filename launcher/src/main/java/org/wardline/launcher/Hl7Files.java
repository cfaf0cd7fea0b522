package org.wardline.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * HL7 v2 messages in files: one or several, with any line end; the bytes of each are kept as they
 * are.
 */
final class Hl7Files {
  private Hl7Files() {}

  /** The messages of a file, segments ended by CR. */
  static List<byte[]> messages(Path file) {
    String text;
    try {
      text =
          Files.readString(
              file, StandardCharsets.ISO_8859_1); // keeps each byte, whatever the character set
    } catch (IOException e) {
      throw new LauncherException("The file " + file + " cannot be read.");
    }
    var messages = new ArrayList<byte[]>();
    var current = new StringBuilder();
    for (String line : text.split("\r\n|\r|\n", -1)) {
      String segment = line.replace("\u000b", "").replace("\u001c", "");
      if (begins(segment) && current.length() > 0) {
        messages.add(current.toString().getBytes(StandardCharsets.ISO_8859_1));
        current.setLength(0);
      }
      if (!segment.isBlank()) {
        current.append(segment).append('\r');
      }
    }
    if (current.length() > 0) {
      messages.add(current.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
    return messages;
  }

  private static boolean begins(String segment) {
    return segment.startsWith("MSH") || segment.startsWith("\u00ef\u00bb\u00bfMSH");
  }
}
