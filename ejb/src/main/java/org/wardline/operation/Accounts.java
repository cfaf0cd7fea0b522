package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.session.Enrolments;
import org.wardline.session.Eviction;
import org.wardline.session.WebSession;
import org.wardline.session.WebSession.Ending;
import org.wardline.session.WebSessions;
import org.wardline.setting.Settings;

/** Where people are signed in, ending that from elsewhere, and letting them enrol a factor. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Accounts {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private People people;
  @Inject private WebSessions sessions;
  @Inject private Eviction eviction;
  @Inject private Enrolments enrolments;
  @Inject private Settings settings;

  /**
   * Somebody who can sign in.
   *
   * @param sessions that hold
   * @param enrolsUntil until when he may enrol a factor; null when he may not
   */
  public record Account(
      Practitioner person, List<WebSession> sessions, @Nullable Instant enrolsUntil) {}

  /**
   * The sessions of the person himself, the last used first.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<WebSession> own(Actor actor) {
    gate.pass(policy.decideOwnSessions(actor), actor);
    return sessions.ofPerson(actor.organizationId(), actor.party().id());
  }

  /**
   * Ends one of the person's own sessions, such as that of a phone he lost.
   *
   * @return false when there is no such session of his
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean endOwn(Actor actor, UUID session) {
    gate.pass(policy.decideOwnSessions(actor), actor);
    return end(actor, actor.party().id(), session);
  }

  /**
   * Accounts by words of name, user name or department.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Account> accounts(Actor actor, String words, int limit) {
    gate.pass(policy.decideAccounts(actor), actor);
    audit.recordSearch(actor, "accounts?q=*", List.of());
    return people.search(actor.organizationId(), words, limit).stream()
        .map(
            person ->
                new Account(
                    person,
                    sessions.ofPerson(actor.organizationId(), person.id()),
                    enrolments.until(person.id()).orElse(null)))
        .toList();
  }

  /**
   * Ends all sessions of a person and makes everything void that he proved until now. His devices
   * empty themselves when they ask next; open pages are closed at once.
   *
   * @return false when there is no such person
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   */
  public boolean wipe(Actor actor, UUID practitioner) {
    var about = new Entity.Data("Practitioner/" + practitioner, List.of());
    gate.pass(policy.decideWipe(actor), actor, about);
    Optional<Practitioner> person = people.byId(actor.organizationId(), practitioner);
    person.ifPresent(
        p -> {
          int ended = endAll(p);
          audit.record(
              actor,
              AuditAct.DEVICES_WIPED,
              new Entity.Data(
                  "Practitioner/" + p.id(),
                  List.of(new Detail("sessions", String.valueOf(ended), false))));
        });
    return person.isPresent();
  }

  /**
   * Lets somebody who stands before the administrator enrol a second factor at his next sign-in.
   *
   * @param lost what he had is lost: it is taken away, and his sessions end
   * @return until when; empty when there is no such person
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   */
  public Optional<Instant> allowEnrolment(
      Actor actor, UUID practitioner, Enrolments.Factor factor, boolean lost) {
    boolean self = actor.party().id().equals(practitioner);
    var about = new Entity.Data("Practitioner/" + practitioner, List.of());
    gate.pass(policy.decideEnrolment(actor, self), actor, about);
    return people
        .byId(actor.organizationId(), practitioner)
        .map(
            p -> {
              if (lost) {
                endAll(p);
              }
              audit.record(
                  actor,
                  AuditAct.ENROLMENT_ALLOWED,
                  new Entity.Data(
                      "Practitioner/" + p.id(),
                      List.of(
                          new Detail("factor", factor.name(), false),
                          new Detail("lost", String.valueOf(lost), false))));
              return enrolments.allow(
                  new Enrolments.Person(actor.organizationId(), p.id(), p.subject()),
                  factor,
                  lost,
                  actor.party().id(),
                  settings.duration("wardline.access.enrolment"));
            });
  }

  /** All sessions, and all that was proved until now; how many sessions. */
  private int endAll(Practitioner person) {
    return eviction.evict(person.organizationId(), person.id(), person.subject());
  }

  private boolean end(Actor actor, UUID practitioner, UUID session) {
    Optional<WebSession> found =
        sessions.ofPerson(actor.organizationId(), practitioner).stream()
            .filter(s -> s.id().equals(session))
            .findFirst();
    found.ifPresent(
        s -> {
          sessions.endEverywhere(s, Ending.WIPED);
          audit.record(
              actor,
              AuditAct.SESSION_ENDED,
              new Entity.Data(
                  "Practitioner/" + practitioner,
                  List.of(new Detail("session", session.toString(), false))));
        });
    return found.isPresent();
  }
}
