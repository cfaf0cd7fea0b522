package org.wardline.store;

/** It cannot be kept now: too much waits, or the node stops. The sender should try again. */
public class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String reason) {
    super(reason);
  }
}
