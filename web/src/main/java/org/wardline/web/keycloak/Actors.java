package org.wardline.web.keycloak;

import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.Devices;
import org.wardline.directory.People;
import org.wardline.directory.Person;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.Actor.Authentication;
import org.wardline.message.Scope;
import org.wardline.session.SignInFloor;
import org.wardline.session.WebSession;
import org.wardline.setting.Settings;

/** Makes the actor of a request out of a session or a checked token. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Actors {
  private static final Pattern RESOURCE_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  @Inject private People people;
  @Inject private Devices devices;
  @Inject private SignInFloor floor;
  @Inject private Settings settings;

  /** The person behind a session; empty when he has left. */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS) // on the way of every request
  public Optional<Actor> ofSession(WebSession session, String address) {
    var authentication =
        new Authentication(
            session.acr(),
            session.authTime(),
            session.subject(),
            settings.text("wardline.oidc.issuer"),
            session.id().toString(),
            address);
    return people
        .byId(session.organizationId(), session.practitionerId())
        .filter(Practitioner::active)
        .filter(person -> floor.allows(person.id(), session.authTime()))
        .map(person -> person(person, authentication, Set.of()));
  }

  /**
   * The person or machine behind a checked access token; empty for a person whom we do not know.
   */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public Optional<Actor> ofToken(JWTClaimsSet claims, String address) {
    try {
      UUID organization = settings.organization();
      String username = claims.getStringClaim("preferred_username");
      if (username != null && !username.startsWith("service-account-")) {
        return people
            .byUsername(organization, username)
            .filter(Practitioner::active)
            .filter(person -> floor.allows(person.id(), authTime(claims)))
            .map(
                person ->
                    person(
                        person,
                        authentication(claims, text(claims, "acr"), address),
                        appScopes(claims)));
      }
      String client = text(claims, "azp");
      return Optional.of(
          new Actor(
              Actor.Kind.MACHINE,
              organization,
              devices.of(organization, client),
              client,
              client,
              "system",
              "",
              null,
              Set.of(),
              scopes(claims),
              authentication(claims, "client", address)));
    } catch (ParseException e) {
      return Optional.empty(); // a claim of another type than the provider writes
    }
  }

  /** Takes over the person whom the provider just vouched for. */
  public Practitioner keep(JWTClaimsSet access) throws ParseException {
    String family = text(access, "family_name");
    String given = text(access, "given_name");
    var person =
        new Person(
            access.getSubject(),
            text(access, "preferred_username"),
            family.isEmpty() ? text(access, "name") : family + ", " + given,
            text(access, "profession"),
            text(access, "department"),
            people
                .byUsername(settings.organization(), text(access, "preferred_username"))
                .map(Practitioner::bleep)
                .orElse(""),
            roles(access),
            true);
    return people.keep(settings.organization(), person);
  }

  /**
   * What a person let another app do; empty for our own pages. The app is one of them, so that they
   * are never empty for it.
   */
  private Set<String> appScopes(JWTClaimsSet claims) {
    String app = text(claims, "azp");
    if (app.equals(settings.text("wardline.oidc.client-id"))) {
      return Set.of();
    }
    var all = new HashSet<>(scopes(claims));
    all.add(Actor.APP + app);
    all.addAll(ofPatient(all, text(claims, "patient")));
    return all;
  }

  /**
   * What {@code patient/} scopes give, of the patient in the token's context (SMART App Launch 2.0,
   * "Launch context arrives with your access token"); without one, nothing.
   */
  private static Set<String> ofPatient(Set<String> scopes, String patient) {
    if (!RESOURCE_ID.matcher(patient).matches()) {
      return Set.of();
    }
    return scopes.stream()
        .flatMap(scope -> Scope.parse(scope).stream())
        .filter(scope -> scope.level().equals("patient"))
        .map(scope -> scope.of(patient).toString())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Actor person(Practitioner person, Authentication authentication, Set<String> appScopes) {
    return new Actor(
        Actor.Kind.PERSON,
        person.organizationId(),
        person.party(),
        person.username(),
        person.name(),
        person.profession(),
        person.department(),
        people.standing(person.id()).map(r -> r.id()).orElse(null),
        person.roles(),
        appScopes,
        authentication);
  }

  private Authentication authentication(JWTClaimsSet claims, String level, String address) {
    return new Authentication(
        level,
        authTime(claims),
        claims.getSubject(),
        claims.getIssuer(),
        claims.getJWTID(),
        address);
  }

  private static Instant authTime(JWTClaimsSet claims) {
    Object claimed = claims.getClaim("auth_time");
    return claimed instanceof Number seconds
        ? Instant.ofEpochSecond(seconds.longValue())
        : claims.getIssueTime().toInstant();
  }

  private static String text(JWTClaimsSet claims, String name) {
    Object value = claims.getClaim(name);
    return value instanceof String text ? text : "";
  }

  private static Set<String> scopes(JWTClaimsSet claims) {
    String scopes = text(claims, "scope").strip();
    return scopes.isEmpty() ? Set.of() : Set.copyOf(List.of(scopes.split(" +", -1)));
  }

  static Set<String> roles(JWTClaimsSet claims) {
    @Nullable Object access = claims.getClaim("realm_access");
    if (access instanceof Map<?, ?> map && map.get("roles") instanceof List<?> roles) {
      return Set.copyOf(roles.stream().map(String::valueOf).distinct().toList());
    }
    return Set.of();
  }
}
