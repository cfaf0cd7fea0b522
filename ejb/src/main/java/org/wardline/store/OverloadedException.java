package org.wardline.store;

import jakarta.ejb.ApplicationException;

/** It cannot be kept now: too much waits, or the node stops. The sender should try again. */
@ApplicationException(rollback = true)
public class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String reason) {
    super(reason);
  }
}
