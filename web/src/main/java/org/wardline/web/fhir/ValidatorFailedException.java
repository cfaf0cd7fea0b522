package org.wardline.web.fhir;

/**
 * The validator broke: nothing is known of the resource, so it is not taken. Of what it said only
 * the place in its code is kept.
 */
public class ValidatorFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ValidatorFailedException(String kind, StackTraceElement[] where) {
    super("the validator failed: " + kind);
    setStackTrace(where.clone());
  }
}
