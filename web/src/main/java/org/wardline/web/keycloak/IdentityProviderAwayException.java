package org.wardline.web.keycloak;

/**
 * The identity provider does not answer: nobody new is let in, and the caller is told to come back.
 */
public class IdentityProviderAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public IdentityProviderAwayException(Exception cause) {
    super("the identity provider does not answer: " + cause.getClass().getSimpleName());
  }
}
