package org.wardline.subscription;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wardline.audit.AuditSearch;
import org.wardline.mapping.fhir.ReceiptMapper;
import org.wardline.mapping.fhir.ReceiptMapper.Standing;
import org.wardline.mapping.fhir.ReceiptView;
import org.wardline.mapping.fhir.SubscriptionMapper.Event;
import org.wardline.message.Actor;
import org.wardline.message.ReceiptState;
import org.wardline.reading.AlertRequests;
import org.wardline.reading.Communications;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Codes;
import org.wardline.reading.MessageQuery.Links;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.reading.ReceiptTasks;
import org.wardline.reading.Registry;

/**
 * Which of the things that happened a client wants and may know of: asked in the same way, and by
 * the same rules, as if it searched.
 */
@Singleton
class Matches {
  private final Communications communications;
  private final AlertRequests alerts;
  private final ReceiptTasks receipts;
  private final Registry registry;

  @Inject
  Matches(
      Communications communications,
      AlertRequests alerts,
      ReceiptTasks receipts,
      Registry registry) {
    this.communications = communications;
    this.alerts = alerts;
    this.receipts = receipts;
    this.registry = registry;
  }

  /**
   * What the row tells him; the number is not given yet.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not search that type any more
   */
  List<Optional<Event>> of(Actor actor, String type, Criteria criteria, List<Events.Row> rows) {
    List<UUID> ids = rows.stream().map(Events.Row::id).distinct().toList();
    if (ids.isEmpty()) {
      return List.of();
    }
    return switch (type) {
      case "Communication" -> {
        Set<UUID> found = Set.copyOf(communications.matching(actor, messages(criteria, ids)));
        yield rows.stream()
            .map(r -> event(found.contains(r.id()), type + "/" + r.id(), r))
            .toList();
      }
      case "CommunicationRequest" -> {
        Set<UUID> found = Set.copyOf(alerts.matching(actor, alerts(criteria, ids)));
        yield rows.stream()
            .map(r -> event(found.contains(r.id()), type + "/" + r.id(), r))
            .toList();
      }
      case "Task" -> receipts(actor, criteria, rows, ids);
      default -> {
        Set<UUID> found = Set.copyOf(registry.matchingAuditEvents(actor, audit(criteria, ids)));
        yield rows.stream()
            .map(r -> event(found.contains(r.id()), type + "/" + r.id(), r))
            .toList();
      }
    };
  }

  private static Optional<Event> event(boolean wanted, String focus, Events.Row row) {
    return wanted ? Optional.of(new Event(0, focus, row.at())) : Optional.empty();
  }

  private List<Optional<Event>> receipts(
      Actor actor, Criteria criteria, List<Events.Row> rows, List<UUID> ids) {
    Set<UUID> focus = Set.copyOf(criteria.keys("focus"));
    var query =
        new ReceiptTasks.Query(
            focus.isEmpty() ? ids : ids.stream().filter(focus::contains).toList(),
            criteria.references("owner", "Practitioner"),
            criteria.references("requester", "Practitioner"),
            patients(criteria),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Span.ANY,
            null);
    Map<ReceiptTasks.Key, Boolean> found =
        query.messages().isEmpty() ? Map.of() : receipts.matching(actor, query);
    List<String> states = criteria.codes("business-status");
    Set<Standing> standings =
        criteria.codes("status").stream()
            .flatMap(status -> ReceiptMapper.standings(status).stream())
            .collect(Collectors.toSet());
    return rows.stream()
        .map(
            row -> {
              String target = Objects.requireNonNull(row.target());
              String state = Objects.requireNonNull(row.state());
              Boolean holds = found.get(new ReceiptTasks.Key(row.id(), target));
              boolean wanted =
                  holds != null
                      && (states.isEmpty() || states.contains(state))
                      && (criteria.values("status").isEmpty()
                          || standings.contains(standing(state, holds)));
              return event(wanted, "Task/" + ReceiptView.id(row.id(), target), row);
            })
        .toList();
  }

  /** Of what happened, not of how it stands now: who has answered since had been asked to. */
  private static Standing standing(String state, boolean holds) {
    ReceiptState happened = ReceiptState.fromCode(state);
    return new Standing(happened, holds && happened == ReceiptState.READ);
  }

  private static List<UUID> patients(Criteria criteria) {
    return Stream.concat(criteria.keys("patient").stream(), criteria.keys("subject").stream())
        .toList();
  }

  private static MessageQuery messages(Criteria criteria, List<UUID> ids) {
    Set<UUID> only = Set.copyOf(criteria.keys("_id"));
    return query(
        only.isEmpty() ? ids : ids.stream().filter(only::contains).toList(),
        criteria,
        criteria.references("sender", "Practitioner"),
        new Links(criteria.keys("part-of"), List.of(), Map.of(), List.of(), List.of()));
  }

  private static MessageQuery alerts(Criteria criteria, List<UUID> ids) {
    Set<UUID> only = Set.copyOf(criteria.keys("_id"));
    return query(
        only.isEmpty() ? ids : ids.stream().filter(only::contains).toList(),
        criteria,
        Stream.concat(
                criteria.references("requester", "Device").stream(),
                criteria.references("sender", "Device").stream())
            .toList(),
        new Links(List.of(), List.of(), Map.of(), List.of(), List.of("based-on")));
  }

  private static MessageQuery query(
      List<UUID> ids, Criteria criteria, List<String> senders, Links links) {
    return MessageQuery.any()
        .ids(
            ids.isEmpty()
                ? List.of(new UUID(0, 0))
                : ids) // none of these: an empty list would mean any
        .patients(patients(criteria))
        .recipients(criteria.references("recipient", "Practitioner"))
        .senders(senders)
        .codes(
            new Codes(
                new Code(criteria.codes("status"), List.of()),
                new Code(criteria.codes("category"), List.of()),
                new Code(criteria.codes("priority"), List.of())))
        .links(links)
        .topics(criteria.values("topic"))
        .oldestFirst(true)
        .build();
  }

  private static AuditSearch.Query audit(Criteria criteria, List<UUID> ids) {
    return new AuditSearch.Query(
        AuditSearch.Query.Times.ANY,
        criteria.codes("agent"),
        patients(criteria),
        criteria.codes("entity"),
        null,
        new AuditSearch.Query.Codes(
            audited(criteria, "action"),
            audited(criteria, "type"),
            audited(criteria, "subtype"),
            audited(criteria, "outcome")),
        List.of(),
        ids,
        null);
  }

  private static AuditSearch.Query.Code audited(Criteria criteria, String name) {
    return new AuditSearch.Query.Code(criteria.codes(name), List.of());
  }
}
