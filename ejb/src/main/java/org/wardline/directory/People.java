package org.wardline.directory;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.StaffRecord;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;

/** The people of the hospital, and their standing now. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class People {
  @PersistenceContext(unitName = "wardline")
  private EntityManager entities;

  @Inject private Keys keys;
  @Inject private Database database;
  @Inject private Locks locks;

  /** Takes over a person from the identity provider; a change of standing makes a new snapshot. */
  public Practitioner keep(UUID organization, Person person) {
    Optional<Practitioner> known = byUsername(organization, person.username());
    if (known.isPresent() && known.get().same(person)) {
      return known.get();
    }
    lock(organization);
    Instant now = keys.now();
    Practitioner practitioner =
        byUsername(organization, person.username())
            .orElseGet(() -> new Practitioner(keys.next(), organization, person.username()));
    if (practitioner.updatedAt() != null
        && practitioner.hasAccount()
        && !practitioner.subject().equals(person.subject())) {
      // a user name that was given to somebody else: he must not inherit what the former holder
      // wrote and received
      throw new IllegalStateException(
          "the user name of practitioner " + practitioner.id() + " was given to another person");
    }
    boolean moved = practitioner.update(person, now);
    entities.persist(practitioner);
    if (moved) {
      entities.persist(new RoleSnapshot(keys.next(), practitioner, now));
    }
    entities.flush();
    return practitioner;
  }

  /**
   * Two nodes may meet the same person at once: one row for a user name, whoever comes first. One
   * lock for the whole directory, not one for each person: any change of it holds its version until
   * the end of the transaction, and who takes over several people in one would wait for another
   * one's person while that one waits for the version.
   */
  private void lock(UUID organization) {
    locks.hold(List.of(lockName(organization)));
  }

  /**
   * The name of that lock. Who also changes patients takes it together with theirs, before either.
   */
  public static String lockName(UUID organization) {
    return "directory|" + organization;
  }

  /**
   * What became of somebody whom the staff directory told of.
   *
   * @param left he works here no more, which is news
   */
  public record Listed(Practitioner practitioner, boolean left) {}

  /**
   * Takes over a person from the hospital's staff directory. The identity provider is the authority
   * for the name and standing of those whom it knows; of them only their numbers are kept, and
   * whether they still work here.
   *
   * @param system assigning authority of the numbers, as a URI
   */
  public Listed list(UUID organization, StaffRecord staff, String system) {
    Instant now = keys.now();
    lock(organization);
    Optional<Practitioner> known = known(organization, staff, system);
    Practitioner practitioner =
        known.orElseGet(() -> new Practitioner(keys.next(), organization, staff.key()));
    if (known.isEmpty() || !practitioner.hasAccount()) {
      practitioner.list(staff, now);
    }
    boolean changed = practitioner.employ(staff.active(), now);
    entities.persist(practitioner);
    entities.flush();
    for (String number : staff.identifiers()) {
      database.update(
          """
          insert into practitioner_identifier (organization_id, system, value, practitioner_id) values (?, ?, ?, ?)
          on conflict (organization_id, system, value) do nothing""",
          organization,
          system,
          number,
          practitioner.id());
    }
    return new Listed(practitioner, changed && !staff.active());
  }

  /**
   * By his key; else by the user name, when that is it; else by any other number, when all of them
   * are one person's.
   */
  private Optional<Practitioner> known(UUID organization, StaffRecord staff, String system) {
    Optional<UUID> byKey = numbered(organization, system, List.of(staff.key()));
    return byKey
        .flatMap(id -> byId(organization, id))
        .or(() -> byUsername(organization, staff.key()))
        .or(() -> byUsername(organization, staff.key().toLowerCase(Locale.ROOT)))
        .or(
            () ->
                numbered(organization, system, staff.identifiers())
                    .flatMap(id -> byId(organization, id)));
  }

  /** The one person with these numbers; empty when there is none, or several. */
  private Optional<UUID> numbered(UUID organization, String system, List<String> numbers) {
    List<UUID> found =
        database.list(
            """
            select distinct practitioner_id from practitioner_identifier
            where organization_id = ? and system = ? and value = any(?)""",
            row -> row.uuid("practitioner_id"),
            organization,
            system,
            numbers.toArray(String[]::new));
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /** His numbers in other systems, by assigning authority. */
  public List<BusinessIdentifier> identifiers(UUID practitioner) {
    return database.list(
        "select system, value from practitioner_identifier where practitioner_id = ? order by system, value",
        row -> new BusinessIdentifier(row.text("system"), row.text("value")),
        practitioner);
  }

  /**
   * Active people whom the identity provider did not list.
   *
   * @param subjects that it listed; when there is none, nothing is concluded
   */
  public List<String> absent(UUID organization, Set<String> subjects) {
    return subjects.isEmpty()
        ? List.of()
        : entities
            .createQuery(
                """
                select p.subject from Practitioner p where p.organizationId = :organization and p.active = true
                and p.subject <> ''""",
                String.class)
            .setParameter("organization", organization)
            .getResultStream()
            .filter(subject -> !subjects.contains(subject))
            .toList();
  }

  /** Somebody whom the identity provider knows no more has left. */
  public void leave(UUID organization, String subject) {
    lock(organization);
    entities
        .createQuery(
            "select p from Practitioner p where p.organizationId = :organization and p.subject = :subject",
            Practitioner.class)
        .setParameter("organization", organization)
        .setParameter("subject", subject)
        .getResultStream()
        .forEach(p -> p.leave(keys.now()));
  }

  public Optional<Practitioner> byId(UUID organization, UUID id) {
    return Optional.ofNullable(entities.find(Practitioner.class, id))
        .filter(p -> p.organizationId().equals(organization));
  }

  public Optional<Practitioner> byUsername(UUID organization, String username) {
    return entities
        .createQuery(
            "select p from Practitioner p where p.organizationId = :organization and p.username = :username",
            Practitioner.class)
        .setParameter("organization", organization)
        .setParameter("username", username)
        .getResultStream()
        .findFirst();
  }

  /** Active people whose name, user name or department holds all words; in order of the name. */
  public List<Practitioner> search(UUID organization, String words, int limit) {
    var jpql =
        new StringBuilder(
            "select p from Practitioner p where p.organizationId = :organization and p.active = true");
    List<String> parts = List.of(words.toLowerCase(Locale.ROOT).strip().split("\\s+", -1));
    for (int i = 0; i < parts.size(); i++) {
      jpql.append(" and (lower(p.name) like :w").append(i).append(" escape '!'");
      jpql.append(" or lower(p.username) like :w").append(i).append(" escape '!'");
      jpql.append(" or lower(p.department) like :w").append(i).append(" escape '!')");
    }
    TypedQuery<Practitioner> query =
        entities.createQuery(jpql.append(" order by p.name").toString(), Practitioner.class);
    query.setParameter("organization", organization);
    for (int i = 0; i < parts.size(); i++) {
      query.setParameter("w" + i, "%" + parts.get(i).replaceAll("[!%_]", "!$0") + "%");
    }
    return query.setMaxResults(limit).getResultList();
  }

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param words all in his name, user name or department
   * @param username his own
   * @param number of his in another system
   * @param after only people after this key
   */
  public record Query(
      Collection<UUID> ids,
      String words,
      @Nullable String username,
      @Nullable StaffNumber number,
      @Nullable UUID after) {
    /**
     * A number of another system.
     *
     * @param system null for any, and for the user name as well
     */
    public record StaffNumber(@Nullable String system, String value) {}
  }

  /** A page in the order of the keys; who has left is found by his key and his numbers alone. */
  public List<Practitioner> find(UUID organization, Query query, int limit) {
    var all =
        new Conditions("select p.id from practitioner p where p.organization_id = ?", organization)
            .andAny("p.id = any(?)", query.ids().toArray(UUID[]::new))
            .andIf("p.username = ?", query.username())
            .andIf("p.id > ?", query.after());
    if (query.ids().isEmpty() && query.username() == null && query.number() == null) {
      all.and("p.active");
    }
    for (String word : query.words().strip().split("\\s+", -1)) {
      String like = "%" + word.replaceAll("[!%_]", "!$0") + "%";
      all.and(
          "(p.name ilike ? escape '!' or p.username ilike ? escape '!' or p.department ilike ? escape '!')",
          like,
          like,
          like);
    }
    Query.StaffNumber number = query.number();
    if (number != null) {
      String there =
          "exists (select 1 from practitioner_identifier i where i.practitioner_id = p.id"
              + " and i.organization_id = p.organization_id and i.value = ?";
      if (number.system() == null) {
        all.and("(p.username = ? or " + there + "))", number.value(), number.value());
      } else {
        all.and(there + " and i.system = ?)", number.value(), number.system());
      }
    }
    return database
        .list(all.sql(" order by p.id limit " + limit), row -> row.uuid("id"), all.values())
        .stream()
        .flatMap(id -> byId(organization, id).stream())
        .toList();
  }

  /** His standing now. */
  public Optional<RoleSnapshot> standing(UUID practitioner) {
    return entities
        .createQuery(
            "select r from RoleSnapshot r where r.practitionerId = :practitioner order by r.since desc",
            RoleSnapshot.class)
        .setParameter("practitioner", practitioner)
        .setMaxResults(1)
        .getResultStream()
        .findFirst();
  }

  public Optional<RoleSnapshot> snapshot(UUID organization, UUID id) {
    return Optional.ofNullable(entities.find(RoleSnapshot.class, id))
        .filter(r -> r.organizationId().equals(organization));
  }
}
