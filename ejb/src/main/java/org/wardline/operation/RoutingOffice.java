package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.routing.Route;
import org.wardline.routing.RouteBook;
import org.wardline.routing.RouteBook.Version;
import org.wardline.routing.Routes;

/** Which messages go where, and changing it. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class RoutingOffice {
  private static final int HISTORY = 20;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private RouteBook book;
  @Inject private People people;
  @Inject private AuditTrail audit;

  /** A version and who made it; the name of somebody unknown is empty. */
  public record Change(Version version, String by) {}

  /** What holds, and how it came to be. */
  public record Standing(Routes routes, List<Change> history) {}

  /**
   * What holds now.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Standing standing(Actor actor) {
    gate.pass(policy.decideOperate(actor), actor);
    audit.recordSearch(actor, "routes", List.of());
    return new Standing(
        book.newest(actor.organizationId()),
        book.versions(actor.organizationId(), HISTORY).stream()
            .map(
                v ->
                    new Change(
                        v,
                        people
                            .byId(actor.organizationId(), v.changedBy())
                            .map(Practitioner::name)
                            .orElse("")))
            .toList());
  }

  /**
   * Changes them as a whole. What waits already goes where it was to go.
   *
   * @param expected the version that was changed
   * @return the new version; empty when somebody else made one meanwhile
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   * @throws org.wardline.message.InvalidMessageException when a rule is faulty
   */
  public Optional<Routes> change(Actor actor, int expected, List<Route> routes) {
    gate.pass(policy.decideChangeRoutes(actor), actor);
    Optional<Routes> changed =
        book.change(actor.organizationId(), expected, routes, actor.party().id());
    changed.ifPresent(
        made ->
            audit.record(
                actor,
                AuditAct.ROUTES_CHANGED,
                new Entity.Data("urn:wardline:routes:" + made.version(), details(made))));
    return changed;
  }

  private static List<Detail> details(Routes routes) {
    return IntStream.range(0, routes.list().size())
        .mapToObj(i -> new Detail("route-" + (i + 1), routes.list().get(i).toString(), false))
        .toList();
  }
}
