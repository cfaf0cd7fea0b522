package org.wardline.intake.fhir;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditTrail;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Database;

/** How things stand before something of a patient is kept, and that it was. */
@Singleton
class Standing {
  private final Patients patients;
  private final Database database;
  private final AuditTrail audit;

  @Inject
  Standing(Patients patients, Database database, AuditTrail audit) {
    this.patients = patients;
    this.database = database;
    this.audit = audit;
  }

  /** The row stays locked until the change is kept, so that of two clients only one changes it. */
  void require(@Nullable String version, String select, Actor actor, UUID id) {
    if (version != null) {
      String newest =
          database
              .first(
                  select + " where organization_id = ? and id = ? for update",
                  row -> String.valueOf(row.integer("version")),
                  actor.organizationId(),
                  id)
              .orElse("0");
      if (!version.equals(newest)) {
        throw new ChangedMeanwhileException(newest);
      }
    }
  }

  /**
   * He is there, and his record is not given up.
   *
   * @throws InvalidMessageException when not
   */
  void require(Actor actor, UUID patient, String element) {
    PatientSummary known =
        patients
            .byId(actor.organizationId(), patient)
            .orElseThrow(() -> new InvalidMessageException(element, "There is no such patient."));
    if (!known.active()) {
      throw new InvalidMessageException(element, "This patient's record was given up for another.");
    }
  }

  /** Puts on record what was kept of a patient. */
  void record(Actor actor, boolean created, String type, UUID id, UUID patient) {
    audit.record(
        actor,
        created ? AuditAct.RESOURCE_CREATED : AuditAct.RESOURCE_UPDATED,
        new Entity.Data(type + "/" + id, List.of()),
        new Entity.Patient(patient));
  }
}
