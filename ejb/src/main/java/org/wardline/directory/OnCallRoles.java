package org.wardline.directory;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PartyRef;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** On-call roles (FHIR HealthcareService) and who holds them now. */
@Singleton
public class OnCallRoles {
  private static final String SELECT =
      """
      select r.id, r.code, r.name, r.department, r.fallback, p.id as holder_id, p.name as holder_name, p.username as holder_username,
             p.profession as holder_profession
      from on_call_role r
      left join lateral (
        select d.practitioner_id from duty d
        where d.on_call_role_id = r.id and d.starts_at <= ? and (d.ends_at is null or d.ends_at > ?)
        order by d.starts_at desc limit 1) d on true
      left join practitioner p on p.id = d.practitioner_id and p.active
      where r.organization_id = ?
      """;

  private final Database database;
  private final Keys keys;

  @Inject
  public OnCallRoles(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * A role.
   *
   * @param fallback code of the role that answers while this one is vacant; null: the switchboard
   * @param holder at this moment; vacant when null
   */
  public record OnCallRole(
      UUID id,
      String code,
      String name,
      String department,
      @Nullable String fallback,
      @Nullable Holder holder) {
    public PartyRef party() {
      return PartyRef.service(id);
    }
  }

  /** Who holds a role. */
  public record Holder(PartyRef party, String name, String username, String profession) {}

  public Optional<OnCallRole> byId(UUID organization, UUID id) {
    Instant now = keys.now();
    return database.first(SELECT + " and r.id = ?", OnCallRoles::role, now, now, organization, id);
  }

  public Optional<OnCallRole> byCode(UUID organization, String code) {
    Instant now = keys.now();
    return database.first(
        SELECT + " and r.code = ?", OnCallRoles::role, now, now, organization, code);
  }

  /**
   * A page in the order of the keys.
   *
   * @param ids empty does not restrict
   * @param code null does not restrict
   * @param name how it begins; null does not restrict
   * @param after only roles after this key
   */
  public List<OnCallRole> find(
      UUID organization,
      Collection<UUID> ids,
      @Nullable String code,
      @Nullable String name,
      @Nullable UUID after,
      int limit) {
    Instant now = keys.now();
    Conditions all =
        new Conditions(SELECT, now, now, organization)
            .andAny("r.id = any(?)", ids.toArray(UUID[]::new))
            .andIf("r.code = ?", code)
            .andIf("starts_with(lower(r.name), lower(?))", name)
            .andIf("r.id > ?", after);
    return database.list(all.sql(" order by r.id limit " + limit), OnCallRoles::role, all.values());
  }

  /** Roles whose name or department holds the words. */
  public List<OnCallRole> search(UUID organization, String words, int limit) {
    Instant now = keys.now();
    String like = "%" + words.strip().replaceAll("[!%_]", "!$0") + "%";
    return database.list(
        SELECT
            + " and (r.name ilike ? escape '!' or r.department ilike ? escape '!') order by r.name limit "
            + limit,
        OnCallRoles::role,
        now,
        now,
        organization,
        like,
        like);
  }

  /** Makes a role, or brings it up to date. */
  public void keep(
      UUID organization, String code, String name, String department, @Nullable String fallback) {
    database.update(
        """
        insert into on_call_role (id, organization_id, code, name, department, fallback) values (?, ?, ?, ?, ?, ?)
        on conflict (organization_id, code) do update set name = excluded.name, department = excluded.department,
          fallback = excluded.fallback
        where (on_call_role.name, on_call_role.department, on_call_role.fallback)
          is distinct from (excluded.name, excluded.department, excluded.fallback)""",
        keys.next(),
        organization,
        code,
        name,
        department,
        fallback);
  }

  /** From now on this person holds the role; whoever held it before does so no longer. */
  public void take(UUID organization, UUID role, UUID practitioner) {
    Instant now = keys.now();
    database.first("select id from on_call_role where id = ? for update", row -> true, role);
    database.update(
        "update duty set ends_at = ? where on_call_role_id = ? and (ends_at is null or ends_at > ?)",
        now,
        role,
        now);
    database.update(
        "insert into duty (id, organization_id, on_call_role_id, practitioner_id, starts_at) values (?, ?, ?, ?, ?)",
        keys.next(),
        organization,
        role,
        practitioner,
        now);
  }

  boolean everHeld(UUID role) {
    return database
        .first("select 1 from duty where on_call_role_id = ? limit 1", row -> true, role)
        .isPresent();
  }

  private static OnCallRole role(Database.Row row) throws java.sql.SQLException {
    UUID holder = row.uuidOrNull("holder_id");
    return new OnCallRole(
        row.uuid("id"),
        row.text("code"),
        row.text("name"),
        row.text("department"),
        row.textOrNull("fallback"),
        holder == null
            ? null
            : new Holder(
                PartyRef.practitioner(holder),
                row.text("holder_name"),
                row.text("holder_username"),
                row.text("holder_profession")));
  }
}
