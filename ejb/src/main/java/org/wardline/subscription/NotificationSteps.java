package org.wardline.subscription;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.SubscriptionMapper.Event;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;
import org.wardline.subscription.SubscriptionStore.Kept;

/** The transactions around a notification: finding events, and what became of telling them. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class NotificationSteps {
  private static final int AT_ONCE = 100;
  private static final int IN_ONE = 20;

  /** So many transactions without an event are not read again. */
  private static final int FAR = 1000;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  @Inject private SubscriptionStore store;
  @Inject private Events events;
  @Inject private Matches matches;
  @Inject private Settings settings;
  @Inject private Keys keys;

  /** What is to be told now: nothing is a handshake while it was not answered yet. */
  public record Due(Kept subscription, List<Event> events) {
    boolean handshake() {
      return subscription.view().status().equals("requested");
    }

    long last() {
      return events.isEmpty()
          ? subscription.view().notified()
          : events.get(events.size() - 1).number();
    }
  }

  /** Those that may have something to be told now. */
  public List<UUID> due() {
    return store.due(settings.organization());
  }

  /**
   * Reads on and keeps what it finds.
   *
   * @return true when there may be more
   * @throws org.wardline.access.AccessDeniedException when its client may not know of it any more
   */
  public boolean collect(UUID id) {
    UUID organization = settings.organization();
    Optional<Kept> kept = store.byId(organization, id).filter(this::open);
    if (kept.isEmpty()) {
      return false;
    }
    Kept subscription = kept.get();
    String type = subscription.view().resourceType();
    Events.Position horizon = events.now();
    List<Events.Row> rows =
        events.between(organization, type, subscription.position(), horizon.txid(), AT_ONCE);
    if (rows.isEmpty()) {
      if (horizon.txid() - subscription.position().txid() > FAR) {
        store.collected(subscription, List.of(), horizon); // nothing up to there: read on from it
      }
      return false;
    }
    Criteria criteria = Criteria.parse(type, subscription.view().criteria());
    List<Event> found = new ArrayList<>();
    matches
        .of(subscription.client(), type, criteria, rows)
        .forEach(event -> event.ifPresent(found::add));
    return store.collected(subscription, found, rows.get(rows.size() - 1).position())
        && rows.size() == AT_ONCE;
  }

  /** What its endpoint does not have yet, in its order; empty when there is nothing. */
  public Optional<Due> next(UUID id) {
    return store
        .byId(settings.organization(), id)
        .filter(this::open)
        .map(
            kept ->
                new Due(
                    kept,
                    kept.view().status().equals("requested")
                        ? List.of()
                        : store.events(
                            id, kept.view().notified() + 1, kept.view().collected(), IN_ONE)))
        .filter(due -> due.handshake() || !due.events().isEmpty());
  }

  /** It is worked, its time is not over, and it need not wait. */
  private boolean open(Kept kept) {
    Instant now = keys.now();
    return List.of("requested", "active").contains(kept.view().status())
        && kept.view().endsAt().isAfter(now)
        && !kept.nextAt().isAfter(now);
  }

  /** The endpoint took it; false when the subscription was changed or ended meanwhile. */
  public boolean taken(Due due) {
    return store.taken(due.subscription(), due.last());
  }

  /** It did not: again after a while that doubles; given up after the operator's limit. */
  public void failed(Due due, String why) {
    Kept kept = due.subscription();
    Instant now = keys.now();
    @Nullable Instant since = kept.failingSince();
    Duration limit = settings.duration("wardline.subscription.give-up");
    boolean over = since != null && since.plus(limit).isBefore(now);
    Duration wait = Duration.ofSeconds(1L << Math.min(6, kept.failures()));
    store.failed(kept, why, over ? null : now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait));
  }

  /** Its client may not know of it any more: ended, and it says why. */
  public void denied(UUID id) {
    store
        .byId(settings.organization(), id)
        .ifPresent(
            kept ->
                store.failed(kept, "the client has no right to these resources any more", null));
  }

  /** Ends what is over, forgets what is old. */
  public void clean() {
    store.clean(keys.now().minus(settings.duration("wardline.subscription.keep-events")));
  }
}
