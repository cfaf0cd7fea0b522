package org.wardline.notice;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Notices that wait until the mail server has taken them; kept with what they tell of. */
@Singleton
public class Notices {
  /** The setting that names who is told of emergency access. */
  static final String TO = "wardline.emergency.notice.to";

  private static final int AT_ONCE = 20;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Database database;
  private final Settings settings;
  private final Keys keys;

  @Inject
  public Notices(Database database, Settings settings, Keys keys) {
    this.database = database;
    this.settings = settings;
    this.keys = keys;
  }

  /**
   * One that waits.
   *
   * @param failures attempts that failed
   */
  record Waiting(UUID id, UUID organization, Instant happenedAt, int failures) {}

  /** True when somebody is to be told by mail. */
  boolean wanted() {
    return !settings.text(TO).isEmpty();
  }

  /**
   * That emergency access was opened: part of the transaction that opens it. Nothing when nobody is
   * to be told.
   */
  public void emergencyOpened(UUID organization, UUID access) {
    if (wanted()) {
      Instant now = keys.now();
      database.update(
          "insert into notice (id, organization_id, happened_at, next_at) values (?, ?, ?, ?)",
          access,
          organization,
          now,
          now);
    }
  }

  /** How many wait: more than a few over minutes say that the mail server takes none. */
  public int waiting(UUID organization) {
    return database
        .first(
            "select count(*) as n from notice where organization_id = ?",
            row -> (int) row.number("n"),
            organization)
        .orElse(0);
  }

  List<Waiting> due() {
    return database.list(
        "select id, organization_id, happened_at, failures from notice where organization_id = ? and next_at <= ? order by next_at limit "
            + AT_ONCE,
        row ->
            new Waiting(
                row.uuid("id"),
                row.uuid("organization_id"),
                row.instant("happened_at"),
                row.integer("failures")),
        settings.organization(),
        keys.now());
  }

  void sent(Waiting notice) {
    database.update(
        "delete from notice where organization_id = ? and id = ?",
        notice.organization(),
        notice.id());
  }

  /** Again after a while that doubles; never given up. */
  void failed(Waiting notice) {
    Duration wait = Duration.ofSeconds(1L << Math.min(10, notice.failures()));
    database.update(
        "update notice set failures = failures + 1, next_at = ? where organization_id = ? and id = ?",
        keys.now().plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait),
        notice.organization(),
        notice.id());
  }
}
