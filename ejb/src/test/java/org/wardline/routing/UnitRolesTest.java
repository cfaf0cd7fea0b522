package org.wardline.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wardline.routing.UnitRoles.Unit;

class UnitRolesTest {
  private final UnitRoles roles =
      new UnitRoles(
          List.of(new Unit("3 West", "cardiology-on-call"), new Unit("*", "switchboard")));

  @Test
  void the_first_entry_that_fits_is_told() {
    assertThat(roles.of("3 West · 12 · 1")).contains("cardiology-on-call");
    assertThat(roles.of("3 Westend")).contains("switchboard");
    assertThat(roles.of("")).contains("switchboard");
  }

  @Test
  void who_is_told_when_nobody_else_is_looks_after_no_ward() {
    assertThat(roles.ofWard("3 West")).contains("cardiology-on-call");
    assertThat(roles.ofWard("4 East · 1 · 1")).isEmpty();
  }
}
