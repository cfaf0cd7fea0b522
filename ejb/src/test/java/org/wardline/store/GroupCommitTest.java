package org.wardline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GroupCommitTest {
  private static final GroupCommit.Bounds ONE =
      new GroupCommit.Bounds(1, 10, 4, Duration.ofSeconds(10));

  @Test
  void one_bad_item_fails_alone_and_the_others_of_its_batch_are_kept() throws Exception {
    var gate = new CountDownLatch(1);
    List<Integer> kept = Collections.synchronizedList(new ArrayList<>());
    try (var commits = start(gate, kept)) {
      CompletableFuture<Integer> first = commits.offer(0);
      List<CompletableFuture<Integer>> batch =
          List.of(commits.offer(1), commits.offer(-1), commits.offer(2));
      gate.countDown();
      assertThat(first.get(5, TimeUnit.SECONDS)).isZero();
      assertThat(batch.get(0).get(5, TimeUnit.SECONDS)).isEqualTo(10);
      assertThat(batch.get(2).get(5, TimeUnit.SECONDS)).isEqualTo(20);
      assertThatThrownBy(() -> batch.get(1).get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalArgumentException.class);
      assertThat(kept).containsExactly(0, 1, 2);
    }
  }

  @Test
  void while_the_database_is_away_all_fail_at_once_and_nothing_is_tried_again() throws Exception {
    var calls = new AtomicInteger();
    var gate = new CountDownLatch(1);
    GroupCommit.Work<Integer, Integer> away =
        items -> {
          await(gate);
          calls.incrementAndGet();
          throw new StoreException(new SQLException("gone", "08006"));
        };
    try (var commits = new GroupCommit<>(ONE, Executors.defaultThreadFactory(), away)) {
      var first = commits.offer(0);
      var all = List.of(commits.offer(1), commits.offer(2));
      gate.countDown();
      for (var each : List.of(first, all.get(0), all.get(1))) {
        assertThatThrownBy(() -> each.get(5, TimeUnit.SECONDS))
            .hasCauseInstanceOf(StoreException.class);
      }
      assertThat(calls.get()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void what_was_undone_for_another_s_sake_is_done_again_but_not_for_ever() {
    var calls = new AtomicInteger();
    GroupCommit.Work<Integer, Integer> undone =
        items -> {
          if (calls.incrementAndGet() <= items.get(0)) {
            throw new StoreException(new SQLException("deadlock", "40P01"));
          }
          return items;
        };
    try (var commits = new GroupCommit<>(ONE, Executors.defaultThreadFactory(), undone)) {
      assertThat(commits.submit(2)).isEqualTo(2);
      assertThat(calls.getAndSet(0)).isEqualTo(3);
      assertThatThrownBy(() -> commits.submit(9)).isInstanceOf(StoreException.class);
      assertThat(calls.get()).isEqualTo(3);
    }
  }

  @Test
  void an_error_of_the_machine_reaches_whoever_waits_and_the_committer_lives_on() {
    GroupCommit.Work<Integer, Integer> broken =
        items -> {
          if (items.contains(1)) {
            throw new StackOverflowError();
          }
          return items;
        };
    try (var commits = new GroupCommit<>(ONE, Executors.defaultThreadFactory(), broken)) {
      assertThatThrownBy(() -> commits.submit(1)).hasCauseInstanceOf(StackOverflowError.class);
      assertThat(commits.submit(2)).isEqualTo(2);
    }
  }

  @Test
  void more_than_may_wait_is_refused_and_not_kept() throws Exception {
    var busy = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    List<Integer> kept = Collections.synchronizedList(new ArrayList<>());
    try (var commits = start(busy, gate, kept)) {
      List<CompletableFuture<Integer>> waiting = new ArrayList<>();
      waiting.add(commits.offer(0));
      assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue(); // from now on nothing is taken
      for (int i = 1; i <= ONE.waiting(); i++) {
        waiting.add(commits.offer(i));
      }
      assertThatThrownBy(() -> commits.offer(99)).isInstanceOf(OverloadedException.class);
      gate.countDown();
      waiting.forEach(CompletableFuture::join);
      assertThat(kept).containsExactly(0, 1, 2, 3, 4);
    }
  }

  @Test
  void whoever_waits_when_it_is_closed_hears_of_it() {
    var gate = new CountDownLatch(1);
    var commits = start(gate, new ArrayList<>());
    var first = commits.offer(0);
    var waiting = commits.offer(1);
    var further = commits.offer(2);
    commits.close();
    gate.countDown();
    assertThatThrownBy(
            () -> CompletableFuture.allOf(first, waiting, further).get(5, TimeUnit.SECONDS))
        .isInstanceOf(Exception.class);
    assertThatThrownBy(() -> commits.offer(3)).isInstanceOf(OverloadedException.class);
  }

  private static GroupCommit<Integer, Integer> start(CountDownLatch gate, List<Integer> kept) {
    return start(new CountDownLatch(1), gate, kept);
  }

  private static GroupCommit<Integer, Integer> start(
      CountDownLatch busy, CountDownLatch gate, List<Integer> kept) {
    return new GroupCommit<>(
        ONE,
        Executors.defaultThreadFactory(),
        items -> {
          busy.countDown();
          await(gate);
          if (items.contains(-1)) {
            throw new IllegalArgumentException("bad");
          }
          kept.addAll(items);
          return items.stream().map(i -> i * 10).toList();
        });
  }

  private static void await(CountDownLatch gate) {
    try {
      assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
