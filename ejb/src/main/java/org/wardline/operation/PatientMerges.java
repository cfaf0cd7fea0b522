package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mailbox.PatientThreads;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.Merges;
import org.wardline.patient.Merges.Merge;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;

/** The door to merges of patient records: to see them, and to undo one that was in error. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class PatientMerges {
  private static final int MOST = 50;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private Merges merges;
  @Inject private PatientThreads threads;
  @Inject private Patients patients;

  /**
   * A merge, and the record numbers of both; nothing else of the patients.
   *
   * @param survivor number of the record that stands
   * @param prior number of the record that was given up
   */
  public record MergedRecords(Merge merge, String survivor, String prior) {}

  /**
   * Merges, the newest first, at most {@value #MOST}.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<MergedRecords> newest(Actor actor) {
    gate.pass(policy.decideInterfaces(actor), actor);
    List<Merge> found = merges.newest(actor.organizationId(), MOST);
    List<UUID> concerned =
        found.stream().flatMap(m -> Stream.of(m.survivor(), m.prior())).distinct().toList();
    audit.recordSearch(actor, "merges", concerned);
    Map<UUID, PatientSummary> known = patients.byIds(actor.organizationId(), concerned);
    return found.stream()
        .map(m -> new MergedRecords(m, number(known, m.survivor()), number(known, m.prior())))
        .toList();
  }

  private static String number(Map<UUID, PatientSummary> known, UUID id) {
    PatientSummary patient = known.get(id);
    return patient == null ? "" : patient.recordNumber().value();
  }

  /**
   * Undoes a merge: conversations, stays and results that it moved go back. What came since for the
   * surviving record stays there.
   *
   * @return empty when there is no such merge
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   * @throws InvalidMessageException when a later merge stands on it, or it is undone already
   */
  public Optional<Merge> undo(Actor actor, UUID id) {
    gate.pass(policy.decideUndoMerge(actor), actor);
    Optional<Merge> held = merges.hold(actor.organizationId(), id);
    held.ifPresent(merge -> undo(actor, merge));
    return held;
  }

  private void undo(Actor actor, Merge merge) {
    if (!merges.undoable(merge)) {
      throw new InvalidMessageException(
          "merge", "It is undone already, or a later merge stands on it: undo that one first.");
    }
    threads.unlink(merge.id(), merge.survivor(), merge.prior());
    merges.undo(merge, actor.party().toString());
    audit.record(
        actor,
        AuditAct.MERGE_UNDONE,
        new Entity.Data(
            "Patient/" + merge.prior(), List.of(new Detail("merge", merge.id().toString(), false))),
        new Entity.Patient(merge.prior()),
        new Entity.Patient(merge.survivor()));
  }
}
