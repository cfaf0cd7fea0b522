package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Whether a destination may be tried, for all nodes. While it is away its circuit is open: nothing
 * is tried until a time that grows with each failure, then one message on one node tries, and what
 * it meets decides for all. A person may pause a destination, such as for maintenance. A
 * destination with which all is well has no row.
 */
@Singleton
public class Circuits {
  private final Database database;
  private final Keys keys;

  @Inject
  public Circuits(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** What a worker may do now. */
  public enum Admission {
    /** Deliver. */
    CLOSED,
    /** Deliver one message, and tell how it went. */
    PROBE,
    /** Nothing. */
    REFUSED
  }

  /**
   * How it stands with a destination.
   *
   * @param pausedBy who paused it; null when nobody did
   * @param failures in a row; 0 when it is not away
   * @param openUntil when it is tried again; null when it is not away
   * @param reason of the last failure; may be empty
   */
  public record State(
      @Nullable String pausedBy,
      int failures,
      @Nullable Instant openUntil,
      String reason,
      @Nullable Instant changedAt) {
    static final State WELL = new State(null, 0, null, "", null);
  }

  public State of(UUID organization, String destination) {
    return find(organization, destination).orElse(State.WELL);
  }

  private static Instant openUntil(State state) {
    return state.openUntil() == null ? Instant.MIN : state.openUntil();
  }

  private Optional<State> find(UUID organization, String destination) {
    return database.first(
        "select * from destination_state where organization_id = ? and destination = ?",
        row ->
            new State(
                row.textOrNull("paused_by"),
                row.integer("failures"),
                row.instantOrNull("open_until"),
                row.text("reason"),
                row.instant("changed_at")),
        organization,
        destination);
  }

  /**
   * Asks for leave to deliver.
   *
   * @param probe for how long nobody else probes
   */
  public Admission admit(UUID organization, String destination, Duration probe) {
    Optional<State> state = find(organization, destination);
    if (state.isEmpty() || (state.get().pausedBy() == null && state.get().failures() == 0)) {
      return Admission.CLOSED;
    }
    Instant now = keys.now();
    if (state.get().pausedBy() != null || now.isBefore(openUntil(state.get()))) {
      return Admission.REFUSED;
    }
    int won =
        database.update(
            """
            update destination_state set open_until = ?, probing = true
            where organization_id = ? and destination = ? and paused_by is null and (open_until is null or open_until <= ?)""",
            now.plus(probe),
            organization,
            destination,
            now);
    return won > 0 ? Admission.PROBE : Admission.REFUSED;
  }

  /**
   * It could not be reached, or cannot work now: nothing is tried until then. Failures of attempts
   * that were under way when it opened count as one.
   */
  public void open(UUID organization, String destination, Instant until, String reason) {
    Instant now = keys.now();
    database.update(
        """
        insert into destination_state (organization_id, destination, failures, open_until, reason, changed_at)
        values (?, ?, 1, ?, ?, ?)
        on conflict (organization_id, destination) do update set failures = destination_state.failures + 1,
          open_until = excluded.open_until, reason = excluded.reason, probing = false, changed_at = excluded.changed_at
        where destination_state.probing or destination_state.open_until is null or destination_state.open_until <= ?""",
        organization,
        destination,
        until,
        reason,
        now,
        now);
  }

  /** The one that was let through tried nothing: another may, at once. */
  public void letNextTry(UUID organization, String destination) {
    database.update(
        "update destination_state set open_until = ?, probing = false where organization_id = ? and destination = ? and probing",
        keys.now(),
        organization,
        destination);
  }

  /** It took a message, or refused one: it is there. */
  public void close(UUID organization, String destination) {
    database.update(
        """
        update destination_state set failures = 0, open_until = null, probing = false, reason = '', changed_at = ?
        where organization_id = ? and destination = ? and failures > 0""",
        keys.now(),
        organization,
        destination);
  }

  /** Nothing is delivered until it is resumed; what is under way is ended. */
  public void pause(UUID organization, String destination, String by) {
    database.update(
        """
        insert into destination_state (organization_id, destination, paused_by, changed_at) values (?, ?, ?, ?)
        on conflict (organization_id, destination) do update set paused_by = excluded.paused_by, changed_at = excluded.changed_at""",
        organization,
        destination,
        by,
        keys.now());
  }

  /** Delivers again, at once. */
  public void resume(UUID organization, String destination) {
    database.update(
        """
        update destination_state set paused_by = null, open_until = null, probing = false, changed_at = ?
        where organization_id = ? and destination = ?""",
        keys.now(),
        organization,
        destination);
  }
}
