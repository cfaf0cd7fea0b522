package org.wardline.compose;

import jakarta.ejb.ApplicationException;

/** The draft speaks of a patient, person, role, conversation or message that is not there. */
@ApplicationException(rollback = true)
public class UnknownReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String field;

  public UnknownReferenceException(String field, String reason) {
    super(reason);
    this.field = field;
  }

  public String field() {
    return field;
  }
}
