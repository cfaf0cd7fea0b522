package org.wardline.intake.fhir;

import jakarta.ejb.ApplicationException;

/** Somebody else changed a resource after the client had read it. */
@ApplicationException(rollback = true)
public class ChangedMeanwhileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the version that it has now. */
  public ChangedMeanwhileException(String newest) {
    super("The resource was changed meanwhile: its version is " + newest + ".");
  }
}
