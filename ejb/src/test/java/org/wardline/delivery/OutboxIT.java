package org.wardline.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wardline.store.TestDatabase.ORGANIZATION;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wardline.delivery.Circuits.Admission;
import org.wardline.delivery.Lanes.Lane;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.message.Author;
import org.wardline.message.Destination.FhirEndpoint;
import org.wardline.message.Destination.Label;
import org.wardline.message.Destination.Ordering;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.TestDatabase;

class OutboxIT {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration DUE = Duration.ofHours(4);
  private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");
  private static final String EHR = "ehr";
  private final TestDatabase database = TestDatabase.get();
  private final Keys keys = new Keys(Clock.systemUTC());
  private final Outbox outbox = new Outbox(database.application(), keys);
  private final UUID jane = new UUID(0, 1);
  private final UUID john = new UUID(0, 2);

  @BeforeEach
  void empty() {
    for (String table : List.of("delivery", "lane_hold", "destination_state", "dead_letter")) {
      database.owner().update("delete from " + table);
    }
  }

  @Test
  void the_lanes_of_a_node_that_died_are_free_and_those_of_others_are_not() {
    enqueue(jane, Priority.ROUTINE);
    enqueue(john, Priority.ROUTINE);
    assertThat(lanes(START).claim(ORGANIZATION, EHR, "dead/ehr/0", LEASE, 1)).hasSize(1);
    assertThat(lanes(START).claim(ORGANIZATION, EHR, "alive/ehr/0", LEASE, 1)).hasSize(1);
    assertThat(lanes(START).freeOf(List.of("dead"))).isEqualTo(1);
    assertThat(lanes(START).claim(ORGANIZATION, EHR, "alive/ehr/1", LEASE, 2)).hasSize(1);
  }

  @Test
  void a_lane_is_worked_by_one_worker_in_the_order_of_the_messages() {
    UUID first = enqueue(jane, Priority.ROUTINE);
    UUID second = enqueue(jane, Priority.STAT);
    Lane lane = claim(START, "a").orElseThrow();
    assertThat(claim(START, "b")).isEmpty();
    assertThat(outbox.next(lane, 10))
        .extracting(Delivery::messageId)
        .containsExactly(first, second);
    outbox.remove(outbox.next(lane, 1));
    assertThat(outbox.next(lane, 10)).extracting(Delivery::messageId).containsExactly(second);
  }

  @Test
  void what_was_begun_and_not_carried_counts_as_untried_again() {
    UUID message = enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "a").orElseThrow();
    outbox.begin(outbox.next(lane, 1));
    assertThat(outbox.tried(ORGANIZATION, message)).isTrue();
    outbox.giveBack(outbox.next(lane, 1));
    assertThat(outbox.next(lane, 1)).extracting(Delivery::begun).containsExactly(false);
    assertThat(outbox.tried(ORGANIZATION, message)).isFalse();
  }

  @Test
  void stat_overtakes_other_lanes_of_the_destination() {
    enqueue(jane, Priority.ROUTINE);
    enqueue(john, Priority.STAT);
    assertThat(claim(START, "a").orElseThrow().key()).isEqualTo(john.toString());
    assertThat(claim(START, "b").orElseThrow().key()).isEqualTo(jane.toString());
  }

  @Test
  void several_lanes_are_taken_at_once_and_none_twice() {
    for (int i = 0; i < 5; i++) {
      enqueue(new UUID(1, i), Priority.ROUTINE);
    }
    List<Lane> three = lanes(START).claim(ORGANIZATION, EHR, "a", LEASE, 3);
    List<Lane> rest = lanes(START).claim(ORGANIZATION, EHR, "b", LEASE, 3);
    assertThat(three).hasSize(3);
    assertThat(rest).hasSize(2).doesNotContainAnyElementsOf(three);
    assertThat(outbox.next(ORGANIZATION, EHR, three.stream().map(Lane::key).toList(), 10))
        .hasSize(3);
  }

  @Test
  void a_dead_workers_lane_is_taken_over_when_its_lease_ends_and_he_cannot_go_on() {
    enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "dead").orElseThrow();
    assertThat(claim(START.plusSeconds(29), "b")).isEmpty();
    assertThat(claim(START.plusSeconds(30), "b")).isPresent();
    assertThat(lanes(START).keep(lane, LEASE)).isEmpty();
    lanes(START).release(List.of(lane)); // too late: the lane is another's
    assertThat(claim(START.plusSeconds(31), "c")).isEmpty();
  }

  @Test
  void a_lane_in_back_off_waits_until_it_is_due_with_the_same_control_id() {
    enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "a").orElseThrow();
    Delivery head = outbox.next(lane, 1).get(0);
    outbox.countAttempt(head, "no answer");
    lanes(START).release(lane, START.plusSeconds(10));
    assertThat(claim(START.plusSeconds(9), "a")).isEmpty();
    Lane again = claim(START.plusSeconds(10), "a").orElseThrow();
    Delivery same = outbox.next(again, 1).get(0);
    assertThat(same.controlId()).isEqualTo(head.controlId()).hasSize(20);
    assertThat(same.attempts()).isEqualTo(1);
    assertThat(same.heldSince()).isNotNull();
  }

  @Test
  void a_lane_that_was_given_back_can_be_taken_at_once_and_leaves_no_row() {
    enqueue(jane, Priority.ROUTINE);
    lanes(START).release(List.of(claim(START, "a").orElseThrow()));
    assertThat(count("lane_hold")).isZero();
    assertThat(claim(START, "b")).isPresent();
  }

  @Test
  void what_fails_by_the_destination_is_held_against_no_message() {
    enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "a").orElseThrow();
    outbox.countAttempt(outbox.next(lane, 1).get(0), "no answer");
    outbox.countAttemptElsewhere(outbox.next(lane, 1).get(0), "no connection");
    Delivery head = outbox.next(lane, 1).get(0);
    assertThat(head.attempts()).isEqualTo(2);
    assertThat(head.heldSince()).isNull();
  }

  @Test
  void what_is_parked_has_an_owner_and_a_time_and_holds_nobody_up() {
    UUID first = enqueue(jane, Priority.ROUTINE);
    UUID second = enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "a").orElseThrow();
    Delivery head = outbox.next(lane, 1).get(0);
    assertThat(letters(START).park(head, "AE 102", "administrator", DUE)).isTrue();
    assertThat(letters(START).park(head, "AE 102", "administrator", DUE)).isFalse();
    assertThat(outbox.next(lane, 10)).extracting(Delivery::messageId).containsExactly(second);
    var letter = letters(START).open(ORGANIZATION, 10).get(0);
    assertThat(letter.messageId()).isEqualTo(first);
    assertThat(letter.owner()).isEqualTo("administrator");
    assertThat(letter.dueAt()).isEqualTo(START.plus(DUE));
  }

  @Test
  void a_replay_comes_once_with_the_same_control_id_and_document() {
    enqueue(jane, Priority.ROUTINE);
    Lane lane = claim(START, "a").orElseThrow();
    Delivery head = outbox.next(lane, 1).get(0);
    letters(START).park(head, "AE 102", "administrator", DUE);
    assertThat(letters(START).replay(ORGANIZATION, head.id(), "ann")).isPresent();
    assertThat(letters(START).replay(ORGANIZATION, head.id(), "ann")).isEmpty();
    Delivery again = outbox.next(lane, 10).get(0);
    assertThat(again.controlId()).isEqualTo(head.controlId());
    assertThat(again.documentId()).isEqualTo(head.documentId());
    assertThat(outbox.next(lane, 10)).hasSize(1);
    assertThat(letters(START).open(ORGANIZATION, 10)).isEmpty();
    letters(START).park(again, "AE 102 again", "administrator", DUE);
    assertThat(letters(START).open(ORGANIZATION, 10)).hasSize(1);
  }

  @Test
  void two_workers_settle_a_delivery_once() {
    enqueue(jane, Priority.ROUTINE);
    List<Delivery> head = outbox.next(claim(START, "a").orElseThrow(), 1);
    assertThat(outbox.remove(head)).hasSize(1);
    assertThat(outbox.remove(head)).isEmpty();
  }

  @Test
  void an_open_circuit_lets_one_probe_through_at_a_time_and_what_it_meets_decides() {
    assertThat(admit(START)).isEqualTo(Admission.CLOSED);
    circuits(START).open(ORGANIZATION, EHR, START.plusSeconds(5), "no connection");
    circuits(START).open(ORGANIZATION, EHR, START.plusSeconds(60), "no connection");
    assertThat(circuits(START).of(ORGANIZATION, EHR).failures()).isEqualTo(1);
    assertThat(admit(START.plusSeconds(4))).isEqualTo(Admission.REFUSED);
    assertThat(admit(START.plusSeconds(5))).isEqualTo(Admission.PROBE);
    assertThat(admit(START.plusSeconds(5))).isEqualTo(Admission.REFUSED);
    circuits(START.plusSeconds(6)).open(ORGANIZATION, EHR, START.plusSeconds(8), "no connection");
    assertThat(circuits(START).of(ORGANIZATION, EHR).failures()).isEqualTo(2);
    assertThat(admit(START.plusSeconds(8))).isEqualTo(Admission.PROBE);
    circuits(START.plusSeconds(9)).close(ORGANIZATION, EHR);
    assertThat(admit(START.plusSeconds(9))).isEqualTo(Admission.CLOSED);
  }

  @Test
  void a_paused_destination_is_not_tried_until_it_is_resumed() {
    circuits(START).pause(ORGANIZATION, EHR, "ann");
    assertThat(admit(START.plusSeconds(3600))).isEqualTo(Admission.REFUSED);
    circuits(START).resume(ORGANIZATION, EHR);
    assertThat(admit(START)).isEqualTo(Admission.CLOSED);
  }

  @Test
  void what_was_rolled_back_is_not_in_the_outbox() {
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      enqueue(jane, Priority.ROUTINE);
                      throw new IllegalStateException("the message could not be kept");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(count("delivery")).isZero();
  }

  private Optional<Lane> claim(Instant now, String worker) {
    return lanes(now).claim(ORGANIZATION, EHR, worker, LEASE, 1).stream().findFirst();
  }

  private Admission admit(Instant now) {
    return circuits(now).admit(ORGANIZATION, EHR, LEASE);
  }

  private Lanes lanes(Instant now) {
    return new Lanes(database.application(), at(now));
  }

  private Circuits circuits(Instant now) {
    return new Circuits(database.application(), at(now));
  }

  private DeadLetters letters(Instant now) {
    return new DeadLetters(database.application(), at(now));
  }

  private static Keys at(Instant now) {
    return new Keys(Clock.fixed(now, ZoneOffset.UTC));
  }

  private long count(String table) {
    return database
        .owner()
        .first("select count(*) as n from " + table, row -> row.number("n"))
        .orElseThrow();
  }

  /** A message in the lane of a conversation. */
  private UUID enqueue(UUID conversation, Priority priority) {
    UUID message = keys.next();
    var author =
        new Author(
            PartyRef.practitioner(new UUID(0, 9)),
            "dr.roe",
            "Roe",
            "physician",
            "",
            null,
            "mfa",
            null);
    var header =
        new MessageHeader(
            ORGANIZATION, conversation, message, 1, author, null, priority, keys.now(), null);
    var label = new Label(EHR, EHR, Ordering.CONVERSATION, "administrator", 0);
    var rows = new RowBatch();
    outbox.add(
        rows,
        header,
        new FhirEndpoint(label, URI.create("https://ehr.invalid/fhir"), Duration.ofSeconds(1)));
    database.application().write(rows);
    return message;
  }
}
