package org.wardline.alert;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.ChartWriter;
import org.wardline.chart.ChartWriter.Told;
import org.wardline.compose.Draft;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.directory.OnDuty;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.ChartRecord;
import org.wardline.message.MessageContent;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.reading.OpenAlerts;
import org.wardline.store.RowBatch;

/**
 * Alerts of other systems (IHE mACM, ITI-84): messages that reach somebody whatever happens. A role
 * that nobody holds is answered by its fallback, and the message says so.
 */
@Singleton
public class Alerts {

  private final AccessPolicy policy;
  private final Gate gate;
  private final OnCallRoles roles;
  private final OnDuty duty;
  private final Submissions submissions;
  private final ChartWriter chart;
  private final AuditTrail audit;

  @Inject
  public Alerts(
      AccessPolicy policy,
      Gate gate,
      OnCallRoles roles,
      OnDuty duty,
      Submissions submissions,
      ChartWriter chart,
      AuditTrail audit) {
    this.policy = policy;
    this.gate = gate;
    this.roles = roles;
    this.duty = duty;
    this.submissions = submissions;
    this.chart = chart;
    this.audit = audit;
  }

  /**
   * The alert that was raised before under one of these names.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   */
  public Optional<Submitted> before(Actor actor, List<BusinessIdentifier> names) {
    gate.pass(policy.decideAlert(actor), actor);
    return submissions.before(sender(actor), names);
  }

  /**
   * Sends an alert, and keeps what was asked for beside its message; with an identifier, at most
   * once.
   *
   * @param asked makes the request as it is kept, given the key of the message
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws UnknownReferenceException when nobody is on duty, or it speaks of somebody unknown
   */
  public Submitted raise(Actor actor, Draft draft, Function<UUID, ChartRecord> asked) {
    gate.pass(policy.decideAlert(actor), actor);
    var passed = new LinkedHashSet<String>();
    List<PartyRef> recipients = new ArrayList<>();
    for (int i = 0; i < draft.recipients().size(); i++) {
      recipients.add(onDuty(actor, draft.recipients().get(i), "recipient[" + i + "]", passed));
    }
    String text =
        passed.isEmpty()
            ? draft.content().text()
            : draft.content().text() + "\n\nVacant now: " + String.join(", ", passed) + ".";
    return submissions.submit(
        sender(actor),
        new Draft(
            null,
            draft.patientId(),
            draft.topic(),
            recipients,
            draft.category(),
            draft.priority(),
            new MessageContent(text),
            null,
            null,
            false,
            draft.identifiers()),
        (sent, rows) -> {
          ChartRecord request = asked.apply(sent.messageId());
          chart.add(
              rows, actor.organizationId(), List.of(new Told(draft.patientId(), null, request)));
          record(actor, AuditAct.RESOURCE_CREATED, sent.messageId(), draft.patientId(), rows);
        });
  }

  private void record(
      Actor actor, AuditAct act, UUID alert, @Nullable UUID patient, RowBatch rows) {
    var about = new ArrayList<Entity>();
    about.add(new Entity.Data("CommunicationRequest/" + alert, List.of()));
    if (patient != null) {
      about.add(new Entity.Patient(patient));
    }
    audit.add(rows, audit.of(actor, act, about));
  }

  private PartyRef onDuty(Actor actor, PartyRef wanted, String field, Set<String> passed) {
    if (wanted.kind() != PartyRef.Kind.HEALTHCARE_SERVICE) {
      return wanted;
    }
    OnCallRole role =
        roles
            .byId(actor.organizationId(), wanted.id())
            .orElseThrow(() -> new UnknownReferenceException(field, "There is no such role."));
    OnDuty.Found found =
        duty.find(actor.organizationId(), role.code())
            .orElseThrow(
                () ->
                    new UnknownReferenceException(
                        field, "Nobody is on duty, not even at the switchboard."));
    passed.addAll(found.passed());
    return found.role().party();
  }

  /**
   * Asks only whether it may raise alerts, before anything of its request is looked up.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public void permitReporter(Actor actor) {
    gate.pass(policy.decideAlert(actor), actor);
  }

  /**
   * Says in its conversation that the alert is withdrawn; said twice, it stands there once.
   *
   * @param message the alert's message
   * @param patient whom the alert is about; null for nobody
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   */
  public void withdraw(Actor actor, UUID message, UUID conversation, @Nullable UUID patient) {
    gate.pass(policy.decideAlert(actor), actor);
    submissions.submit(
        sender(actor),
        new Draft(
            conversation,
            null,
            "",
            List.of(),
            Category.NOTIFICATION, // that one may forget about it needs no answer
            Priority.ROUTINE,
            new MessageContent("The alert was withdrawn by " + actor.name() + "."),
            message,
            null,
            false,
            List.of(new BusinessIdentifier(OpenAlerts.WITHDRAWN, message.toString()))),
        (sent, rows) -> {
          chart.withdraw(actor.organizationId(), Map.of(message, "revoked"));
          record(actor, AuditAct.RESOURCE_UPDATED, message, patient, rows);
        });
  }

  /** An alert is a message; whoever may raise the one may send the other. */
  private static Actor sender(Actor actor) {
    Set<String> scopes = new HashSet<>(actor.scopes());
    scopes.add("system/Communication.c");
    return new Actor(
        actor.kind(),
        actor.organizationId(),
        actor.party(),
        actor.identifier(),
        actor.name(),
        actor.profession(),
        actor.department(),
        actor.roleId(),
        actor.roles(),
        scopes,
        actor.authentication());
  }
}
