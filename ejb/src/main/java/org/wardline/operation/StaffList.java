package org.wardline.operation;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.wardline.directory.People;
import org.wardline.directory.People.Listed;
import org.wardline.directory.Practitioner;
import org.wardline.message.StaffRecord;
import org.wardline.session.IdentityTasks;
import org.wardline.session.SignInFloor;
import org.wardline.session.WebSession.Ending;
import org.wardline.session.WebSessions;

/** The hospital's staff directory: who works here, and who has left. */
@Singleton
public class StaffList {
  private final People people;
  private final WebSessions sessions;
  private final SignInFloor floor;
  private final IdentityTasks tasks;

  @Inject
  public StaffList(People people, WebSessions sessions, SignInFloor floor, IdentityTasks tasks) {
    this.people = people;
    this.sessions = sessions;
    this.floor = floor;
    this.tasks = tasks;
  }

  /**
   * Takes over a person; who has left is signed out everywhere, as by a wipe.
   *
   * @param system assigning authority of his numbers, as a URI
   */
  public UUID keep(UUID organization, StaffRecord staff, String system) {
    Listed listed = people.list(organization, staff, system);
    Practitioner person = listed.practitioner();
    if (listed.left() && person.hasAccount()) {
      sessions.endAll(organization, person.id(), Ending.WIPED);
      floor.raise(person.id());
      tasks.add(IdentityTasks.Kind.END_ALL_SESSIONS, person.subject(), "");
    }
    return person.id();
  }
}
