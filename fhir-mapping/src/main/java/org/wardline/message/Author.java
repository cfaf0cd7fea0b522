package org.wardline.message;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who answers for a message, as he stood at that moment: the role snapshot.
 *
 * @param party the person, or the machine when it speaks for itself
 * @param identifier the name that other systems know: user name or client id
 * @param name as shown, family name first
 * @param profession such as {@code physician}; {@code system} for a machine
 * @param department such as {@code Cardiology}; empty when unknown
 * @param roleId the {@code PractitionerRole} row of that moment; null for a machine
 * @param authenticationLevel the {@code acr} of the sign-in; {@code client} for a machine
 * @param onBehalf the machine that wrote in this person's name; null when he wrote himself
 */
public record Author(
    PartyRef party,
    String identifier,
    String name,
    String profession,
    String department,
    @Nullable UUID roleId,
    String authenticationLevel,
    @Nullable Agent onBehalf) {

  /** A machine that writes for somebody: shown as "EHR for Dr Adams". */
  public record Agent(PartyRef party, String name) {}

  public Author {
    Objects.requireNonNull(party, "party");
    Objects.requireNonNull(identifier, "identifier");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profession, "profession");
    Objects.requireNonNull(department, "department");
    Objects.requireNonNull(authenticationLevel, "authenticationLevel");
  }

  /** Name for people: {@code EHR for Dr Anna Adams}. */
  public String shownName() {
    return onBehalf == null ? name : onBehalf.name() + " for " + name;
  }
}
