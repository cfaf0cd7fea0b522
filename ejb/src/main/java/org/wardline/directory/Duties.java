package org.wardline.directory;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;
import org.wardline.store.Database;

/** Who held which on-call role from when until when. */
@Singleton
public class Duties {
  private static final String SELECT =
      """
      select d.id, d.practitioner_id, p.name, p.active, d.on_call_role_id, r.name as role, r.department, d.starts_at, d.ends_at
      from duty d join practitioner p on p.id = d.practitioner_id join on_call_role r on r.id = d.on_call_role_id
      where d.organization_id = ?""";

  private final Database database;

  @Inject
  public Duties(Database database) {
    this.database = database;
  }

  /**
   * Somebody's time on duty.
   *
   * @param department of the role
   * @param endsAt null while nobody took the role from him
   * @param open he is on duty still: nobody took it from him, and he has not left
   */
  public record Duty(
      UUID id,
      UUID practitioner,
      String name,
      UUID role,
      String roleName,
      String department,
      Instant startsAt,
      @Nullable Instant endsAt,
      boolean open) {}

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param from on duty at this moment or later
   * @param until on duty before this moment
   * @param open he is on duty still, or is no more
   * @param after only duties after this key: the next page
   */
  public record Query(
      Collection<UUID> ids,
      Collection<UUID> practitioners,
      Collection<UUID> roles,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable Boolean open,
      @Nullable UUID after) {}

  /** A page in the order of the keys, which is that of their beginnings. */
  public List<Duty> find(UUID organization, Query query, int limit) {
    Conditions all =
        new Conditions(SELECT, organization)
            .andAny("d.id = any(?)", query.ids().toArray(UUID[]::new))
            .andAny("d.practitioner_id = any(?)", query.practitioners().toArray(UUID[]::new))
            .andAny("d.on_call_role_id = any(?)", query.roles().toArray(UUID[]::new))
            .andIf("(d.ends_at is null or d.ends_at > ?)", query.from())
            .andIf("d.starts_at < ?", query.until())
            .andIf("(d.ends_at is null and p.active) = ?", query.open())
            .andIf("d.id > ?", query.after());
    return database.list(
        all.sql(" order by d.id limit " + limit),
        row ->
            new Duty(
                row.uuid("id"),
                row.uuid("practitioner_id"),
                row.text("name"),
                row.uuid("on_call_role_id"),
                row.text("role"),
                row.text("department"),
                row.instant("starts_at"),
                row.instantOrNull("ends_at"),
                row.instantOrNull("ends_at") == null && row.flag("active")),
        all.values());
  }
}
