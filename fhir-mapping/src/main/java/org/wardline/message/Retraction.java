package org.wardline.message;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * A message that was taken back: it stays sealed and on record, and nobody is shown its text any
 * more.
 *
 * @param reason why
 * @param by who did, as shown
 * @param at when, to the millisecond
 * @param readBy how many people have read it, as far as it is known now
 * @param filed true when a hospital's system had it, or may have had it, by then
 */
public record Retraction(Reason reason, String by, Instant at, int readBy, boolean filed) {

  /** Why somebody takes a message back. */
  public enum Reason {
    WRONG_PATIENT("It was about another patient."),
    WRONG_RECIPIENT("It went to the wrong person."),
    WRONG_CONTENT("Its content was wrong.");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** A sentence for people and for other systems. */
    public String words() {
      return words;
    }

    /** The lower-case word that is stored and shown to programs, such as {@code wrong-patient}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads {@link #code()}.
     *
     * @throws InvalidMessageException for any other text
     */
    public static Reason fromCode(String code) {
      for (Reason reason : values()) {
        if (reason.code().equals(code)) {
          return reason;
        }
      }
      throw new InvalidMessageException(
          "reason", "The reason is wrong-patient, wrong-recipient or wrong-content.");
    }
  }

  public Retraction {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(at, "at");
  }

  /**
   * FHIR event-status: {@code stopped} when nobody had seen it, {@code entered-in-error} when
   * somebody may have acted on it.
   */
  public String status() {
    return readBy == 0 && !filed ? "stopped" : "entered-in-error";
  }
}
