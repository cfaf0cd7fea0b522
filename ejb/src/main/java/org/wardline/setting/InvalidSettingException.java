package org.wardline.setting;

/** A setting that cannot be used: the server does not start. */
public class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidSettingException(String key, String fault) {
    super(key + ": " + fault);
  }
}
