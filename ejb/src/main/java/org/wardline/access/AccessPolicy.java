package org.wardline.access;

import static org.wardline.access.Credentials.scoped;
import static org.wardline.access.Credentials.signedIn;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.wardline.access.CareRelations.Care;
import org.wardline.message.Actor;

/**
 * The rules. Whatever no rule permits is denied. Pure but for the grants: facts come in, a decision
 * goes out.
 */
@Singleton
public class AccessPolicy {
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
    AccessDecision person =
        with(
            Right.MESSAGE,
            actor,
            "Communication",
            'c',
            "sending messages needs the right to do so");
    if (!(person instanceof AccessDecision.Permit)) {
      return person;
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
    return signedIn(actor, "Communication", 'u');
  }

  /** May the machine write in the name of a person? */
  public AccessDecision decideSendOnBehalf(Actor actor) {
    return actor.machine() && actor.scopes().contains("on-behalf-of")
        ? AccessDecision.permit()
        : AccessDecision.deny("writing on somebody's behalf needs the right to do so");
  }

  /** May he read a conversation? */
  public AccessDecision decideRead(Actor actor, boolean member) {
    AccessDecision reads = signedIn(actor, "Communication", 'r');
    return actor.machine() || member || !(reads instanceof AccessDecision.Permit)
        ? reads
        : AccessDecision.deny("only who takes part may read a conversation");
  }

  /**
   * May it read conversations as documents, and search them? Systems only: a person takes one
   * whole, which leaves a receipt. It needs the scopes of both types.
   *
   * @param right r for one, s for a search
   */
  public AccessDecision decideTranscripts(Actor actor, char right) {
    if (!actor.machine()) {
      return AccessDecision.deny("a person takes a conversation whole, by $document");
    }
    AccessDecision reads = scoped(actor, "Communication", right);
    return reads instanceof AccessDecision.Permit ? scoped(actor, "Composition", right) : reads;
  }

  /**
   * May he take a conversation out of here, as a document? Risky for people: from then on it is
   * where nobody asks.
   *
   * @param member he takes part in it
   */
  public AccessDecision decideTakeTranscript(Actor actor, boolean member) {
    if (actor.machine()) {
      return decideTranscripts(actor, 'r');
    }
    AccessDecision reads = decideRead(actor, member);
    return reads instanceof AccessDecision.Permit
        ? risky(signedIn(actor, "Composition", 'r'))
        : reads;
  }

  /** May he confirm what was sent to him? Of others' messages nothing is ever confirmed. */
  public AccessDecision decideConfirm(Actor actor) {
    return signedIn(actor, "Communication", 'u');
  }

  /**
   * May he search messages? A person finds only those of his own conversations; the search sees to
   * that.
   */
  public AccessDecision decideSearchMessages(Actor actor) {
    return signedIn(actor, "Communication", 's');
  }

  /**
   * May he look into the patient index?
   *
   * @param right r for one patient, s for a search
   */
  public AccessDecision decidePatients(Actor actor, char right) {
    return with(
        Right.PATIENTS,
        actor,
        "Patient",
        right,
        "the patient index needs the right to look into it");
  }

  /**
   * May he look into the directory of people, roles and machines? A system that may look at people
   * may look at what they are and do, too.
   *
   * @param resourceType FHIR type
   * @param right r for one, s for a search
   */
  public AccessDecision decideDirectory(Actor actor, String resourceType, char right) {
    if (actor.roles().contains("patient")) {
      return AccessDecision.deny("the directory is for staff");
    }
    boolean people = actor.scoped("Practitioner", right);
    return signedIn(actor, people ? "Practitioner" : resourceType, right);
  }

  /** May he look into the audit trail? */
  public AccessDecision decideAudit(Actor actor, char right) {
    return with(
        Right.AUDIT, actor, "AuditEvent", right, "the audit trail needs the right to look into it");
  }

  /** May it feed what other systems put on record? Systems with the scope for it. */
  public AccessDecision decideFeedAudit(Actor actor) {
    return actor.machine()
        ? scoped(actor, "AuditEvent", 'c')
        : AccessDecision.deny("records of other systems come from systems");
  }

  /** May he see how deliveries stand, hold them, and put them back? They hold no text. */
  public AccessDecision decideOperate(Actor actor) {
    return with(Right.DELIVERIES, actor, "looking after deliveries needs the right to do so");
  }

  /**
   * May he see which systems are delivered to, and how it stands with them?
   *
   * @param right r for one, s for a search
   */
  public AccessDecision decideEndpoints(Actor actor, char right) {
    return actor.machine() ? scoped(actor, "Endpoint", right) : decideOperate(actor);
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
    return with(
        Right.PATIENTS,
        actor,
        resourceType,
        right,
        "a patient's chart needs the right to look into it");
  }

  /**
   * May he look into what was told of this patient? A system by its scope; a person when he looks
   * after him, or opened an emergency access to him.
   *
   * @param resourceType FHIR type, for a machine's scope
   * @param right r for one, s for a search
   */
  public AccessDecision decideChartOf(Actor actor, String resourceType, char right, Care care) {
    AccessDecision chart = decideChart(actor, resourceType, right);
    if (actor.machine() || !(chart instanceof AccessDecision.Permit) || care == Care.TREATMENT) {
      return chart;
    }
    return care == Care.EMERGENCY && has(actor, Right.EMERGENCY)
        ? chart
        : AccessDecision.deny("only who looks after a patient may look into the chart");
  }

  /**
   * May he look through the charts of all patients? Systems may; a person names whom he looks
   * after.
   *
   * @param resourceType FHIR type, for a machine's scope
   */
  public AccessDecision decideChartOfAll(Actor actor, String resourceType) {
    return actor.machine()
        ? decideChart(actor, resourceType, 's')
        : AccessDecision.deny("a person looks into the charts of patients that he names");
  }

  /**
   * May he see the receipts of messages? A person only those of his own conversations; the search
   * sees to that.
   *
   * @param right r for one, s for a search
   */
  public AccessDecision decideReceipts(Actor actor, char right) {
    return signedIn(actor, "Task", right);
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

  /** May he see who has which right, and how long sessions last? */
  public AccessDecision decideRights(Actor actor) {
    return with(Right.RIGHTS, actor, "looking into rights needs the right to change them");
  }

  /** May he change who has which right, or how long sessions last? Risky: he could take any. */
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

  /** A system by its scope; a person by his right, and through an app by its scope besides. */
  private AccessDecision with(
      Right right, Actor actor, String resourceType, char interaction, String otherwise) {
    return actor.machine() || has(actor, right)
        ? signedIn(actor, resourceType, interaction)
        : AccessDecision.deny(otherwise);
  }

  private boolean has(Actor actor, Right right) {
    return rights(actor).contains(right);
  }

  private static AccessDecision risky(AccessDecision decision) {
    return decision instanceof AccessDecision.Permit ? AccessDecision.permitWhenFresh() : decision;
  }
}
