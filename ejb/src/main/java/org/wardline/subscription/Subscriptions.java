package org.wardline.subscription;

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
import org.wardline.mapping.fhir.PostedSubscription;
import org.wardline.mapping.fhir.SubscriptionMapper.Event;
import org.wardline.mapping.fhir.SubscriptionView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;
import org.wardline.subscription.SubscriptionStore.Kept;

/** The guarded way to subscriptions: a client has its own, and an administrator sees to all. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Subscriptions {
  private static final int MOST = 500;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private SubscriptionStore store;
  @Inject private Endpoints endpoints;
  @Inject private Events events;
  @Inject private AuditTrail audit;
  @Inject private Settings settings;
  @Inject private Keys keys;

  /**
   * Makes one; its endpoint gets a handshake, and what happens from now on.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   * @throws org.wardline.message.InvalidMessageException when it asks for what cannot be
   */
  public SubscriptionView create(Actor actor, PostedSubscription posted) {
    gate.pass(policy.decideSubscriptions(actor, 'c'), actor);
    gate.pass(policy.decideSubscribe(actor, posted.resourceType()), actor);
    check(posted);
    UUID id = store.add(actor, posted, end(posted), events.now());
    record(actor, AuditAct.RESOURCE_CREATED, id, posted);
    return store.byId(actor.organizationId(), id).map(Kept::view).orElseThrow();
  }

  /**
   * Changes, renews or ends one.
   *
   * @param version that one alone; null for whatever is there
   * @return empty when the client has none of that key and version, or it is about something else
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   * @throws org.wardline.message.InvalidMessageException when it asks for what cannot be
   */
  public Optional<SubscriptionView> change(
      Actor actor, UUID id, PostedSubscription posted, @Nullable Integer version) {
    gate.pass(policy.decideSubscriptions(actor, 'u'), actor, data(id));
    gate.pass(policy.decideSubscribe(actor, posted.resourceType()), actor, data(id));
    check(posted);
    if (!store.change(actor, id, posted, end(posted), version)) {
      return Optional.empty();
    }
    record(actor, AuditAct.RESOURCE_UPDATED, id, posted);
    return store.byId(actor.organizationId(), id).map(Kept::view);
  }

  /**
   * Forgets one.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public boolean remove(Actor actor, UUID id) {
    gate.pass(policy.decideSubscriptions(actor, 'd'), actor, data(id));
    boolean removed = store.remove(actor.organizationId(), id, actor.party().toString());
    if (removed) {
      audit.record(actor, AuditAct.RESOURCE_DELETED, data(id));
    }
    return removed;
  }

  /**
   * One of the client's own.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public Optional<SubscriptionView> byId(Actor actor, UUID id) {
    gate.pass(policy.decideSubscriptions(actor, 'r'), actor, data(id));
    Optional<SubscriptionView> found = own(actor, id);
    found.ifPresent(s -> audit.record(actor, AuditAct.RESOURCE_READ, data(id)));
    return found;
  }

  /**
   * The client's own.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public List<SubscriptionView> own(Actor actor, String request) {
    gate.pass(policy.decideSubscriptions(actor, 's'), actor, new Entity.Query(request));
    audit.recordSearch(actor, request, List.of());
    return store.of(actor.organizationId(), actor.party().toString(), MOST).stream()
        .map(Kept::view)
        .toList();
  }

  /**
   * What happened, by number, both bounds included: to catch up.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public List<Event> events(Actor actor, UUID id, long from, long until) {
    gate.pass(policy.decideSubscriptions(actor, 'r'), actor, data(id));
    Optional<SubscriptionView> found = own(actor, id);
    found.ifPresent(
        s -> gate.pass(policy.decideSubscribe(actor, s.resourceType()), actor, data(id)));
    return found.isEmpty() ? List.of() : store.events(id, from, until, MOST);
  }

  /**
   * Those of all clients, for who looks after interfaces.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<SubscriptionView> all(Actor actor) {
    gate.pass(policy.decideInterfaces(actor), actor);
    audit.recordSearch(actor, "subscriptions", List.of());
    return store.of(actor.organizationId(), null, MOST).stream().map(Kept::view).toList();
  }

  /**
   * Puts one back to work that was given up.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean resume(Actor actor, UUID id) {
    gate.pass(policy.decideInterfaces(actor), actor, data(id));
    boolean resumed = store.resume(actor.organizationId(), id);
    if (resumed) {
      audit.record(actor, AuditAct.RESOURCE_UPDATED, data(id));
    }
    return resumed;
  }

  /**
   * Ends one, such as of a client that has lost its rights.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean end(Actor actor, UUID id) {
    gate.pass(policy.decideInterfaces(actor), actor, data(id));
    boolean ended = store.end(actor.organizationId(), id);
    if (ended) {
      audit.record(actor, AuditAct.RESOURCE_UPDATED, data(id));
    }
    return ended;
  }

  private Optional<SubscriptionView> own(Actor actor, UUID id) {
    return store
        .byId(actor.organizationId(), id)
        .filter(kept -> kept.client().party().equals(actor.party()))
        .map(Kept::view);
  }

  private void check(PostedSubscription posted) {
    Criteria.parse(posted.resourceType(), posted.criteria());
    endpoints.check(posted.endpoint(), posted.headers());
  }

  /** Never longer than the operator allows: a client renews it, and proves who it is. */
  private Instant end(PostedSubscription posted) {
    Instant longest = keys.now().plus(settings.duration("wardline.subscription.longest"));
    Instant asked = posted.end();
    return asked == null || asked.isAfter(longest) ? longest : asked;
  }

  private void record(Actor actor, AuditAct act, UUID id, PostedSubscription posted) {
    audit.record(
        actor,
        act,
        new Entity.Data(
            "Subscription/" + id,
            List.of(
                new Detail("resource-type", posted.resourceType(), false),
                new Detail("endpoint", posted.endpoint(), false))));
  }

  private static Entity.Data data(UUID id) {
    return new Entity.Data("Subscription/" + id, List.of());
  }
}
