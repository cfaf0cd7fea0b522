package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
  /** Deliveries among which lanes are chosen. */
  private static final int LOOKED_AT = 64;

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
   * Takes free lanes in which something waits: the most urgent first, then those that wait longest.
   * Its commit does not wait for the disk: a claim that a crash of the database undoes had no
   * effect, because whoever works writes his intent in a commit that waits. Lanes are inserted in
   * one order, so that two workers cannot wait for each other for ever.
   *
   * @param most of them; fewer when one lane holds the first that wait
   */
  public List<Lane> claim(
      UUID organization, String destination, String worker, Duration lease, int most) {
    Instant now = keys.now();
    Instant until = now.plus(lease);
    return database.list(
        """
        insert into lane_hold (organization_id, destination, lane, claimed_by, claimed_until, due_at)
        select ?, ?, lane, ?, ?, ? from (
          select lane from (
            select d.lane, d.priority, d.seq from delivery d
            where d.organization_id = ? and d.destination = ? and not exists (
              select 1 from lane_hold h where h.organization_id = d.organization_id and h.destination = d.destination
                and h.lane = d.lane and greatest(h.claimed_until, h.due_at) > ?)
            order by d.priority desc, d.seq limit ?) as first
          group by lane order by max(priority) desc, min(seq) limit ?) as free,
          set_config('synchronous_commit', 'off', true)
        order by lane
        on conflict (organization_id, destination, lane) do update
          set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until, due_at = excluded.due_at
          where greatest(lane_hold.claimed_until, lane_hold.due_at) <= ?
        returning lane""",
        row -> new Lane(organization, destination, row.text("lane"), worker, until),
        organization,
        destination,
        worker,
        until,
        now,
        organization,
        destination,
        now,
        LOOKED_AT,
        most,
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

  /**
   * Gives lanes of one worker back: anybody may take them at once. The commit does not wait for the
   * disk: when a crash of the database undoes it, the leases end by themselves.
   */
  public void release(Collection<Lane> held) {
    if (held.isEmpty()) {
      return;
    }
    Lane first = held.iterator().next();
    database.update(
        """
        delete from lane_hold using set_config('synchronous_commit', 'off', true)
        where organization_id = ? and destination = ? and lane = any(?) and claimed_by = ?""",
        first.organizationId(),
        first.destination(),
        held.stream().map(Lane::key).toArray(String[]::new),
        first.worker());
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

  /**
   * Frees what workers of nodes that died still hold, so that nobody waits for the leases' ends.
   */
  int freeOf(List<String> nodes) {
    return database.update(
        """
        delete from lane_hold where split_part(claimed_by, '/', 1) = any(?) and claimed_until > ?""",
        nodes.toArray(String[]::new),
        keys.now());
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
