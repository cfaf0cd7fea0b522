package org.wardline.access;

import jakarta.ejb.ApplicationException;

/** Somebody was refused. It is on record before this is thrown. */
@ApplicationException(rollback = true)
public class AccessDeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AccessDeniedException(String reason) {
    super(reason);
  }
}
