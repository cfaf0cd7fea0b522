package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.wardline.message.Actor;

/**
 * The rules. Whatever no rule permits is denied. Pure but for the grants: facts come in, a decision
 * goes out.
 */
@Singleton
public class AccessPolicy {
  private static final Set<String> LEVELS = Set.of("mfa", "mfa-fresh");
  private final Function<UUID, Grants> grants;

  @Inject
  public AccessPolicy(GrantBook book) {
    this(book::current);
  }

  /** With the grants of each organisation. */
  AccessPolicy(Function<UUID, Grants> grants) {
    this.grants = grants;
  }

  /** The rights that somebody has: what his page offers him. */
  public Set<Right> rights(Actor actor) {
    return grants.apply(actor.organizationId()).of(actor);
  }

  /**
   * May he send a message? {@code continues}: into a conversation that exists; {@code member}: he
   * takes part in it.
   */
  public AccessDecision decideSend(Actor actor, boolean continues, boolean member) {
    if (actor.machine()) {
      return scoped(actor, "Communication", 'c');
    }
    if (!LEVELS.contains(actor.authentication().level())) {
      return AccessDecision.deny("a second factor is required");
    }
    if (!has(actor, Right.MESSAGE)) {
      return AccessDecision.deny("sending messages needs the right to do so");
    }
    if (continues && !member) {
      return AccessDecision.deny("only who takes part in a conversation may write in it");
    }
    return AccessDecision.permit();
  }

  /**
   * May he take a message back? Only who wrote it.
   *
   * @param wroteIt it is his own, or was written in his name
   */
  public AccessDecision decideRetract(Actor actor, boolean wroteIt) {
    if (!wroteIt) {
      return AccessDecision.deny("only its author may take a message back");
    }
    return actor.machine() ? scoped(actor, "Communication", 'u') : signedIn(actor);
  }

  /** May the machine write in the name of a person? */
  public AccessDecision decideSendOnBehalf(Actor actor) {
    return actor.machine() && actor.scopes().contains("on-behalf-of")
        ? AccessDecision.permit()
        : AccessDecision.deny("writing on somebody's behalf needs the right to do so");
  }

  /** May he read a conversation? */
  public AccessDecision decideRead(Actor actor, boolean member) {
    if (actor.machine()) {
      return scoped(actor, "Communication", 'r');
    }
    if (!LEVELS.contains(actor.authentication().level())) {
      return AccessDecision.deny("a second factor is required");
    }
    return member
        ? AccessDecision.permit()
        : AccessDecision.deny("only who takes part may read a conversation");
  }

  /** May he confirm what was sent to him? Of others' messages nothing is ever confirmed. */
  public AccessDecision decideConfirm(Actor actor) {
    return actor.machine() ? scoped(actor, "Communication", 'u') : signedIn(actor);
  }

  /**
   * May he search messages? A person finds only those of his own conversations; the search sees to
   * that.
   */
  public AccessDecision decideSearchMessages(Actor actor) {
    return actor.machine() ? scoped(actor, "Communication", 's') : signedIn(actor);
  }

  /**
   * May he look into the patient index?
   *
   * @param right r for one patient, s for a search
   */
  public AccessDecision decidePatients(Actor actor, char right) {
    if (actor.machine()) {
      return scoped(actor, "Patient", right);
    }
    return with(Right.PATIENTS, actor, "the patient index needs the right to look into it");
  }

  /** May he look into the directory of people and roles? */
  public AccessDecision decideDirectory(Actor actor, char right) {
    if (actor.machine()) {
      return scoped(actor, "Practitioner", right);
    }
    return actor.roles().contains("patient")
        ? AccessDecision.deny("the directory is for staff")
        : signedIn(actor);
  }

  /** May he look into the audit trail? */
  public AccessDecision decideAudit(Actor actor, char right) {
    if (actor.machine()) {
      return scoped(actor, "AuditEvent", right);
    }
    return with(Right.AUDIT, actor, "the audit trail needs the right to look into it");
  }

  /** May he see how deliveries stand, hold them, and put them back? They hold no text. */
  public AccessDecision decideOperate(Actor actor) {
    return with(Right.DELIVERIES, actor, "looking after deliveries needs the right to do so");
  }

  /** May he change which messages go where? Risky: what goes nowhere is missing in a record. */
  public AccessDecision decideChangeRoutes(Actor actor) {
    return risky(decideOperate(actor));
  }

  /** May he see what systems sent, without its content, and send it through again? */
  public AccessDecision decideInterfaces(Actor actor) {
    return with(Right.INTERFACES, actor, "looking after interfaces needs the right to do so");
  }

  /** May he open the content of what a system sent? Risky: it is about patients who are not his. */
  public AccessDecision decideOpenInbound(Actor actor) {
    return risky(decideInterfaces(actor));
  }

  /** May he undo a merge of patient records? Risky: it moves conversations. */
  public AccessDecision decideUndoMerge(Actor actor) {
    return risky(decideInterfaces(actor));
  }

  /**
   * May he look into results, orders, documents, appointments and stays of patients?
   *
   * @param resourceType FHIR type, for a machine's scope
   * @param right r for one, s for a search
   */
  public AccessDecision decideChart(Actor actor, String resourceType, char right) {
    if (actor.machine()) {
      return scoped(actor, resourceType, right);
    }
    return with(Right.PATIENTS, actor, "a patient's chart needs the right to look into it");
  }

  /**
   * May he see the receipts of messages? A person only those of his own conversations; the search
   * sees to that.
   *
   * @param right r for one, s for a search
   */
  public AccessDecision decideReceipts(Actor actor, char right) {
    return actor.machine() ? scoped(actor, "Task", right) : signedIn(actor);
  }

  /**
   * May it look after its subscriptions? Systems have them; people have their pages.
   *
   * @param right c, r, u, d or s
   */
  public AccessDecision decideSubscriptions(Actor actor, char right) {
    return actor.machine()
        ? scoped(actor, "Subscription", right)
        : AccessDecision.deny("subscriptions are for the hospital's systems");
  }

  /** May it be told what happens to resources of that type? Only what it could search. */
  public AccessDecision decideSubscribe(Actor actor, String resourceType) {
    return actor.machine()
        ? scoped(actor, resourceType, 's')
        : AccessDecision.deny("subscriptions are for the hospital's systems");
  }

  /** May it look after its exports? The right to one of each type is asked besides. */
  public AccessDecision decideExports(Actor actor) {
    return actor.machine() && actor.scopes().contains("bulk-export")
        ? AccessDecision.permit()
        : AccessDecision.deny("exports are for systems that have the scope bulk-export");
  }

  /**
   * May it have all resources of that type at once? Risky: a machine has no second factor, so it
   * needs a right of its own for it besides those to find and read them.
   */
  public AccessDecision decideExport(Actor actor, String resourceType) {
    AccessDecision exports = decideExports(actor);
    if (!(exports instanceof AccessDecision.Permit)) {
      return exports;
    }
    AccessDecision searches = scoped(actor, resourceType, 's');
    return searches instanceof AccessDecision.Permit ? scoped(actor, resourceType, 'r') : searches;
  }

  /** May it raise and withdraw alerts? Systems do; people write messages. */
  public AccessDecision decideAlert(Actor actor) {
    return actor.machine()
        ? scoped(actor, "CommunicationRequest", 'c')
        : AccessDecision.deny("alerts come from the hospital's systems");
  }

  /**
   * May it keep what it tells of patients? Systems tell of them; people write messages.
   *
   * @param resourceType FHIR type
   * @param right c to create, u to update
   */
  public AccessDecision decideKeep(Actor actor, String resourceType, char right) {
    return actor.machine()
        ? scoped(actor, resourceType, right)
        : AccessDecision.deny("records of patients come from the hospital's systems");
  }

  /**
   * May he open a patient's conversations in an emergency? Every clinician may, at once; it is
   * reviewed afterwards.
   */
  public AccessDecision decideEmergency(Actor actor) {
    return with(Right.EMERGENCY, actor, "emergency access needs the right to it");
  }

  /** May he see which conversations there are about a patient, with an emergency access to him? */
  public AccessDecision decideEmergencyList(Actor actor, boolean opened) {
    return opened
        ? decideEmergency(actor)
        : AccessDecision.deny("there is no emergency access to this patient now");
  }

  /** May he review what was opened in an emergency? */
  public AccessDecision decideReviewEmergencies(Actor actor) {
    return with(Right.REVIEW, actor, "reviewing emergency access needs the right to do so");
  }

  /** May he see and end his own sessions? Also those of a phone that he lost. */
  public AccessDecision decideOwnSessions(Actor actor) {
    return actor.machine() ? AccessDecision.deny("a machine has no sessions") : signedIn(actor);
  }

  /** May he see who has an account, and where he is signed in? */
  public AccessDecision decideAccounts(Actor actor) {
    return with(Right.ACCOUNTS, actor, "looking after accounts needs the right to do so");
  }

  /** May he end all sessions of somebody else? Risky: it stops a colleague's work. */
  public AccessDecision decideWipe(Actor actor) {
    return risky(decideAccounts(actor));
  }

  /**
   * May he let somebody enrol a second factor? Risky: whoever enrols is that person from then on.
   *
   * @param self it is for himself, which would be no second pair of eyes
   */
  public AccessDecision decideEnrolment(Actor actor, boolean self) {
    return self
        ? AccessDecision.deny("another administrator must allow it")
        : risky(decideAccounts(actor));
  }

  /** May he see who has which right? */
  public AccessDecision decideRights(Actor actor) {
    return with(Right.RIGHTS, actor, "looking into rights needs the right to change them");
  }

  /** May he change who has which right? Risky: he could give himself any. */
  public AccessDecision decideChangeRights(Actor actor) {
    return risky(decideRights(actor));
  }

  /** May he take an on-call role? */
  public AccessDecision decideTakeDuty(Actor actor) {
    return with(Right.DUTY, actor, "taking an on-call role needs the right to do so");
  }

  private AccessDecision with(Right right, Actor actor, String otherwise) {
    return has(actor, right) ? signedIn(actor) : AccessDecision.deny(otherwise);
  }

  private boolean has(Actor actor, Right right) {
    return rights(actor).contains(right);
  }

  private static AccessDecision risky(AccessDecision decision) {
    return decision instanceof AccessDecision.Permit ? AccessDecision.permitWhenFresh() : decision;
  }

  private static AccessDecision signedIn(Actor actor) {
    return LEVELS.contains(actor.authentication().level())
        ? AccessDecision.permit()
        : AccessDecision.deny("a second factor is required");
  }

  private static AccessDecision scoped(Actor actor, String resourceType, char right) {
    return actor.scoped(resourceType, right)
        ? AccessDecision.permit()
        : AccessDecision.deny("the token lacks the scope system/" + resourceType + "." + right);
  }
}
