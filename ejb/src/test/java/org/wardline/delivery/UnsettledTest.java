package org.wardline.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.delivery.Outbox.Kind;
import org.wardline.delivery.Settlements.Taken;
import org.wardline.store.GroupCommit;
import org.wardline.store.GroupCommit.Bounds;

class UnsettledTest {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final List<List<Taken>> settled = new CopyOnWriteArrayList<>();
  private final CountDownLatch allowed = new CountDownLatch(1);
  private volatile boolean broken;

  private final GroupCommit<List<Taken>, Boolean> settling =
      new GroupCommit<>(new Bounds(1, 50, 1000, LONGEST), Thread::new, this::settle);

  private final Unsettled unsettled = new Unsettled(settling);

  private List<Boolean> settle(List<List<Taken>> taken) {
    try {
      assertThat(allowed.await(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (broken) {
      throw new IllegalStateException("no database");
    }
    settled.addAll(taken);
    return Collections.nCopies(taken.size(), true);
  }

  @AfterEach
  void close() {
    settling.close();
  }

  @Test
  void what_cannot_be_settled_is_said() {
    broken = true;
    allowed.countDown();
    unsettled.add(taken());
    assertThatThrownBy(() -> unsettled.await(LONGEST)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void what_is_not_settled_in_time_is_said() {
    unsettled.add(taken());
    assertThatThrownBy(() -> unsettled.await(Duration.ofMillis(20)))
        .isInstanceOf(IllegalStateException.class);
    allowed.countDown();
  }

  @Test
  void what_is_taken_while_the_first_is_committed_is_settled_together_once_and_in_its_order() {
    List<Taken> all = List.of(taken(), taken(), taken());
    all.forEach(unsettled::add);
    allowed.countDown();
    unsettled.await(LONGEST);
    unsettled.await(LONGEST);
    assertThat(settled).containsExactly(all.subList(0, 1), all.subList(1, 3));
  }

  @Test
  void what_was_taken_is_settled_though_nobody_waits_for_it() throws Exception {
    unsettled.add(taken());
    unsettled.add(taken());
    allowed.countDown();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (settled.size() < 2) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void after_a_fault_the_rest_is_settled_all_the_same() {
    broken = true;
    unsettled.add(taken());
    unsettled.add(taken());
    allowed.countDown();
    assertThatThrownBy(() -> unsettled.await(LONGEST)).isInstanceOf(IllegalStateException.class);
    broken = false;
    unsettled.add(taken());
    try {
      unsettled.await(LONGEST);
    } catch (IllegalStateException e) {
      unsettled.await(LONGEST); // the second one may have failed with the first
    }
    assertThat(settled).isNotEmpty();
  }

  private static Taken taken() {
    var delivery =
        new Delivery(
            UUID.randomUUID(),
            UUID.randomUUID(),
            "ehr",
            "",
            0,
            UUID.randomUUID(),
            UUID.randomUUID(),
            null,
            "1",
            "1",
            Kind.ORIGINAL,
            "",
            0,
            true,
            null);
    return new Taken(delivery, "", Instant.EPOCH);
  }
}
