package org.wardline.access;

import jakarta.ejb.ApplicationException;

/**
 * He may, but must first prove again who he is. It is on record before this is thrown. A door tells
 * it in the form of RFC 9470 (OAuth 2.0 Step Up Authentication Challenge).
 */
@ApplicationException(rollback = true)
public class StepUpRequiredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The {@code acr} that is asked for. */
  public static final String LEVEL = "mfa-fresh";

  private final long maxAge;

  /**
   * It is needed.
   *
   * @param maxAge how old the proof may be, in seconds
   */
  public StepUpRequiredException(long maxAge) {
    super("Please confirm with your second factor.");
    this.maxAge = maxAge;
  }

  /** How old the proof may be, in seconds. */
  public long maxAge() {
    return maxAge;
  }

  /** The challenge for {@code WWW-Authenticate}, RFC 9470 section 3. */
  public String challenge() {
    return "Bearer realm=\"wardline\", error=\"insufficient_user_authentication\", "
        + "error_description=\"a fresh second factor is required\", acr_values=\""
        + LEVEL
        + "\", max_age=\""
        + maxAge
        + "\"";
  }
}
