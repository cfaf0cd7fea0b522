package org.wardline.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wardline.store.TestDatabase.ORGANIZATION;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.delivery.Outbox.Lane;
import org.wardline.message.Author;
import org.wardline.message.Destination.FhirEndpoint;
import org.wardline.message.Destination.Label;
import org.wardline.message.Destination.Ordering;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.store.Keys;
import org.wardline.store.TestDatabase;

class OutboxIT {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");
  private final TestDatabase database = TestDatabase.get();
  private final Keys keys = new Keys(Clock.systemUTC());

  @BeforeEach
  void empty() {
    database.owner().update("delete from delivery");
    database.owner().update("delete from lane");
  }

  @Test
  void a_lane_is_worked_by_one_worker_in_the_order_of_the_messages() {
    Outbox outbox = at(START);
    UUID first = enqueue(outbox, "ehr", Priority.ROUTINE);
    UUID second = enqueue(outbox, "ehr", Priority.STAT);
    Lane lane = outbox.claim("a", LEASE).orElseThrow();
    assertThat(outbox.claim("b", LEASE)).isEmpty();
    Delivery head = outbox.head(lane).orElseThrow();
    assertThat(head.messageId()).isEqualTo(first);
    outbox.remove(head);
    assertThat(outbox.head(lane).orElseThrow().messageId()).isEqualTo(second);
  }

  @Test
  void stat_overtakes_other_lanes() {
    Outbox outbox = at(START);
    enqueue(outbox, "slow", Priority.ROUTINE);
    enqueue(outbox, "quick", Priority.STAT);
    assertThat(outbox.claim("a", LEASE).orElseThrow().destination()).isEqualTo("quick");
    assertThat(outbox.claim("b", LEASE).orElseThrow().destination()).isEqualTo("slow");
  }

  @Test
  void a_dead_workers_lane_is_taken_over_when_its_lease_ends_and_he_cannot_go_on() {
    Outbox outbox = at(START);
    enqueue(outbox, "ehr", Priority.ROUTINE);
    Lane lane = outbox.claim("dead", LEASE).orElseThrow();
    assertThat(at(START.plusSeconds(29)).claim("b", LEASE)).isEmpty();
    assertThat(at(START.plusSeconds(30)).claim("b", LEASE)).isPresent();
    assertThat(outbox.keep(lane, "dead", LEASE)).isFalse();
  }

  @Test
  void a_lane_in_back_off_waits_until_it_is_due_with_the_same_control_id() {
    Outbox outbox = at(START);
    enqueue(outbox, "ehr", Priority.ROUTINE);
    Lane lane = outbox.claim("a", LEASE).orElseThrow();
    Delivery head = outbox.head(lane).orElseThrow();
    outbox.countAttempt(head, "no answer");
    outbox.release(lane, "a", START.plusSeconds(10));
    assertThat(at(START.plusSeconds(9)).claim("a", LEASE)).isEmpty();
    Outbox later = at(START.plusSeconds(10));
    Delivery again = later.head(later.claim("a", LEASE).orElseThrow()).orElseThrow();
    assertThat(again.controlId()).isEqualTo(head.controlId()).hasSize(20);
    assertThat(again.attempts()).isEqualTo(1);
  }

  @Test
  void what_is_parked_has_an_owner_and_holds_nobody_up() {
    Outbox outbox = at(START);
    UUID first = enqueue(outbox, "ehr", Priority.ROUTINE);
    UUID second = enqueue(outbox, "ehr", Priority.ROUTINE);
    Lane lane = outbox.claim("a", LEASE).orElseThrow();
    outbox.park(outbox.head(lane).orElseThrow(), "AE 102", "administrator");
    assertThat(outbox.head(lane).orElseThrow().messageId()).isEqualTo(second);
    assertThat(
            database
                .owner()
                .first(
                    "select owner from dead_letter where message_id = ?",
                    row -> row.text("owner"),
                    first))
        .contains("administrator");
  }

  @Test
  void what_was_rolled_back_is_not_in_the_outbox() {
    Outbox outbox = at(START);
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      enqueue(outbox, "ehr", Priority.ROUTINE);
                      throw new IllegalStateException("the message could not be kept");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(outbox.backlog()).isZero();
  }

  private Outbox at(Instant now) {
    return new Outbox(database.application(), new Keys(Clock.fixed(now, ZoneOffset.UTC)));
  }

  private UUID enqueue(Outbox outbox, String destination, Priority priority) {
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
            ORGANIZATION, keys.next(), message, 1, author, null, priority, keys.now(), null);
    var label = new Label(destination, destination, Ordering.DESTINATION, "administrator");
    outbox.enqueue(
        header,
        new FhirEndpoint(label, URI.create("https://ehr.invalid/fhir"), Duration.ofSeconds(1)));
    return message;
  }
}
