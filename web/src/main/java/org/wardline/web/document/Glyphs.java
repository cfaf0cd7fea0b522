package org.wardline.web.document;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/** The fonts of our documents, and what they have no picture for. */
final class Glyphs {
  private static final String FOLDER = "/net/sf/jasperreports/fonts/dejavu/";
  private static final byte[] REGULAR = read("DejaVuSans.ttf");
  private static final byte[] BOLD = read("DejaVuSans-Bold.ttf");

  /** Zero-width joiners, marks of direction, isolates. */
  private static final String STEERING = "\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069";

  private static final CmapLookup IN_REGULAR = lookup(REGULAR);
  private static final CmapLookup IN_BOLD = lookup(BOLD);

  private Glyphs() {}

  static InputStream regular() {
    return new ByteArrayInputStream(REGULAR);
  }

  static InputStream bold() {
    return new ByteArrayInputStream(BOLD);
  }

  /**
   * The same text, with the code of each character that has no picture in its place, such as {@code
   * [U+1F600]}: nothing of what was written is left out silently. Control characters are shown so,
   * too, and what would turn the order of writing round; only the marks are kept that join letters
   * and set a run of text apart.
   */
  static String shown(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (STEERING.indexOf(c) >= 0
                  || (known(c) && Character.getType(c) != Character.FORMAT && c != 0xFFFC)) {
                shown.appendCodePoint(c);
              } else if (c == '\t') {
                shown.append(' ');
              } else {
                shown.append("[U+%04X]".formatted(c));
              }
            });
    return shown.toString();
  }

  private static byte[] read(String name) {
    try (InputStream in = Glyphs.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("the font " + name + " is missing from the archive");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean known(int codePoint) {
    return IN_REGULAR.getGlyphId(codePoint) != 0 && IN_BOLD.getGlyphId(codePoint) != 0;
  }

  private static CmapLookup lookup(byte[] bytes) {
    try (TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(bytes))) {
      return font.getUnicodeCmapLookup();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
