package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Who works which lane. A lane – destination and ordering key – is worked by one worker at a time
 * on all nodes. Only a lane that somebody works, or that waits until it is due, has a row: nothing
 * is written here when a message is put into the outbox. A worker holds a lane by a lease: when it
 * dies, another one goes on where it stopped.
 */
@Singleton
public class Lanes {
  private final Database database;
  private final Keys keys;

  @Inject
  public Lanes(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** A lane that this worker holds until then. */
  public record Lane(
      UUID organizationId, String destination, String key, String worker, Instant until) {}

  /**
   * Takes a free lane in which something waits: the most urgent first, then the one that waits
   * longest. Its commit does not wait for the disk: a claim that a crash of the database undoes had
   * no effect, because whoever works writes his intent in a commit that waits.
   */
  public Optional<Lane> claim(
      UUID organization, String destination, String worker, Duration lease) {
    Instant now = keys.now();
    Instant until = now.plus(lease);
    return database.first(
        """
        insert into lane_hold (organization_id, destination, lane, claimed_by, claimed_until, due_at)
        select organization_id, destination, lane, ?, ?, ? from (
          select d.organization_id, d.destination, d.lane from delivery d
          where d.organization_id = ? and d.destination = ? and not exists (
            select 1 from lane_hold h where h.organization_id = d.organization_id and h.destination = d.destination
              and h.lane = d.lane and greatest(h.claimed_until, h.due_at) > ?)
          order by d.priority desc, d.seq limit 1) as free, set_config('synchronous_commit', 'off', true)
        on conflict (organization_id, destination, lane) do update
          set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until, due_at = excluded.due_at
          where greatest(lane_hold.claimed_until, lane_hold.due_at) <= ?
        returning lane""",
        row -> new Lane(organization, destination, row.text("lane"), worker, until),
        worker,
        until,
        now,
        organization,
        destination,
        now,
        now);
  }

  /** Prolongs the lease; empty when it was lost to another worker. */
  public Optional<Lane> keep(Lane lane, Duration lease) {
    Instant until = keys.now().plus(lease);
    int kept =
        database.update(
            """
            update lane_hold set claimed_until = ?
            where organization_id = ? and destination = ? and lane = ? and claimed_by = ?""",
            until,
            lane.organizationId(),
            lane.destination(),
            lane.key(),
            lane.worker());
    return kept > 0
        ? Optional.of(
            new Lane(lane.organizationId(), lane.destination(), lane.key(), lane.worker(), until))
        : Optional.empty();
  }

  /** Gives the lane back: anybody may take it at once. */
  public void release(Lane lane) {
    database.update(
        "delete from lane_hold where organization_id = ? and destination = ? and lane = ? and claimed_by = ?",
        lane.organizationId(),
        lane.destination(),
        lane.key(),
        lane.worker());
  }

  /** Gives the lane back: anybody may take it from then on. */
  public void release(Lane lane, Instant dueAt) {
    database.update(
        """
        update lane_hold set claimed_until = ?, due_at = ?
        where organization_id = ? and destination = ? and lane = ? and claimed_by = ?""",
        keys.now(),
        dueAt,
        lane.organizationId(),
        lane.destination(),
        lane.key(),
        lane.worker());
  }

  /** Lanes that wait are due at once: what held them up was mended. */
  public void hurry(UUID organization, String destination) {
    database.update(
        "update lane_hold set due_at = ? where organization_id = ? and destination = ? and due_at > ?",
        keys.now(),
        organization,
        destination,
        keys.now());
  }
}
