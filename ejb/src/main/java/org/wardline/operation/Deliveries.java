package org.wardline.operation;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.delivery.Backlog;
import org.wardline.delivery.Backlog.Figures;
import org.wardline.delivery.Circuits;
import org.wardline.delivery.Couriers;
import org.wardline.delivery.DeadLetters;
import org.wardline.delivery.DeadLetters.DeadLetter;
import org.wardline.delivery.Destinations;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.delivery.Lanes;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Destination;
import org.wardline.store.Keys;

/**
 * Looking after deliveries: how they stand, holding a destination, putting back what was parked.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Deliveries {
  private static final int MOST = 500;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private Destinations destinations;
  @Inject private Couriers couriers;
  @Inject private Circuits circuits;
  @Inject private Lanes lanes;
  @Inject private Backlog backlog;
  @Inject private DeadLetters deadLetters;
  @Inject private Keys keys;
  @Inject private Event<Enqueued> enqueued;

  /** A destination, how it stands with it, and what waits for it. */
  public record Standing(Destination destination, Circuits.State state, Figures figures) {}

  /**
   * All destinations, in the order of the list.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Standing> standings(Actor actor) {
    gate.pass(policy.decideOperate(actor), actor);
    audit.recordSearch(actor, "deliveries", List.of());
    Map<String, Figures> figures = backlog.byDestination(actor.organizationId(), keys.now());
    return destinations.all().stream()
        .map(
            d ->
                new Standing(
                    d,
                    circuits.of(actor.organizationId(), d.name()),
                    figures.getOrDefault(d.name(), Figures.NONE)))
        .toList();
  }

  /** A destination and how it stands with it. */
  public record Known(Destination destination, Circuits.State state) {}

  /**
   * The systems that are delivered to, as FHIR clients see them, in the order of the list.
   *
   * @param name only the one of that name; null for all
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Known> endpoints(Actor actor, @Nullable String name, String request) {
    gate.pass(
        policy.decideEndpoints(actor, name == null ? 's' : 'r'), actor, new Entity.Query(request));
    if (name == null) {
      audit.recordSearch(actor, request, List.of());
    } else {
      audit.record(actor, AuditAct.RESOURCE_READ, new Entity.Data("Endpoint/" + name, List.of()));
    }
    return destinations.all().stream()
        .filter(d -> name == null || d.name().equals(name))
        .map(d -> new Known(d, circuits.of(actor.organizationId(), d.name())))
        .toList();
  }

  /**
   * What is parked and was not put back, the longest waiting first, at most {@value #MOST}.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<DeadLetter> parked(Actor actor) {
    gate.pass(policy.decideOperate(actor), actor);
    audit.recordSearch(actor, "dead-letters", List.of());
    return deadLetters.open(actor.organizationId(), MOST);
  }

  /**
   * Delivers nothing more to a destination, such as for maintenance; what comes is kept for it.
   *
   * @return false when there is no such destination
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean pause(Actor actor, String name) {
    return change(
        actor,
        name,
        AuditAct.DESTINATION_PAUSED,
        () -> circuits.pause(actor.organizationId(), name, actor.party().toString()));
  }

  /**
   * Delivers again, at once: also what waited for another attempt.
   *
   * @return false when there is no such destination
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean resume(Actor actor, String name) {
    return change(
        actor,
        name,
        AuditAct.DESTINATION_RESUMED,
        () -> {
          circuits.resume(actor.organizationId(), name);
          lanes.hurry(actor.organizationId(), name);
        });
  }

  /** What came of reaching for a destination; the problem is empty when it answered. */
  public record Reached(String problem) {}

  /**
   * Reaches for a destination, without delivering anything.
   *
   * @return empty when there is no such destination
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Reached> test(Actor actor, String name) {
    var about = new Entity.Data("Endpoint/" + name, List.of());
    gate.pass(policy.decideOperate(actor), actor, about);
    Optional<Destination> found = destinations.named(name);
    return found.map(
        destination -> {
          String problem = couriers.probe(destination).orElse("");
          audit.record(
              actor,
              AuditAct.DESTINATION_TESTED,
              new Entity.Data("Endpoint/" + name, List.of(new Detail("problem", problem, false))));
          return new Reached(problem);
        });
  }

  private boolean change(Actor actor, String name, AuditAct act, Runnable change) {
    var about = new Entity.Data("Endpoint/" + name, List.of());
    gate.pass(policy.decideOperate(actor), actor, about);
    if (destinations.named(name).isEmpty()) {
      return false;
    }
    change.run();
    audit.record(actor, act, about);
    enqueued.fire(new Enqueued(Set.of(name)));
    return true;
  }

  /**
   * Puts what was parked back into its lane, with the control id it had.
   *
   * @return false when it is not parked, or somebody has put it back before
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean replay(Actor actor, UUID id) {
    gate.pass(policy.decideOperate(actor), actor, new Entity.Data("urn:uuid:" + id, List.of()));
    Optional<DeadLetter> again =
        deadLetters.replay(actor.organizationId(), id, actor.party().toString());
    again.ifPresent(
        letter -> {
          audit.record(
              actor,
              AuditAct.DELIVERY_REPLAYED,
              new Entity.Data(
                  "Communication/" + letter.messageId(),
                  List.of(
                      new Detail("control-id", letter.controlId(), false),
                      new Detail("destination", letter.destination(), false))));
          enqueued.fire(new Enqueued(Set.of(letter.destination())));
        });
    return again.isPresent();
  }
}
