package org.wardline.web.ehr;

/** Why a launch did not work: fit to be shown, without a word about a patient. */
final class LaunchFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  LaunchFailedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
