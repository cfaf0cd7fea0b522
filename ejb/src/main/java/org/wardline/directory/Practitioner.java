package org.wardline.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PartyRef;
import org.wardline.message.StaffRecord;
import org.wardline.store.InstantConverter;
import org.wardline.store.UuidConverter;

/** A person who works here, as the identity provider knows him. */
@Entity
@Table(name = "practitioner")
@SuppressWarnings("NullAway.Init")
public class Practitioner {
  @Id
  @Convert(converter = UuidConverter.class)
  private UUID id;

  @Convert(converter = UuidConverter.class)
  @Column(name = "organization_id")
  private UUID organizationId;

  private String username;
  private String subject;
  private String name;
  private String profession;
  private String department;
  private String bleep;
  private String roles;
  private boolean active;

  @Convert(converter = InstantConverter.class)
  @Column(name = "left_at")
  private @Nullable Instant leftAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "updated_at")
  private Instant updatedAt;

  protected Practitioner() {}

  Practitioner(UUID id, UUID organizationId, String username) {
    this.id = id;
    this.organizationId = organizationId;
    this.username = username;
  }

  /**
   * Takes over what the identity provider says; true when his standing (profession, department)
   * changed.
   */
  boolean update(Person person, Instant at) {
    boolean moved =
        !person.profession().equals(profession) || !person.department().equals(department);
    this.subject = person.subject();
    this.name = person.name();
    this.profession = person.profession();
    this.department = person.department();
    this.bleep = person.bleep();
    this.roles = String.join(",", person.roles().stream().sorted().toList());
    this.active = person.active() && leftAt == null;
    this.updatedAt = at;
    return moved;
  }

  boolean same(Person person) {
    return person.subject().equals(subject)
        && person.name().equals(name)
        && person.profession().equals(profession)
        && person.department().equals(department)
        && person.bleep().equals(bleep)
        && person.roles().equals(roles())
        && (person.active() && leftAt == null) == active;
  }

  /**
   * Takes over what the hospital's staff directory says of somebody whom the identity provider does
   * not know yet. He cannot be written to: nobody would read it.
   */
  void list(StaffRecord staff, Instant at) {
    this.subject = "";
    this.name = staff.name().isEmpty() ? staff.key() : staff.name();
    this.profession = staff.profession();
    this.department = staff.department();
    this.bleep = staff.bleep();
    this.roles = "";
    this.active = false;
    this.updatedAt = at;
  }

  /** The staff directory says whether he works here; true when that is news. */
  boolean employ(boolean employed, Instant at) {
    if (employed == (leftAt == null)) {
      return false;
    }
    this.leftAt = employed ? null : at;
    this.active = active && employed; // whether he can sign in again, the identity provider says
    this.updatedAt = at;
    return true;
  }

  /** The identity provider knows him. */
  public boolean hasAccount() {
    return !subject.isEmpty();
  }

  void leave(Instant at) {
    this.active = false;
    this.updatedAt = at;
  }

  public PartyRef party() {
    return PartyRef.practitioner(id);
  }

  public UUID id() {
    return id;
  }

  public UUID organizationId() {
    return organizationId;
  }

  /** The identity provider's key of him. */
  public String subject() {
    return subject;
  }

  public String username() {
    return username;
  }

  /** Family name first, as shown. */
  public String name() {
    return name;
  }

  public String profession() {
    return profession;
  }

  public String department() {
    return department;
  }

  public String bleep() {
    return bleep;
  }

  /** Realm roles. */
  public Set<String> roles() {
    return roles.isEmpty() ? Set.of() : Set.of(roles.split(",", -1));
  }

  public boolean active() {
    return active;
  }

  public Instant updatedAt() {
    return updatedAt;
  }
}
