package org.wardline.compose;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.OnCallRoles.Holder;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.PartyRef;

/** Turns whom an author addressed into the people who will get it. */
@Singleton
public class Recipients {
  private final People people;
  private final OnCallRoles roles;

  @Inject
  public Recipients(People people, OnCallRoles roles) {
    this.people = people;
    this.roles = roles;
  }

  /**
   * The result.
   *
   * @param addressed as written: people and roles
   * @param people each once, in order
   */
  record Resolved(List<Recipient> addressed, List<Receiver> people) {}

  /** A person who will get it, and through which role. */
  record Receiver(PartyRef party, String name, @Nullable String viaRole) {}

  /**
   * Resolves.
   *
   * @throws UnknownReferenceException for somebody who does not exist or has left, and for a role
   *     that nobody holds
   */
  Resolved resolve(UUID organization, List<PartyRef> written) {
    List<Recipient> addressed = new ArrayList<>();
    Map<PartyRef, Receiver> receivers = new LinkedHashMap<>();
    for (int i = 0; i < written.size(); i++) {
      String field = "recipients[" + i + "]";
      PartyRef party = written.get(i);
      switch (party.kind()) {
        case PRACTITIONER -> {
          Practitioner person =
              people
                  .byId(organization, party.id())
                  .filter(Practitioner::active)
                  .orElseThrow(
                      () -> new UnknownReferenceException(field, "There is no such person."));
          addressed.add(new Recipient(party, person.name(), person.username()));
          receivers.putIfAbsent(party, new Receiver(party, person.name(), null));
        }
        case HEALTHCARE_SERVICE -> {
          OnCallRole role =
              roles
                  .byId(organization, party.id())
                  .orElseThrow(
                      () -> new UnknownReferenceException(field, "There is no such role."));
          Holder holder = role.holder();
          if (holder == null) {
            throw new UnknownReferenceException(field, "Nobody holds " + role.name() + " now.");
          }
          addressed.add(new Recipient(party, role.name(), role.code()));
          receivers.putIfAbsent(
              holder.party(), new Receiver(holder.party(), holder.name(), role.name()));
        }
        default ->
            throw new UnknownReferenceException(field, "Messages go to people and on-call roles.");
      }
    }
    return new Resolved(addressed, List.copyOf(receivers.values()));
  }
}
