package org.wardline.message;

import java.util.Locale;

/**
 * What is known of a message at one recipient or destination. The rank decides which state is
 * shown: a late {@code DELIVERED} of a second device never hides {@code READ}.
 */
public enum ReceiptState {
  /** Accepted by us and waiting. */
  QUEUED(10),
  /** Handed to the recipient's device or to the destination. */
  SENT(20),
  /** This attempt failed; it is tried again. */
  DEFERRED(25),
  /** The recipient's page confirmed that it has the message. */
  DELIVERED(30),
  /** Passed on to somebody else before he read it; that he read it may still come to be known. */
  ESCALATED(33),
  /** Taken back before he read it; that he had read it may still come to be known. */
  WITHDRAWN(35),
  /** Shown for a second in a focused, unlocked page. */
  READ(40),
  /** The recipient said yes. */
  ACKNOWLEDGED(50),
  /** The recipient said no. */
  DECLINED(50),
  /** Given up: needs a person. */
  FAILED(55),
  /** The hospital's system took it and said so. */
  FILED(60),
  /** The hospital's system is being told that the message was taken back. */
  RETRACTING(62),
  /** It refused to take the message back: needs a person. */
  RETRACTION_FAILED(66),
  /** The hospital's system took the message back, or never had it. */
  RETRACTED(70);

  private final int rank;

  ReceiptState(int rank) {
    this.rank = rank;
  }

  /** Higher hides lower. */
  public int rank() {
    return rank;
  }

  /** The lower-case word that is stored and shown to programs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@link #code()}.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static ReceiptState fromCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
