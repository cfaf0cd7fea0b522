package org.wardline.compose;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.Directory.Member;
import org.wardline.directory.Directory.Role;
import org.wardline.directory.Directory.Snapshot;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.PartyRef;

/** Turns whom an author addressed into the people who will get it. */
final class Recipients {
  private final Snapshot directory;
  private final Instant now;

  /** By a directory, at a moment. */
  Recipients(Snapshot directory, Instant now) {
    this.directory = directory;
    this.now = now;
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
  Resolved resolve(List<PartyRef> written) {
    List<Recipient> addressed = new ArrayList<>();
    Map<PartyRef, Receiver> receivers = new LinkedHashMap<>();
    for (int i = 0; i < written.size(); i++) {
      String field = "recipients[" + i + "]";
      PartyRef party = written.get(i);
      switch (party.kind()) {
        case PRACTITIONER -> {
          Member person = person(party, field);
          addressed.add(new Recipient(party, person.name(), person.username()));
          receivers.putIfAbsent(party, new Receiver(party, person.name(), null));
        }
        case HEALTHCARE_SERVICE -> {
          Role role =
              directory
                  .role(party.id())
                  .orElseThrow(
                      () -> new UnknownReferenceException(field, "There is no such role."));
          Member holder =
              directory
                  .holder(role, now)
                  .orElseThrow(
                      () ->
                          new UnknownReferenceException(
                              field, "Nobody holds " + role.name() + " now."));
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

  /**
   * Somebody who works here.
   *
   * @throws UnknownReferenceException for somebody who does not exist or has left
   */
  Member person(PartyRef party, String field) {
    return found(party)
        .orElseThrow(() -> new UnknownReferenceException(field, "There is no such person."));
  }

  /** True for a person who works here. */
  boolean active(PartyRef party) {
    return found(party).isPresent();
  }

  private Optional<Member> found(PartyRef party) {
    return party.kind() == PartyRef.Kind.PRACTITIONER
        ? directory.person(party.id()).filter(Member::active)
        : Optional.empty();
  }
}
