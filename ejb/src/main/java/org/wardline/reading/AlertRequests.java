package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.CareRelations;
import org.wardline.access.CareRelations.Care;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.chart.Chart;
import org.wardline.chart.Chart.Entry;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.SealedMessages;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ReceiptState;
import org.wardline.reading.MessageConditions.Kind;
import org.wardline.receipt.Receipts;

/**
 * Alerts of other systems, as they asked for them and as they stand: each became a message of the
 * same key (IHE mACM ITI-84 and ITI-85).
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class AlertRequests {
  private static final String TYPE = "CommunicationRequest";

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private CareRelations relations;
  @Inject private Chart chart;
  @Inject private Mailbox mailbox;
  @Inject private Receipts receipts;
  @Inject private SealedMessages messages;
  @Inject private MessageSearch search;
  @Inject private NamedParties named;
  @Inject private AuditTrail audit;

  /**
   * What became of an alert.
   *
   * @param answered somebody has acknowledged it, and of nobody else an answer is awaited
   * @param takenBack its message was taken back: nobody is to be shown what it said
   * @param steps how often something of it changed since it was kept
   * @param changedAt when a receipt of it last changed, or it was taken back; null when neither
   */
  public record Standing(
      boolean answered, boolean takenBack, int steps, @Nullable Instant changedAt) {
    private static Standing of(List<Receipts.State> states, @Nullable Instant takenBack) {
      List<ReceiptState> people =
          states.stream().filter(s -> !s.destination()).map(Receipts.State::state).toList();
      boolean answered =
          people.contains(ReceiptState.ACKNOWLEDGED)
              && MessageConditions.SETTLED.containsAll(people);
      return new Standing(
          answered,
          takenBack != null,
          states.stream().mapToInt(s -> s.version() - 1).sum() + (takenBack == null ? 0 : 1),
          Stream.concat(states.stream().map(Receipts.State::at), Stream.ofNullable(takenBack))
              .max(Instant::compareTo)
              .orElse(null));
    }
  }

  /**
   * An alert of another system.
   *
   * @param conversation where its message stands
   */
  public record Alert(Entry entry, UUID conversation, Standing standing) {}

  /**
   * One alert.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Alert> read(Actor actor, UUID id) {
    gate.pass(policy.decideChart(actor, TYPE, 'r'), actor);
    Optional<Entry> found = chart.byId(actor.organizationId(), TYPE, id);
    Mailbox.Place place = mailbox.places(actor.organizationId(), List.of(id)).get(id);
    if (found.isEmpty() || place == null) {
      return Optional.empty();
    }
    UUID patient = found.get().patient();
    var data = new Entity.Data(TYPE + "/" + id, List.of());
    Care care = care(actor, place.conversationId(), patient);
    gate.pass(policy.decideChartOf(actor, TYPE, 'r', care), actor, data);
    if (patient == null) {
      audit.record(actor, care.reading(), data);
    } else {
      audit.record(actor, care.reading(), data, new Entity.Patient(patient));
    }
    Standing standing = standings(actor, 'r', List.of(id)).get(id);
    return Optional.of(
        new Alert(found.get(), place.conversationId(), Objects.requireNonNull(standing)));
  }

  /** As with its message: a person takes part in the conversation, or it is an emergency. */
  private Care care(Actor actor, UUID conversation, @Nullable UUID patient) {
    if (mailbox.takesPart(conversation, actor.party())) {
      return Care.TREATMENT;
    }
    return patient != null && relations.of(actor, patient) == Care.EMERGENCY
        ? Care.EMERGENCY
        : Care.NONE;
  }

  /**
   * A page, in the order of the query.
   *
   * @param query senders are who raised it; sent is when
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Entry> find(Actor actor, MessageQuery query, int limit, String request) {
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor, new Entity.Query(request));
    return opened(actor, search.ids(actor, Kind.ALERT, query, limit), request);
  }

  /**
   * A page in the order of changes.
   *
   * @param alerts as they were asked for
   * @param places where each stood when the page was chosen
   */
  public record Changes(List<Entry> alerts, Map<UUID, ChangeOrder.Place> places) {}

  /**
   * A page in the order of changes, of the alerts themselves and of their receipts.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Changes find(
      Actor actor, MessageQuery query, ChangeOrder order, int limit, String request) {
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor, new Entity.Query(request));
    List<ChangeOrder.Place> places = search.places(actor, Kind.ALERT, query, order, limit);
    return new Changes(
        opened(actor, places.stream().map(ChangeOrder.Place::id).toList(), request),
        places.stream().collect(Collectors.toMap(ChangeOrder.Place::id, Function.identity())));
  }

  private List<Entry> opened(Actor actor, List<UUID> ids, String request) {
    Map<UUID, Entry> kept =
        ids.isEmpty()
            ? Map.of()
            : chart.find(actor.organizationId(), Chart.Query.ofKeys(TYPE, ids), ids.size()).stream()
                .collect(Collectors.toMap(Entry::id, Function.identity()));
    List<Entry> found = ids.stream().map(kept::get).filter(Objects::nonNull).toList();
    audit.recordSearch(
        actor,
        request,
        found.stream().map(Entry::patient).filter(Objects::nonNull).distinct().toList());
    return found;
  }

  /**
   * How many there are on all pages.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public long count(Actor actor, MessageQuery query) {
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor);
    return search.count(actor, Kind.ALERT, query);
  }

  /**
   * Which of these alerts fit: for who is told of them instead of searching.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> matching(Actor actor, MessageQuery query) {
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor);
    return search.ids(actor, Kind.ALERT, query, query.ids().size());
  }

  /**
   * How these alerts stand now.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Map<UUID, Standing> standings(Actor actor, char right, List<UUID> ids) {
    gate.pass(policy.decideChart(actor, TYPE, right), actor);
    Map<UUID, List<Receipts.State>> states =
        receipts.ofMessages(actor.organizationId(), ids).stream()
            .collect(Collectors.groupingBy(Receipts.State::messageId));
    Map<UUID, Instant> takenBack = messages.takenBack(actor.organizationId(), ids);
    var standings = new HashMap<UUID, Standing>();
    for (UUID id : ids) {
      standings.put(id, Standing.of(states.getOrDefault(id, List.of()), takenBack.get(id)));
    }
    return standings;
  }

  /**
   * Whom another system means by a user name, a role's code or a client's name.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<String> partiesNamed(Actor actor, BusinessIdentifier name) {
    gate.pass(policy.decideChart(actor, TYPE, 's'), actor);
    return named.of(actor.organizationId(), name);
  }
}
