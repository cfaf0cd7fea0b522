package org.wardline.launcher;

/** A process ended before it was ready. */
class EndedEarlyException extends LauncherException {
  private static final long serialVersionUID = 1L;

  EndedEarlyException(String message) {
    super(message);
  }
}
