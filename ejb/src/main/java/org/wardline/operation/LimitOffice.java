package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.session.LimitBook;
import org.wardline.session.LimitBook.Version;
import org.wardline.session.SessionLimits;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.session.WebSessions;

/** How long browser sessions last, and changing it. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class LimitOffice {
  private static final int HISTORY = 20;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private LimitBook book;
  @Inject private WebSessions sessions;
  @Inject private People people;
  @Inject private AuditTrail audit;

  /** A version and who made it; the name of somebody unknown is empty. */
  public record Change(Version version, String by) {}

  /** What holds, and how it came to be. */
  public record Standing(Version holds, List<Change> history) {}

  /**
   * What holds now.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Standing standing(Actor actor) {
    gate.pass(policy.decideRights(actor), actor);
    audit.recordSearch(actor, "session-limits", List.of());
    UUID organization = actor.organizationId();
    return new Standing(
        book.newest(organization),
        book.versions(organization, HISTORY).stream()
            .map(v -> new Change(v, name(organization, Objects.requireNonNull(v.changedBy()))))
            .toList());
  }

  /**
   * Changes them. Open sessions of the organisation's people follow at once.
   *
   * @param expected the version that was changed
   * @return the new version; empty when somebody else made one meanwhile
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   * @throws org.wardline.message.InvalidMessageException when they are no limits to work with
   */
  public Optional<Version> change(Actor actor, int expected, SessionLimits limits) {
    gate.pass(policy.decideChangeRights(actor), actor);
    limits.check();
    Optional<Version> made =
        sessions.changeLimits(actor.organizationId(), expected, limits, actor.party().id());
    made.ifPresent(
        version ->
            audit.record(
                actor,
                AuditAct.SESSION_LIMITS_CHANGED,
                new Entity.Data(
                    "urn:wardline:session-limits:" + version.number(),
                    List.of(detail("desk", limits.desk()), detail("phone", limits.phone())))));
    return made;
  }

  private static Detail detail(String device, Limit limit) {
    return new Detail(device, limit.idle() + " unused, " + limit.absolute() + " in all", false);
  }

  private String name(UUID organization, UUID practitioner) {
    return people.byId(organization, practitioner).map(Practitioner::name).orElse("");
  }
}
