package org.wardline.crypto;

/**
 * Something sealed was changed, moved, or sealed with another key. Never shown as if it were whole.
 */
public class SealBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SealBrokenException(String what) {
    super("seal broken: " + what);
  }
}
