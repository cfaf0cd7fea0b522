package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.wardline.directory.OnCallRoles;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.ReceiptState;
import org.wardline.routing.UnitRoles;
import org.wardline.store.Database;

/**
 * Who looks after whom now: who takes part in a conversation about the patient in which somebody
 * else wrote or read something – nobody gets there by writing alone –, and who holds the on-call
 * role of the ward where he lies, and whom the hospital names as participant of a stay that is
 * under way. Everybody else needs an emergency and a reason.
 */
@Singleton
public class CareRelations {
  private final Database database;
  private final UnitRoles units;
  private final OnCallRoles roles;
  private final EmergencyAccess emergencies;

  @Inject
  public CareRelations(
      Database database, UnitRoles units, OnCallRoles roles, EmergencyAccess emergencies) {
    this.database = database;
    this.units = units;
    this.roles = roles;
    this.emergencies = emergencies;
  }

  /** What binds somebody to a patient. */
  public enum Care {
    /** Nothing. */
    NONE,
    /** He looks after him. */
    TREATMENT,
    /** He has opened an emergency access, and it is not over. */
    EMERGENCY;

    /** As what a reading by it stands on record. */
    public AuditAct reading() {
      return this == EMERGENCY ? AuditAct.EMERGENCY_READ : AuditAct.RESOURCE_READ;
    }
  }

  /** What binds this person to that patient; systems are bound by their scopes alone. */
  public Care of(Actor actor, UUID patient) {
    if (actor.machine()) {
      return Care.NONE;
    }
    if (takesPart(actor, patient) || named(actor, patient) || onDuty(actor, patient)) {
      return Care.TREATMENT;
    }
    return emergencies.current(actor.party().id(), patient).isPresent()
        ? Care.EMERGENCY
        : Care.NONE;
  }

  private boolean takesPart(Actor actor, UUID patient) {
    return database
        .first(
            """
            select 1 from conversation c join participant p on p.conversation_id = c.id
            where c.organization_id = ? and c.patient_id = ? and p.party = ? and exists (
              select 1 from message m where m.conversation_id = c.id and (m.author_party <> p.party or exists (
                select 1 from recipient_state s where s.message_id = m.id and s.target <> p.party and not s.is_destination
                  and s.rank >= ? and s.state not in ('failed', 'withdrawn')))) limit 1""",
            row -> true,
            actor.organizationId(),
            patient,
            actor.party().toString(),
            ReceiptState.READ.rank())
        .isPresent();
  }

  private boolean named(Actor actor, UUID patient) {
    return database
        .first(
            """
            select 1 from encounter e
            cross join lateral jsonb_path_query(e.details, '$.participant[*].individual') as who
            where e.organization_id = ? and e.patient_id = ? and e.status = 'in-progress'
              and (who ->> 'reference' = ? or (who #>> '{identifier,system}' = ? and who #>> '{identifier,value}' = ?)) limit 1""",
            row -> true,
            actor.organizationId(),
            patient,
            actor.party().toString(),
            Systems.USERNAME,
            actor.identifier())
        .isPresent();
  }

  private boolean onDuty(Actor actor, UUID patient) {
    Optional<String> location =
        database.first(
            "select coalesce(location, '') as location from patient where organization_id = ? and id = ?",
            row -> row.text("location"),
            actor.organizationId(),
            patient);
    return location
        .filter(place -> !place.isEmpty())
        .flatMap(units::ofWard)
        .flatMap(code -> roles.byCode(actor.organizationId(), code))
        .filter(role -> role.holder() != null && role.holder().party().equals(actor.party()))
        .isPresent();
  }
}
