package org.wardline.launcher;

/** Something that the operator can mend: one clear sentence with what to do. */
public class LauncherException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LauncherException(String sentence) {
    super(sentence);
  }
}
