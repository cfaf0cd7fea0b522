package org.wardline.web.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.session.IdentityTasks;
import org.wardline.session.IdentityTasks.Task;
import org.wardline.web.keycloak.AdminApi.GoneException;
import org.wardline.web.keycloak.AdminApi.RefusedException;

/**
 * Tells Keycloak what it is to do, in the order in which it was asked; each thing may be told
 * twice.
 */
@Singleton
public class IdentityTaskWorker {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityTaskWorker.class);
  private static final int AT_ONCE = 50;
  private static final Set<String> FACTORS = Set.of("otp", "webauthn", "recovery-authn-codes");
  private final IdentityTasks tasks;
  private final AdminApi api;

  @Inject
  public IdentityTaskWorker(IdentityTasks tasks, AdminApi api) {
    this.tasks = tasks;
    this.api = api;
  }

  /**
   * Works what waits.
   *
   * @throws IdentityProviderAwayException when Keycloak does not answer: what waits goes on waiting
   */
  void work() {
    Set<String> stuck = new HashSet<>(); // what one person waits for stays in its order
    for (Task task : tasks.next(AT_ONCE)) {
      if (stuck.contains(task.subject())) {
        continue;
      }
      try {
        tell(task);
        tasks.done(task);
      } catch (GoneException e) {
        LOG.info("{}: Keycloak knows it no more", task.kind());
        tasks.done(task);
      } catch (RefusedException e) {
        LOG.warn("{} {}: Keycloak refuses it: {}", task.kind(), task.id(), e.getMessage());
        stuck.add(task.subject());
      }
    }
  }

  private void tell(Task task) {
    String user = "/users/" + task.subject();
    switch (task.kind()) {
      case END_SESSION -> api.send("DELETE", "/sessions/" + task.sid(), "");
      case END_ALL_SESSIONS -> api.send("POST", user + "/logout", "");
      case REMOVE_FACTORS -> removeFactors(user);
      case ALLOW_CODE -> allow(user, Enrolling.CODE, Enrolling.PASSKEY);
      case ALLOW_PASSKEY -> allow(user, Enrolling.PASSKEY, Enrolling.CODE);
      case END_ENROLMENT -> {
        take(user, Enrolling.CODE);
        take(user, Enrolling.PASSKEY);
      }
      default -> throw new IllegalStateException(task.kind().name());
    }
  }

  /** Realm roles by which the sign-in flow knows who may enrol; see the realm. */
  private static final class Enrolling {
    static final String CODE = "mfa-enrolment";
    static final String PASSKEY = "mfa-enrolment-passkey";
  }

  private void removeFactors(String user) {
    for (JsonNode credential : api.get(user + "/credentials")) {
      if (FACTORS.contains(credential.path("type").asText())) {
        removeFactor(user + "/credentials/" + credential.path("id").asText());
      }
    }
  }

  private void removeFactor(String path) {
    try {
      api.send("DELETE", path, "");
    } catch (GoneException e) {
      LOG.debug("a factor was removed before", e);
    }
  }

  private void allow(String user, String role, String other) {
    take(user, other);
    change("POST", user, role, "/available");
  }

  private void take(String user, String role) {
    change("DELETE", user, role, "");
  }

  /** Nothing is sent when it is so already. */
  private void change(String method, String user, String role, String listed) {
    for (JsonNode found : api.get(user + "/role-mappings/realm" + listed)) {
      if (found.path("name").asText().equals(role)) {
        api.send(method, user + "/role-mappings/realm", "[" + found + "]");
      }
    }
  }
}
