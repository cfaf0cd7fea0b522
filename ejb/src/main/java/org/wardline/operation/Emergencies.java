package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.EmergencyAccess;
import org.wardline.access.EmergencyAccess.Case;
import org.wardline.access.EmergencyAccess.Opened;
import org.wardline.access.EmergencyAccess.Verdict;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.notice.Notices;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;

/** Breaking the glass, and the privacy officer's review of it. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Emergencies {
  private static final int SHORTEST_REASON = 10;
  private static final int LONGEST_REASON = 1000;
  private static final int MOST = 200;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private EmergencyAccess emergencies;
  @Inject private Patients patients;
  @Inject private People people;
  @Inject private AuditTrail audit;
  @Inject private Notices notices;

  /** A case with the names of who and about whom; null when they are no longer known. */
  public record Review(
      Case access, @Nullable Practitioner person, @Nullable PatientSummary patient) {}

  /**
   * Opens a patient's conversations to somebody who takes part in none, for a short time.
   *
   * @return empty when there is no such patient
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws InvalidMessageException when no reason is given
   */
  public Optional<Opened> open(Actor actor, UUID patient, String reason) {
    gate.pass(policy.decideEmergency(actor), actor, new Entity.Patient(patient));
    String stated = reason.strip();
    if (stated.length() < SHORTEST_REASON || stated.length() > LONGEST_REASON) {
      throw new InvalidMessageException(
          "reason", "Say in a few words why you need it (10 to 1000 characters).");
    }
    return patients
        .byId(actor.organizationId(), patient)
        .map(
            found -> {
              Opened opened =
                  emergencies.open(actor.organizationId(), actor.party().id(), patient, stated);
              audit.record(
                  actor,
                  AuditAct.EMERGENCY_OPENED,
                  new Entity.Patient(patient),
                  about(opened.id(), new Detail("until", opened.until().toString(), false)));
              notices.emergencyOpened(actor.organizationId(), opened.id());
              return opened;
            });
  }

  /**
   * All cases, those that wait for a review first.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Review> cases(Actor actor) {
    gate.pass(policy.decideReviewEmergencies(actor), actor);
    List<Review> cases =
        emergencies.cases(actor.organizationId(), MOST).stream()
            .map(
                c ->
                    new Review(
                        c,
                        people.byId(actor.organizationId(), c.practitioner()).orElse(null),
                        patients.byId(actor.organizationId(), c.patient()).orElse(null)))
            .toList();
    audit.recordSearch(
        actor, "emergency-reviews", cases.stream().map(c -> c.access().patient()).toList());
    return cases;
  }

  /**
   * How many wait for a review: what a page asks again and again, and holds nothing of anybody.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public int waiting(Actor actor) {
    gate.pass(policy.decideReviewEmergencies(actor), actor);
    return emergencies.waiting(actor.organizationId());
  }

  /**
   * Ends a review.
   *
   * @return false when there is no such case, it was reviewed before, or is his own
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean review(Actor actor, UUID id, Verdict verdict, String note) {
    gate.pass(policy.decideReviewEmergencies(actor), actor);
    boolean ended =
        emergencies.review(actor.organizationId(), id, actor.party().id(), verdict, note.strip());
    if (ended) {
      audit.record(
          actor,
          AuditAct.EMERGENCY_REVIEWED,
          about(id, new Detail("verdict", verdict.name(), false)));
    }
    return ended;
  }

  private static Entity about(UUID id, Detail detail) {
    return new Entity.Data("urn:uuid:" + id, List.of(detail));
  }
}
