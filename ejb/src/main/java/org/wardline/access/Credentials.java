package org.wardline.access;

import java.util.Set;
import org.wardline.message.Actor;

/** What somebody's sign-in and token allow by themselves, whatever his rights are. */
final class Credentials {
  private static final Set<String> LEVELS = Set.of("mfa", "mfa-fresh");

  private Credentials() {}

  /** What is no resource of FHIR is done on Wardline's own pages only. */
  static AccessDecision signedIn(Actor actor) {
    return actor.throughApp()
        ? AccessDecision.deny("this is not done through an app")
        : secondFactor(actor);
  }

  /** A system, and a person's app, by their scopes; a person by his second factor. */
  static AccessDecision signedIn(Actor actor, String resourceType, char right) {
    if (!actor.machine() && !(secondFactor(actor) instanceof AccessDecision.Permit)) {
      return secondFactor(actor);
    }
    return actor.machine() || actor.throughApp()
        ? scoped(actor, resourceType, right)
        : AccessDecision.permit();
  }

  /** By the scopes of the token alone. */
  static AccessDecision scoped(Actor actor, String resourceType, char right) {
    String level = actor.machine() ? "system/" : "user/";
    return actor.scoped(resourceType, right)
        ? AccessDecision.permit()
        : AccessDecision.deny("the token lacks the scope " + level + resourceType + "." + right);
  }

  private static AccessDecision secondFactor(Actor actor) {
    return LEVELS.contains(actor.authentication().level())
        ? AccessDecision.permit()
        : AccessDecision.deny("a second factor is required");
  }
}
