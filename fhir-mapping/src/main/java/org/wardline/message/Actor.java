package org.wardline.message;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
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
 * @param scopes OAuth scopes of a machine, and of a person's app; empty for a person on Wardline's
 *     own pages
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
  private static final Pattern RIGHTS = Pattern.compile("c?r?u?d?s?");

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
   * True for a person whose token was given to another app than Wardline's own pages: through it he
   * may do no more than he let it.
   */
  public boolean throughApp() {
    return kind == Kind.PERSON && !scopes.isEmpty();
  }

  /** Begins the scope that names a person's app. */
  public static final String APP = "app:";

  /** Client id of the app through which a person acts; empty on Wardline's own pages. */
  public Optional<String> app() {
    return throughApp()
        ? scopes.stream()
            .filter(scope -> scope.startsWith(APP))
            .map(scope -> scope.substring(APP.length()))
            .findFirst()
        : Optional.empty();
  }

  /**
   * True when a SMART v2 scope gives that right, such as {@code system/Communication.rs}, or {@code
   * user/Communication.rs} of a person's app, for {@code r} (SMART App Launch 2.0 section "Scopes
   * for requesting FHIR resources"). A scope that is restricted by a search ({@code ?…}) does not:
   * to give all would be too much ({@link #restrictions}).
   *
   * @param right one of c, r, u, d, s
   */
  public boolean scoped(String resourceType, char right) {
    String level = machine() ? "system/" : "user/";
    return gives(level + resourceType + ".", right) || gives(level + "*.", right);
  }

  /**
   * What scopes that are restricted by a search give of a type: each entry are the parameters that
   * a resource must fit to be given by one of them.
   *
   * @param right one of c, r, u, d, s
   */
  public List<Map<String, List<String>>> restrictions(String resourceType, char right) {
    String level = machine() ? "system" : "user";
    return scopes.stream()
        .filter(scope -> scope.indexOf('?') > 0)
        .sorted()
        .flatMap(scope -> Scope.parse(scope).stream())
        .filter(scope -> scope.gives(level, resourceType, right))
        .map(Scope::restriction)
        .toList();
  }

  /** The same, with a right for a type that somebody else sees to the limits of. */
  public Actor with(String resourceType, char right) {
    Set<String> more = new HashSet<>(scopes);
    more.add((machine() ? "system/" : "user/") + resourceType + "." + right);
    return new Actor(
        kind,
        organizationId,
        party,
        identifier,
        name,
        profession,
        department,
        roleId,
        roles,
        more,
        authentication);
  }

  private boolean gives(String of, char right) {
    for (String scope : scopes) {
      if (scope.startsWith(of)
          && RIGHTS.matcher(scope).region(of.length(), scope.length()).matches()
          && scope.indexOf(right, of.length()) > 0) {
        return true;
      }
    }
    return false;
  }
}
