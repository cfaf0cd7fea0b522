package org.wardline.web;

/**
 * What is being sent is longer than may be. Unchecked, since libraries take what a stream throws
 * for a fault of reading, and keep its words alone.
 */
public class BodyTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BodyTooLongException(String reason) {
    super(reason);
  }
}
