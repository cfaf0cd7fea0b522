package org.wardline.message;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, as the identity provider vouched for him: the first argument of every door.
 *
 * @param kind person or machine
 * @param organizationId whose data he may ask for
 * @param party his row in the directory
 * @param identifier user name or client id
 * @param name as shown
 * @param profession of a person; {@code system} for a machine
 * @param department of a person; may be empty
 * @param roleId PractitionerRole snapshot of this moment; null for a machine
 * @param roles realm roles of a person
 * @param scopes OAuth scopes of a machine
 * @param authentication how he signed in
 */
public record Actor(
    Kind kind,
    UUID organizationId,
    PartyRef party,
    String identifier,
    String name,
    String profession,
    String department,
    @Nullable UUID roleId,
    Set<String> roles,
    Set<String> scopes,
    Authentication authentication) {

  /** The two kinds of actors. */
  public enum Kind {
    PERSON,
    MACHINE
  }

  /**
   * How the actor proved who he is.
   *
   * @param level the {@code acr}; {@code client} for a machine
   * @param time when he did (token's {@code auth_time}, or {@code iat} for a machine)
   * @param subject the token's {@code sub}
   * @param issuer the token's {@code iss}
   * @param tokenId {@code jti}, or the browser session's id
   * @param address from where; may be empty
   */
  public record Authentication(
      String level, Instant time, String subject, String issuer, String tokenId, String address) {}

  public Actor {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(party, "party");
    roles = Set.copyOf(roles);
    scopes = Set.copyOf(scopes);
  }

  public boolean machine() {
    return kind == Kind.MACHINE;
  }

  /**
   * True when a SMART v2 scope gives that right, such as {@code system/Communication.rs} for {@code
   * r} (SMART App Launch 2.0 section "Scopes for requesting FHIR resources").
   *
   * @param right one of c, r, u, d, s
   */
  public boolean scoped(String resourceType, char right) {
    for (String scope : scopes) {
      int dot = scope.lastIndexOf('.');
      if (dot > 0
          && (scope.startsWith("system/" + resourceType + ".") || scope.startsWith("system/*."))
          && scope.indexOf(right, dot + 1) > 0) {
        return true;
      }
    }
    return false;
  }
}
