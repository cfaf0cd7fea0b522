package org.wardline.directory;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;

/**
 * Who works here and who holds which role, in memory, for the path that every message takes. The
 * database counts the changes; each use looks at that number in its own transaction, so that what
 * is handed out is what the database holds at that moment.
 */
@Singleton
public class Directory {
  private static final Duration RECENT = Duration.ofSeconds(5);
  private final Database database;
  private final Map<UUID, Snapshot> known = new ConcurrentHashMap<>();

  @Inject
  public Directory(Database database) {
    this.database = database;
  }

  /**
   * A person.
   *
   * @param standing key of his present profession and department; null when he never had one
   */
  public record Member(
      UUID id,
      String username,
      String name,
      String profession,
      String department,
      boolean active,
      @Nullable UUID standing) {
    public PartyRef party() {
      return PartyRef.practitioner(id);
    }
  }

  /** An on-call role and its duties that have not ended, the latest begun first. */
  public record Role(UUID id, String code, String name, List<Duty> duties) {
    public PartyRef party() {
      return PartyRef.service(id);
    }

    /** Who holds it at that moment: whoever began last. */
    public Optional<UUID> holder(Instant at) {
      return duties.stream()
          .filter(d -> !d.from().isAfter(at) && (d.until() == null || d.until().isAfter(at)))
          .map(Duty::practitioner)
          .findFirst();
    }
  }

  /** Somebody's time in a role; without end when null. */
  public record Duty(UUID practitioner, Instant from, @Nullable Instant until) {}

  /** The directory as it was at one number of changes. */
  public static final class Snapshot {
    private final long version;
    private volatile long confirmedAt;
    private final Map<UUID, Member> people;
    private final Map<String, Member> byUsername;
    private final Map<UUID, Role> roles;
    private final Map<String, Role> byCode;

    private Snapshot(long version, List<Member> people, List<Role> roles) {
      this.version = version;
      this.confirmedAt = System.nanoTime();
      this.people = index(people, Member::id);
      this.byUsername = index(people, Member::username);
      this.roles = index(roles, Role::id);
      this.byCode = index(roles, Role::code);
    }

    private static <K, V> Map<K, V> index(List<V> all, Function<V, K> key) {
      return all.stream().collect(Collectors.toUnmodifiableMap(key, Function.identity()));
    }

    public Optional<Member> person(UUID id) {
      return Optional.ofNullable(people.get(id));
    }

    public Optional<Member> username(String username) {
      return Optional.ofNullable(byUsername.get(username));
    }

    public Optional<Role> role(UUID id) {
      return Optional.ofNullable(roles.get(id));
    }

    public Optional<Role> code(String code) {
      return Optional.ofNullable(byCode.get(code));
    }

    /** The active holder of a role at that moment. */
    public Optional<Member> holder(Role role, Instant at) {
      return role.holder(at).flatMap(this::person).filter(Member::active);
    }
  }

  /** As it is now. */
  public Snapshot current(UUID organization) {
    long version =
        database
            .first("select version from directory_version", row -> row.number("version"))
            .orElseThrow();
    Snapshot held = known.get(organization);
    if (held != null && held.version == version) {
      held.confirmedAt = System.nanoTime();
      return held;
    }
    var fresh = new Snapshot(version, people(organization), roles(organization));
    known.put(organization, fresh);
    return fresh;
  }

  /**
   * What has that name, in what was right within the last seconds. Whether somebody may still be
   * written to is asked of {@link #current} by whoever writes to him.
   */
  public <T> Optional<T> named(UUID organization, Function<Snapshot, Optional<T>> name) {
    Snapshot held = known.get(organization);
    if (held != null && System.nanoTime() - held.confirmedAt < RECENT.toNanos()) {
      Optional<T> found = name.apply(held);
      if (found.isPresent()) {
        return found;
      }
    }
    return name.apply(current(organization));
  }

  private List<Member> people(UUID organization) {
    return database.list(
        """
        select p.id, p.username, p.name, p.profession, p.department, p.active, (
          select r.id from practitioner_role r where r.practitioner_id = p.id order by r.since desc limit 1) as standing
        from practitioner p where p.organization_id = ?""",
        row ->
            new Member(
                row.uuid("id"),
                row.text("username"),
                row.text("name"),
                row.text("profession"),
                row.text("department"),
                row.flag("active"),
                row.uuidOrNull("standing")),
        organization);
  }

  private List<Role> roles(UUID organization) {
    Map<UUID, List<Duty>> duties = new HashMap<>();
    database.list(
        """
        select on_call_role_id, practitioner_id, starts_at, ends_at from duty
        where organization_id = ? and (ends_at is null or ends_at > now())""",
        row ->
            duties
                .computeIfAbsent(row.uuid("on_call_role_id"), r -> new ArrayList<>())
                .add(
                    new Duty(
                        row.uuid("practitioner_id"),
                        row.instant("starts_at"),
                        row.instantOrNull("ends_at"))),
        organization);
    duties.values().forEach(d -> d.sort(Comparator.comparing(Duty::from).reversed()));
    return database.list(
        "select id, code, name from on_call_role where organization_id = ?",
        row ->
            new Role(
                row.uuid("id"),
                row.text("code"),
                row.text("name"),
                duties.getOrDefault(row.uuid("id"), List.of())),
        organization);
  }
}
