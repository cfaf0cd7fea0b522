package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.ServerPart.withoutApplication;

import org.junit.jupiter.api.Test;

class ServerPartTest {
  private static final String READY =
      "[PayaraMicro] Payara Micro 6.2025.10 (build 42) ready in 14,793 (ms)\n";
  private static final String DEPLOYED =
      "[javax.enterprise.system.core] wardline was successfully deployed in 17,496 milliseconds.\n";

  @Test
  void a_server_that_still_starts_or_has_its_application_is_waited_for() {
    assertThat(withoutApplication("")).isFalse();
    assertThat(withoutApplication("Booting Payara Micro 6.2025.10\n")).isFalse();
    assertThat(withoutApplication(DEPLOYED)).isFalse();
    assertThat(withoutApplication(DEPLOYED + READY)).isFalse();
  }

  @Test
  void a_server_that_is_ready_without_application_never_will_have_it() {
    assertThat(withoutApplication("Exception while loading the app : EJB\n")).isTrue();
    assertThat(withoutApplication("Exception [EclipseLink-4002]\n" + READY)).isTrue();
  }
}
