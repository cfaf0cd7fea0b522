package org.wardline.directory;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnCallRoles.OnCallRole;

/**
 * Who looks after something now: the role it is meant for, while somebody holds it; else its
 * fallback, and so on; the switchboard last.
 */
@Singleton
public class OnDuty {
  /** Code of the role that is never without an answer. */
  public static final String SWITCHBOARD = "switchboard";

  private final OnCallRoles roles;

  @Inject
  public OnDuty(OnCallRoles roles) {
    this.roles = roles;
  }

  /**
   * Who it is.
   *
   * @param role that is held now
   * @param passed roles that were asked before and are vacant, in order
   */
  public record Found(OnCallRole role, Set<String> passed) {}

  /**
   * Finds him.
   *
   * @param code of the role it is meant for; null goes to the switchboard
   * @return empty when nobody at all is on duty
   */
  public Optional<Found> find(UUID organization, @Nullable String code) {
    var passed = new LinkedHashSet<String>();
    var asked = new LinkedHashSet<String>();
    String next = code == null ? SWITCHBOARD : code;
    while (next != null && asked.add(next)) {
      Optional<OnCallRole> role = roles.byCode(organization, next);
      if (role.isPresent() && role.get().holder() != null) {
        return Optional.of(new Found(role.get(), passed));
      }
      passed.add(role.map(OnCallRole::name).orElse(next));
      String fallback = role.map(OnCallRole::fallback).orElse(null);
      next = fallback == null ? SWITCHBOARD : fallback;
    }
    return Optional.empty();
  }
}
