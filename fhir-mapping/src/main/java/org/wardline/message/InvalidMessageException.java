package org.wardline.message;

/**
 * The caller's mistake: something in what he sent cannot be accepted. The reason is fit for the
 * caller and the audit record, and never holds patient data.
 */
public class InvalidMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private final String field;

  public InvalidMessageException(String field, String reason) {
    super(reason);
    this.field = field;
  }

  /** The field at fault, in the caller's own words. */
  public String field() {
    return field;
  }
}
