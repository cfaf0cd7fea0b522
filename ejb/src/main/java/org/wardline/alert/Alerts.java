package org.wardline.alert;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.compose.Draft;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.directory.OnDuty;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.reading.OpenAlerts;

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

  @Inject
  public Alerts(
      AccessPolicy policy, Gate gate, OnCallRoles roles, OnDuty duty, Submissions submissions) {
    this.policy = policy;
    this.gate = gate;
    this.roles = roles;
    this.duty = duty;
    this.submissions = submissions;
  }

  /**
   * Sends an alert; with an identifier, at most once.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws UnknownReferenceException when nobody is on duty, or it speaks of somebody unknown
   */
  public Submitted raise(Actor actor, Draft draft) {
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
            draft.identifiers()));
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
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   */
  public void withdraw(Actor actor, UUID message, UUID conversation) {
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
            List.of(new BusinessIdentifier(OpenAlerts.WITHDRAWN, message.toString()))));
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
