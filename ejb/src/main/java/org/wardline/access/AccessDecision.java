package org.wardline.access;

/** Permit, or deny with a reason that is fit for the person and the audit record. */
public sealed interface AccessDecision {
  /**
   * He may.
   *
   * @param fresh the act is risky: only with a second factor that he proved a moment ago
   */
  record Permit(boolean fresh) implements AccessDecision {}

  /** He may not. */
  record Deny(String reason) implements AccessDecision {}

  static AccessDecision permit() {
    return new Permit(false);
  }

  /** He may when his second factor is fresh: for the acts that are marked risky. */
  static AccessDecision permitWhenFresh() {
    return new Permit(true);
  }

  static AccessDecision deny(String reason) {
    return new Deny(reason);
  }
}
