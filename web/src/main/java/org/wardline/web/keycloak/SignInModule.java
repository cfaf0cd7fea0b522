package org.wardline.web.keycloak;

import jakarta.security.auth.message.AuthStatus;
import jakarta.security.auth.message.MessageInfo;
import jakarta.security.auth.message.MessagePolicy;
import jakarta.security.auth.message.module.ServerAuthModule;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;

/**
 * Has the container ask {@link SignInMechanism} about every request, by the Servlet Container
 * Profile of Jakarta Authentication 3.0 (section 3).
 */
final class SignInModule implements ServerAuthModule {
  private static final String MANDATORY = "jakarta.security.auth.message.MessagePolicy.isMandatory";

  private final SignInMechanism mechanism;
  private CallbackHandler container =
      callbacks -> {
        throw new IllegalStateException("not initialized");
      };

  SignInModule(SignInMechanism mechanism) {
    this.mechanism = mechanism;
  }

  @Override
  public void initialize(
      MessagePolicy request,
      MessagePolicy response,
      CallbackHandler handler,
      Map<String, Object> options) {
    container = handler;
  }

  @Override
  public Class<?>[] getSupportedMessageTypes() {
    return new Class<?>[] {HttpServletRequest.class, HttpServletResponse.class};
  }

  @Override
  public AuthStatus validateRequest(MessageInfo message, Subject client, Subject service) {
    boolean isProtected = Boolean.parseBoolean((String) message.getMap().get(MANDATORY));
    return mechanism.validateRequest(
        (HttpServletRequest) message.getRequestMessage(),
        (HttpServletResponse) message.getResponseMessage(),
        new AuthenticationContext(container, client, isProtected));
  }

  @Override
  public AuthStatus secureResponse(MessageInfo message, Subject service) {
    return AuthStatus.SEND_SUCCESS;
  }

  @Override
  public void cleanSubject(MessageInfo message, Subject subject) {
    subject.getPrincipals().clear();
  }
}
