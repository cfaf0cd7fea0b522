package org.wardline.operation;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.wardline.directory.People;
import org.wardline.directory.People.Listed;
import org.wardline.directory.Practitioner;
import org.wardline.message.StaffRecord;
import org.wardline.session.Eviction;

/** The hospital's staff directory: who works here, and who has left. */
@Singleton
public class StaffList {
  private final People people;
  private final Eviction eviction;

  @Inject
  public StaffList(People people, Eviction eviction) {
    this.people = people;
    this.eviction = eviction;
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
      eviction.evict(organization, person.id(), person.subject());
    }
    return person.id();
  }
}
