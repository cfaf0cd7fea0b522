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
  private boolean broken;

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
  void it_is_settled_together_once_and_in_its_order() {
    allowed.countDown();
    List<Taken> all = List.of(taken(), taken(), taken());
    all.forEach(unsettled::add);
    unsettled.await(LONGEST);
    unsettled.await(LONGEST);
    assertThat(settled).containsExactly(all);
  }

  @Test
  void it_is_handed_over_when_it_is_many_or_a_moment_old() throws Exception {
    allowed.countDown();
    for (int i = 0; i < 51; i++) {
      unsettled.add(taken());
    }
    awaitSettled(50);
    assertThat(settled).hasSize(1);
    TimeUnit.MILLISECONDS.sleep(25); // the moment is time itself
    unsettled.handOverAfterAMoment();
    awaitSettled(51);
    assertThat(settled).extracting(List::size).containsExactly(50, 1);
  }

  private void awaitSettled(int number) throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (settled.stream().mapToInt(List::size).sum() < number) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
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
