package org.wardline.store;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Work that one node at a time may do. A holder prolongs his lease while he works; when he dies,
 * another node has the work once the lease ended.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Leases {
  /** How long a lease lasts that is not prolonged: the longest time in which nobody works. */
  public static final Duration LASTS = Duration.ofSeconds(8);

  private static final Duration RENEWED = Duration.ofSeconds(2);

  /** When this node prolonged what it holds, by its own clock: counted from before it asked. */
  private static final Map<String, Long> PROLONGED = new ConcurrentHashMap<>();

  private static final String NODE = UUID.randomUUID().toString();

  @Inject private Database database;

  /** This node, as long as it runs. */
  public static String node() {
    return NODE;
  }

  /**
   * Takes or prolongs it; false when another node has it. The database's clock decides; one that
   * was prolonged a moment ago is not prolonged again.
   */
  public boolean hold(String name) {
    long now = System.nanoTime();
    Long prolonged = PROLONGED.get(name);
    if (prolonged != null && now - prolonged < RENEWED.toNanos()) {
      return true;
    }
    boolean held = take(name);
    if (held) {
      PROLONGED.put(name, now);
    } else {
      PROLONGED.remove(name);
    }
    return held;
  }

  private boolean take(String name) {
    return database
        .first(
            """
            insert into lease (name, holder, until) values (?, ?, clock_timestamp() + ? * interval '1 ms')
            on conflict (name) do update set holder = excluded.holder, until = excluded.until
            where lease.holder = excluded.holder or lease.until <= clock_timestamp()
            returning holder""",
            row -> true,
            name,
            NODE,
            LASTS.toMillis())
        .isPresent();
  }

  /** Removes leases whose names begin so and that ended; their holders. */
  public List<String> removeEnded(String prefix) {
    return database.list(
        "delete from lease where starts_with(name, ?) and until <= clock_timestamp() returning holder",
        row -> row.text("holder"),
        prefix);
  }

  /** Gives it back before its end. */
  public void release(String name) {
    PROLONGED.remove(name);
    database.update("delete from lease where name = ? and holder = ?", name, NODE);
  }
}
