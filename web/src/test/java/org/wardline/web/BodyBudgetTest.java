package org.wardline.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.wardline.store.OverloadedException;

class BodyBudgetTest {
  private static final long MIB = 1024 * 1024;
  private static final long LONG = 10 * MIB;
  private final BodyBudget budget = new BodyBudget(512 * MIB, 25, 40, Duration.ofMillis(1));

  /** A request that keeps nothing. */
  private static BodyBudget.Share share(BodyBudget of) {
    return of.share(
        (HttpServletRequest)
            Proxy.newProxyInstance(
                BodyBudgetTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, values) -> null));
  }

  private BodyBudget.Share share() {
    return share(budget);
  }

  @Test
  void short_bodies_cost_nothing() {
    for (int i = 0; i < 100_000; i++) {
      share().arrive(BodyBudget.FREE);
      share().read(BodyBudget.FREE, 200_000);
    }
    assertThatCode(() -> share().read(LONG, 200_000)).doesNotThrowAnyException();
  }

  @Test
  void a_body_of_which_there_is_room_for_none_else_is_taken_alone() {
    var small = new BodyBudget(MIB, 25, 40, Duration.ofMillis(1));
    BodyBudget.Share first = share(small);
    first.arrive(LONG);
    first.read(LONG, 1);
    assertThatThrownBy(() -> share(small).arrive(LONG)).isInstanceOf(OverloadedException.class);
    first.give();
    assertThatCode(() -> share(small).arrive(LONG)).doesNotThrowAnyException();
  }

  @Test
  void what_arrives_slowly_keeps_nobody_from_reading() {
    for (int i = 0; i < 4; i++) {
      share().arrive(LONG);
    }
    assertThatThrownBy(() -> share().arrive(LONG)).isInstanceOf(OverloadedException.class);
    assertThatCode(() -> share().read(LONG, 100)).doesNotThrowAnyException();
  }

  @Test
  void many_values_cost_more_than_long_ones() {
    share().read(LONG, 100);
    share().read(LONG, 100);
    assertThatThrownBy(() -> share().read(MIB, 200_000)).isInstanceOf(OverloadedException.class);
  }

  @Test
  void a_request_takes_its_part_once_and_gives_it_back_once() {
    BodyBudget.Share one = share();
    for (int i = 0; i < 100; i++) {
      one.arrive(LONG);
      one.read(LONG, 200_000);
    }
    one.give();
    one.give();
    share().read(LONG, 200_000);
    assertThatThrownBy(() -> share().read(LONG, 200_000)).isInstanceOf(OverloadedException.class);
  }
}
