package org.wardline.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.wardline.store.InstantConverter;
import org.wardline.store.UuidConverter;

/**
 * A person's standing from one moment on (FHIR PractitionerRole). Never changed: messages point to
 * it.
 */
@Entity
@Table(name = "practitioner_role")
@SuppressWarnings("NullAway.Init")
public class RoleSnapshot {
  @Id
  @Convert(converter = UuidConverter.class)
  private UUID id;

  @Convert(converter = UuidConverter.class)
  @Column(name = "organization_id")
  private UUID organizationId;

  @Convert(converter = UuidConverter.class)
  @Column(name = "practitioner_id")
  private UUID practitionerId;

  private String profession;
  private String department;

  @Convert(converter = InstantConverter.class)
  private Instant since;

  protected RoleSnapshot() {}

  RoleSnapshot(UUID id, Practitioner of, Instant since) {
    this.id = id;
    this.organizationId = of.organizationId();
    this.practitionerId = of.id();
    this.profession = of.profession();
    this.department = of.department();
    this.since = since;
  }

  public UUID id() {
    return id;
  }

  public UUID organizationId() {
    return organizationId;
  }

  public UUID practitionerId() {
    return practitionerId;
  }

  public String profession() {
    return profession;
  }

  public String department() {
    return department;
  }

  public Instant since() {
    return since;
  }
}
