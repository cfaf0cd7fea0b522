package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Database;

/** How much waits, by destination. */
@Singleton
public class Backlog {
  private final Database database;

  @Inject
  public Backlog(Database database) {
    this.database = database;
  }

  /**
   * What waits for a destination.
   *
   * @param filed messages of the last hour that it took
   * @param waiting deliveries in the outbox
   * @param oldest since when the oldest waits; null when none does
   * @param parked dead letters that nobody has replayed
   * @param overdue those of them that their owner should have seen to by now
   */
  public record Figures(
      long filed, long waiting, @Nullable Instant oldest, long parked, long overdue) {
    /** Nothing waits. */
    public static final Figures NONE = new Figures(0, 0, null, 0, 0);
  }

  /** By name; a destination for which nothing waits is not in it. */
  public Map<String, Figures> byDestination(UUID organization, Instant now) {
    var found = new HashMap<String, Figures>();
    database.list(
        """
        select destination, coalesce(f.filed, 0) as filed, coalesce(d.waiting, 0) as waiting, d.oldest,
          coalesce(l.parked, 0) as parked, coalesce(l.overdue, 0) as overdue
        from (select destination, count(*) as waiting, min(enqueued_at) as oldest
              from delivery where organization_id = ? group by destination) d
        full join (select destination, count(*) as parked, count(*) filter (where due_at < ?) as overdue
              from dead_letter where organization_id = ? and replayed_at is null group by destination) l
          using (destination)
        full join (select substr(target, 13) as destination, count(*) as filed from recipient_state
              where organization_id = ? and message_id >= version7_floor(?) and is_destination and state = 'filed' group by 1) f
          using (destination)""",
        row ->
            found.put(
                row.text("destination"),
                new Figures(
                    row.number("filed"),
                    row.number("waiting"),
                    row.instantOrNull("oldest"),
                    row.number("parked"),
                    row.number("overdue"))),
        organization,
        now,
        organization,
        organization,
        now.minus(Duration.ofHours(1)));
    return found;
  }
}
