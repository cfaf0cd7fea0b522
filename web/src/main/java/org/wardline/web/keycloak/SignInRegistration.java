package org.wardline.web.keycloak;

import jakarta.inject.Inject;
import jakarta.security.auth.message.config.AuthConfigFactory;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Registers who is asked about every request. Should it fail, the application does not start; and
 * without it the container lets nobody in where {@code web.xml} protects.
 */
@WebListener
@SuppressWarnings("NullAway.Init")
public class SignInRegistration implements ServletContextListener {

  @Inject private SignInMechanism mechanism;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    AuthConfigFactory.getFactory()
        .registerServerAuthModule(new SignInModule(mechanism), event.getServletContext());
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    AuthConfigFactory.getFactory().removeServerAuthModule(event.getServletContext());
  }
}
