package org.wardline.web;

import java.io.IOException;

/** What is being sent is longer than may be. */
public class BodyTooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  public BodyTooLongException(String reason) {
    super(reason);
  }
}
