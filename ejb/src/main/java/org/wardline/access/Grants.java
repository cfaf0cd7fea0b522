package org.wardline.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.wardline.message.Actor;

/**
 * Who has which right. Whatever is not granted is denied.
 *
 * @param version 0 for the defaults
 */
public record Grants(int version, List<Grant> list) {
  private static final List<String> CLINICAL =
      List.of("physician", "nurse", "pharmacist", "therapist", "switchboard");

  /** What holds until an administrator changes it. */
  public static final Grants DEFAULTS = defaults();

  /**
   * A right of those with a role.
   *
   * @param unit only in that department; empty: everywhere
   */
  public record Grant(Right right, String role, String unit) {
    boolean fits(Actor actor) {
      return actor.roles().contains(role)
          && (unit.isEmpty() || unit.equalsIgnoreCase(actor.department()));
    }
  }

  public Grants {
    list = List.copyOf(list);
  }

  /** The rights of a person; a machine has scopes instead. */
  public Set<Right> of(Actor actor) {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    if (!actor.machine()) {
      list.stream().filter(grant -> grant.fits(actor)).forEach(g -> rights.add(g.right()));
    }
    return rights;
  }

  private static Grants defaults() {
    var grants = new ArrayList<Grant>();
    for (String role : CLINICAL) {
      for (Right right : List.of(Right.MESSAGE, Right.PATIENTS, Right.DUTY, Right.EMERGENCY)) {
        grants.add(new Grant(right, role, ""));
      }
    }
    grants.add(new Grant(Right.AUDIT, "auditor", ""));
    grants.add(new Grant(Right.REVIEW, "auditor", ""));
    for (Right right : List.of(Right.DELIVERIES, Right.INTERFACES, Right.ACCOUNTS, Right.RIGHTS)) {
      grants.add(new Grant(right, "administrator", ""));
    }
    return new Grants(0, grants);
  }
}
