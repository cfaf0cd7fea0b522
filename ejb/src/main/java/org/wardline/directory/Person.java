package org.wardline.directory;

import java.util.Set;

/**
 * A person as the identity provider describes him.
 *
 * @param subject its key of him ({@code sub})
 * @param username sign-in name
 * @param name shown, family name first
 * @param profession such as {@code physician}; may be empty
 * @param department may be empty
 * @param bleep may be empty
 * @param roles realm roles
 * @param active false for one who left or is blocked
 */
public record Person(
    String subject,
    String username,
    String name,
    String profession,
    String department,
    String bleep,
    Set<String> roles,
    boolean active) {

  /**
   * The realm roles that mean something here; the provider's own bookkeeping roles are left out.
   */
  public static final Set<String> KNOWN_ROLES =
      Set.of(
          "physician",
          "nurse",
          "pharmacist",
          "therapist",
          "switchboard",
          "auditor",
          "administrator",
          "patient");

  public Person {
    roles = Set.copyOf(roles.stream().filter(KNOWN_ROLES::contains).toList());
  }
}
