package org.wardline.web.keycloak;

import jakarta.security.auth.message.AuthStatus;
import jakarta.security.auth.message.callback.CallerPrincipalCallback;
import jakarta.security.auth.message.callback.GroupPrincipalCallback;
import java.io.IOException;
import java.security.Principal;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.wardline.web.Caller;

/** The container's part in the authentication of one request. */
final class AuthenticationContext {
  private final CallbackHandler container;
  private final Subject client;
  private final boolean isProtected;

  /**
   * One request.
   *
   * @param isProtected whether the container lets nobody pass who is unknown
   */
  AuthenticationContext(CallbackHandler container, Subject client, boolean isProtected) {
    this.container = container;
    this.client = client;
    this.isProtected = isProtected;
  }

  boolean isProtected() {
    return isProtected;
  }

  /** Goes on with this caller. */
  AuthStatus admit(Caller caller, Set<String> groups) {
    tell(
        new CallerPrincipalCallback(client, caller),
        new GroupPrincipalCallback(client, groups.toArray(String[]::new)));
    return AuthStatus.SUCCESS;
  }

  /** Goes on without a caller, which the container allows only where nothing is protected. */
  AuthStatus nobody() {
    tell(new CallerPrincipalCallback(client, (Principal) null));
    return AuthStatus.SUCCESS;
  }

  private void tell(Callback... callbacks) {
    try {
      container.handle(callbacks);
    } catch (IOException | UnsupportedCallbackException e) {
      throw new IllegalStateException("the container does not take a caller", e);
    }
  }
}
