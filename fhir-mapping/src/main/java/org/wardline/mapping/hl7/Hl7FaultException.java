package org.wardline.mapping.hl7;

/** A message that cannot be read at all; carries what to answer. */
public class Hl7FaultException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Hl7Fault fault;

  public Hl7FaultException(Hl7Fault fault) {
    super(fault.text());
    this.fault = fault;
  }

  public Hl7Fault fault() {
    return fault;
  }
}
