package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Database.Row;
import org.wardline.store.Keys;
import org.wardline.store.Locks;

/**
 * The limits that each organisation's administrators set, in versions. An organisation without any
 * has those of the settings; for a person of several organisations the strictest of all hold.
 */
@Singleton
public class LimitBook {
  private static final String SETTING = "wardline.web.";
  private static final String CHANGING = "session-limits";

  private final Database database;
  private final Keys keys;
  private final Locks locks;
  private final Settings settings;

  @Inject
  public LimitBook(Database database, Keys keys, Locks locks, Settings settings) {
    this.database = database;
    this.keys = keys;
    this.locks = locks;
    this.settings = settings;
  }

  /**
   * A version.
   *
   * @param number 0: the settings
   * @param changedBy who made it; null for the settings
   */
  public record Version(
      int number, SessionLimits limits, @Nullable UUID changedBy, @Nullable Instant changedAt) {}

  /** What the settings say. */
  public SessionLimits configured() {
    return new SessionLimits(configured(""), configured("phone."));
  }

  private Limit configured(String device) {
    return new Limit(
        settings.duration(SETTING + device + "idle"),
        settings.duration(SETTING + device + "absolute"));
  }

  /** What holds in an organisation. */
  public Version newest(UUID organization) {
    return versions(organization, 1).stream()
        .findFirst()
        .orElseGet(() -> new Version(0, configured(), null, null));
  }

  /** The newest versions first; the settings are none. */
  public List<Version> versions(UUID organization, int most) {
    return database.list(
        "select * from session_limit where organization_id = ? order by version desc limit ?",
        row ->
            new Version(
                row.integer("version"),
                limits(row),
                row.uuid("changed_by"),
                row.instant("changed_at")),
        organization,
        most);
  }

  /**
   * What the administrators of somebody's organisations set, until the transaction ends: nobody
   * changes it meanwhile.
   *
   * @param organization where he signs in
   * @param subject the identity provider's name for him
   * @return empty when none of them set anything: the settings hold
   */
  Optional<SessionLimits> hold(UUID organization, String subject) {
    List<UUID> organizations = organizations(organization, subject);
    locks.hold(organizations.stream().map(LimitBook::lockName).toList());
    return strictest(organizations);
  }

  /** Nobody changes any limits until the transaction ends. */
  void holdAll() {
    locks.hold(List.of(CHANGING));
  }

  /** The same without holding it. */
  Optional<SessionLimits> set(UUID organization, String subject) {
    return strictest(organizations(organization, subject));
  }

  private List<UUID> organizations(UUID organization, String subject) {
    return database.list(
        """
        select organization_id from practitioner where subject = ? and active
        union select ?""",
        row -> row.uuid("organization_id"),
        subject,
        organization);
  }

  private Optional<SessionLimits> strictest(Collection<UUID> organizations) {
    List<Version> versions = organizations.stream().map(this::newest).toList();
    return versions.stream().allMatch(v -> v.number() == 0)
        ? Optional.empty()
        : versions.stream().map(Version::limits).reduce(SessionLimits::strictest);
  }

  /**
   * Makes a new version.
   *
   * @param expected the version that was changed
   * @return empty when somebody else made one meanwhile
   */
  Optional<Version> change(UUID organization, int expected, SessionLimits limits, UUID by) {
    // one change at a time: each looks at the limits of other organisations, too
    locks.hold(List.of(lockName(organization), CHANGING));
    if (newest(organization).number() != expected) {
      return Optional.empty();
    }
    var made = new Version(expected + 1, limits, by, keys.now());
    database.update(
        """
        insert into session_limit (organization_id, version, desk_idle_seconds, desk_absolute_seconds,
          phone_idle_seconds, phone_absolute_seconds, changed_by, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?)""",
        organization,
        made.number(),
        seconds(limits.desk().idle()),
        seconds(limits.desk().absolute()),
        seconds(limits.phone().idle()),
        seconds(limits.phone().absolute()),
        by,
        made.changedAt());
    return Optional.of(made);
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(duration.toSeconds());
  }

  private static SessionLimits limits(Row row) throws SQLException {
    return new SessionLimits(limit(row, "desk"), limit(row, "phone"));
  }

  private static Limit limit(Row row, String device) throws SQLException {
    return new Limit(
        Duration.ofSeconds(row.integer(device + "_idle_seconds")),
        Duration.ofSeconds(row.integer(device + "_absolute_seconds")));
  }

  private static String lockName(UUID organization) {
    return "session-limits|" + organization;
  }
}
