package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.access.GrantBook;
import org.wardline.access.GrantBook.Version;
import org.wardline.access.Grants;
import org.wardline.access.Grants.Grant;
import org.wardline.access.Right;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;

/** Who has which right, and changing it. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class RightsOffice {
  private static final int MOST = 500;
  private static final int HISTORY = 20;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private GrantBook book;
  @Inject private People people;
  @Inject private AuditTrail audit;

  /** A version and who made it; the name of somebody unknown is empty. */
  public record Change(Version version, String by) {}

  /** What holds, and how it came to be. */
  public record Standing(Grants grants, List<Change> history) {}

  /**
   * What holds now.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Standing standing(Actor actor) {
    gate.pass(policy.decideRights(actor), actor);
    audit.recordSearch(actor, "rights", List.of());
    List<Change> history =
        book.versions(actor.organizationId(), HISTORY).stream()
            .map(
                v ->
                    new Change(
                        v,
                        people
                            .byId(actor.organizationId(), v.changedBy())
                            .map(Practitioner::name)
                            .orElse("")))
            .toList();
    return new Standing(book.newest(actor.organizationId()), history);
  }

  /**
   * Changes them as a whole.
   *
   * @param expected the version that was changed
   * @return the new version; empty when somebody else made one meanwhile
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   * @throws InvalidMessageException when nobody could change them any more
   */
  public Optional<Grants> change(Actor actor, int expected, List<Grant> grants) {
    gate.pass(policy.decideChangeRights(actor), actor);
    if (grants.size() > MOST || grants.stream().anyMatch(g -> g.role().isBlank())) {
      throw new InvalidMessageException("grants", "Each grant needs a role; at most " + MOST + ".");
    }
    // he himself must keep it: one who takes it from all by mistake could not give it back
    if (!new Grants(expected, grants).of(actor).contains(Right.RIGHTS)) {
      throw new InvalidMessageException(
          "grants", "You would not be able to change rights any more.");
    }
    Optional<Grants> changed =
        book.change(actor.organizationId(), expected, grants, actor.party().id());
    changed.ifPresent(
        g ->
            audit.record(
                actor,
                AuditAct.RIGHTS_CHANGED,
                new Entity.Data(
                    "urn:wardline:rights:" + g.version(),
                    g.list().stream()
                        .map(
                            one ->
                                new Detail(
                                    one.right().name(),
                                    one.unit().isEmpty()
                                        ? one.role()
                                        : one.role() + ", " + one.unit(),
                                    false))
                        .toList())));
    return changed;
  }
}
