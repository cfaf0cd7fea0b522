package org.wardline.message;

/**
 * What the author wrote, in any script. Never logged: {@link #toString()} hides it.
 *
 * @param text 1 to {@value #MAX_TEXT} characters (Unicode code points), no NUL, no unpaired
 *     surrogate
 * @param elements what his client said besides ({@link Carried#elements()}); mostly empty
 */
public record MessageContent(String text, String elements) {
  public static final int MAX_TEXT = 10_000;

  public MessageContent(String text) {
    this(text, "");
  }

  public MessageContent {
    if (text.isBlank()) {
      throw new InvalidMessageException("text", "The message has no text.");
    }
    if (text.codePointCount(0, text.length()) > MAX_TEXT) {
      throw new InvalidMessageException(
          "text", "The text is longer than " + MAX_TEXT + " characters.");
    }
    if (text.indexOf('\0') >= 0) {
      throw new InvalidMessageException("text", "The text contains a NUL character.");
    }
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new InvalidMessageException("text", "The text contains half a character.");
    }
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
