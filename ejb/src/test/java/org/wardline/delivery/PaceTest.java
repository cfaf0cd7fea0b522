package org.wardline.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void workers_that_come_together_leave_one_after_the_other() {
    var pace = new Pace(100);
    long begin = System.nanoTime();
    CompletableFuture.allOf(
            IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(pace::await))
                .toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
    // never sooner; how much later depends on the machine
    assertThat(System.nanoTime() - begin)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(190));
  }

  @Test
  void nothing_is_saved_up_while_nobody_sends() {
    var pace = new Pace(50);
    assertThat(pace.await()).isTrue();
    long idle = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    while (System.nanoTime() < idle) {
      Thread.onSpinWait();
    }
    long begin = System.nanoTime();
    assertThat(pace.await()).isTrue();
    assertThat(pace.await()).isTrue();
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
  }

  @Test
  void who_is_told_to_end_does_not_wait() {
    var pace = new Pace(1);
    pace.await();
    Thread.currentThread().interrupt();
    assertThat(pace.await()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
