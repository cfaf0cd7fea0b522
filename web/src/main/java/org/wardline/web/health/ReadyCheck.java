package org.wardline.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.wardline.store.Database;
import org.wardline.web.keycloak.KeycloakPoll;

/** Ready: the database answers, and the people were brought over once. */
@Readiness
@ApplicationScoped
@SuppressWarnings("NullAway.Init")
public class ReadyCheck implements HealthCheck {
  @Inject private Database database;
  @Inject private KeycloakPoll poll;

  @Override
  public HealthCheckResponse call() {
    boolean answers = database();
    return HealthCheckResponse.named("wardline")
        .withData("database", answers)
        .withData("directory", poll.synced())
        .status(answers && poll.synced())
        .build();
  }

  private boolean database() {
    try {
      return database.first("select 1 as one", row -> row.integer("one") == 1).orElse(false);
    } catch (RuntimeException e) {
      return false; // that is what is asked
    }
  }
}
