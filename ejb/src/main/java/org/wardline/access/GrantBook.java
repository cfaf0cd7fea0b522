package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.wardline.access.Grants.Grant;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/** The grants of each organisation, in versions; each node sees a change within seconds. */
@Singleton
public class GrantBook {
  private static final Duration KNOWN = Duration.ofSeconds(2);
  private static final Table GRANT =
      Table.of(
          "right_grant",
          "organization_id uuid",
          "version int",
          "right_name text",
          "role text",
          "unit text");

  private final Database database;
  private final Keys keys;
  private final Locks locks;
  private final ConcurrentHashMap<UUID, Known> known = new ConcurrentHashMap<>();

  @Inject
  public GrantBook(Database database, Keys keys, Locks locks) {
    this.database = database;
    this.keys = keys;
    this.locks = locks;
  }

  private record Known(Grants grants, Instant until) {}

  /** When a version was made, and by whom. */
  public record Version(int version, UUID changedBy, Instant changedAt) {}

  /** What holds now, as it was known within the last seconds. */
  Grants current(UUID organization) {
    Instant now = keys.now();
    Known found = known.get(organization);
    if (found == null || now.isAfter(found.until())) {
      found = new Known(newest(organization), now.plus(KNOWN));
      known.put(organization, found);
    }
    return found.grants();
  }

  /** What holds, as the database says. */
  public Grants newest(UUID organization) {
    return versions(organization, 1).stream()
        .findFirst()
        .map(v -> new Grants(v.version(), grants(organization, v.version())))
        .orElse(Grants.DEFAULTS);
  }

  /** The newest versions first. */
  public List<Version> versions(UUID organization, int most) {
    return database.list(
        "select * from right_version where organization_id = ? order by version desc limit ?",
        row ->
            new Version(row.integer("version"), row.uuid("changed_by"), row.instant("changed_at")),
        organization,
        most);
  }

  /**
   * Makes a new version.
   *
   * @param expected the version that was changed
   * @return empty when somebody else made one meanwhile
   */
  public Optional<Grants> change(UUID organization, int expected, List<Grant> grants, UUID by) {
    locks.hold(List.of("rights|" + organization));
    if (newest(organization).version() != expected) {
      return Optional.empty();
    }
    int version = expected + 1;
    database.update(
        "insert into right_version (organization_id, version, changed_by, changed_at) values (?, ?, ?, ?)",
        organization,
        version,
        by,
        keys.now());
    var rows = new RowBatch();
    grants.stream()
        .distinct()
        .forEach(g -> rows.add(GRANT, organization, version, g.right().name(), g.role(), g.unit()));
    database.write(rows);
    known.remove(organization);
    return Optional.of(new Grants(version, grants));
  }

  private List<Grant> grants(UUID organization, int version) {
    return database.list(
        "select * from right_grant where organization_id = ? and version = ? order by right_name, role, unit",
        row -> new Grant(Right.valueOf(row.text("right_name")), row.text("role"), row.text("unit")),
        organization,
        version);
  }
}
