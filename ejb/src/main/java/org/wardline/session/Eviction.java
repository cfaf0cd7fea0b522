package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.wardline.session.WebSession.Ending;

/** Ends all that a person proved: here at once, at the identity provider as soon as it answers. */
@Singleton
public class Eviction {
  private final WebSessions sessions;
  private final SignInFloor floor;
  private final IdentityTasks tasks;

  @Inject
  public Eviction(WebSessions sessions, SignInFloor floor, IdentityTasks tasks) {
    this.sessions = sessions;
    this.floor = floor;
    this.tasks = tasks;
  }

  /**
   * Ends it.
   *
   * @param subject the identity provider's key of him
   * @return how many sessions ended
   */
  public int evict(UUID organization, UUID practitioner, String subject) {
    int ended = sessions.endAll(organization, practitioner, Ending.WIPED);
    floor.raise(practitioner);
    tasks.add(IdentityTasks.Kind.END_ALL_SESSIONS, subject, "");
    return ended;
  }
}
