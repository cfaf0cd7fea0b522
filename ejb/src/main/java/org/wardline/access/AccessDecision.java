package org.wardline.access;

/** Permit, or deny with a reason that is fit for the person and the audit record. */
public sealed interface AccessDecision {
  /** He may. */
  record Permit() implements AccessDecision {}

  /** He may not. */
  record Deny(String reason) implements AccessDecision {}

  static AccessDecision permit() {
    return new Permit();
  }

  static AccessDecision deny(String reason) {
    return new Deny(reason);
  }
}
