package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mapping.fhir.ReceiptMapper;
import org.wardline.mapping.fhir.ReceiptView;
import org.wardline.mapping.fhir.ReceiptView.Step;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ReceiptState;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Receipts, for programs: what is known of a message at each recipient. A person finds only those
 * of his own conversations.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class ReceiptTasks {
  private static final int MOST = 20_000;
  private static final String SELECT =
      """
      select s.message_id, s.target, s.target_name, s.via_role, s.state, s.detail, s.version, s.at, am.author_party,
        am.author_identifier, am.author_name, am.author_profession, am.author_department, am.author_role_id, am.authentication_level,
        am.agent_party, am.agent_name, am.sent_at, c.patient_id,
        (%s) as alert_holds
      from recipient_state s join message am on am.id = s.message_id join conversation c on c.id = s.conversation_id
      where s.organization_id = ?"""
          .formatted(OpenAlerts.HOLDS);

  /** A state, told apart by whether an answer is awaited. */
  private static final String STANDING =
      "s.state || case when s.state = 'read' and "
          + OpenAlerts.HOLDS
          + " then ' awaited' else '' end";

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private NamedParties named;
  @Inject private Keys keys;

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param messages receipts of any of these
   * @param owners at any of these targets
   * @param requesters of messages of any of these
   * @param patients about any of these
   * @param states any of these
   * @param notStates none of these
   * @param status any of these statuses of a Task
   * @param notStatus none of these
   * @param changed when it last changed, all of these
   * @param authored when the message was sent
   * @param after only receipts after that one: the next page
   */
  public record Query(
      List<UUID> messages,
      List<String> owners,
      List<String> requesters,
      List<UUID> patients,
      List<ReceiptState> states,
      List<ReceiptState> notStates,
      List<String> status,
      List<String> notStatus,
      List<Span> changed,
      Span authored,
      @Nullable Key after) {
    /** All of these messages. */
    public static Query of(List<UUID> messages) {
      return new Query(
          messages, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
          List.of(), Span.ANY, null);
    }

    /** Whether it says of what few receipts are: all that fit may be brought into order. */
    public boolean bounded(Instant now) {
      return !messages.isEmpty()
          || !owners.isEmpty()
          || !patients.isEmpty()
          || changed.stream().anyMatch(span -> span.lately(now) != null);
    }

    /** The same of one receipt alone; empty when that one is not meant. */
    public Optional<Query> only(Key key) {
      boolean meant =
          (messages.isEmpty() || messages.contains(key.message()))
              && (owners.isEmpty() || owners.contains(key.target()));
      return meant
          ? Optional.of(
              new Query(
                  List.of(key.message()),
                  List.of(key.target()),
                  requesters,
                  patients,
                  states,
                  notStates,
                  status,
                  notStatus,
                  changed,
                  authored,
                  null))
          : Optional.empty();
    }
  }

  /**
   * Whom another system means by a user name, a role's code or a client's name.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<String> partiesNamed(Actor actor, BusinessIdentifier name) {
    gate.pass(policy.decideReceipts(actor, 's'), actor);
    return named.of(actor.organizationId(), name);
  }

  /** A message at a target. */
  public record Key(UUID message, String target) {}

  /**
   * The key behind a Task's id; empty when there is none.
   *
   * @param right r to read it, s to go on with a search
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Key> key(Actor actor, char right, UUID message, String id) {
    gate.pass(policy.decideReceipts(actor, right), actor);
    return database
        .list(
            "select target from recipient_state where message_id = ? and organization_id = ?",
            row -> row.text("target"),
            message,
            actor.organizationId())
        .stream()
        .filter(target -> ReceiptView.id(message, target).equals(id))
        .map(target -> new Key(message, target))
        .findFirst();
  }

  /**
   * One receipt.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<ReceiptView> byKey(Actor actor, Key key) {
    gate.pass(policy.decideReceipts(actor, 'r'), actor);
    Optional<ReceiptView> found =
        views(
                actor,
                new Query(
                    List.of(key.message()),
                    List.of(key.target()),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Span.ANY,
                    null),
                1)
            .stream()
            .findFirst();
    found.ifPresent(
        view -> {
          var data = new Entity.Data("Task/" + view.id(), List.of());
          if (view.patient() == null) {
            audit.record(actor, AuditAct.RESOURCE_READ, data);
          } else {
            audit.record(actor, AuditAct.RESOURCE_READ, data, new Entity.Patient(view.patient()));
          }
        });
    return found;
  }

  /**
   * A page, those of the newest messages first.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<ReceiptView> find(Actor actor, Query query, int limit, String request) {
    gate.pass(policy.decideReceipts(actor, 's'), actor, new Entity.Query(request));
    return recorded(actor, views(actor, query, limit), request);
  }

  /**
   * A page in the order of changes.
   *
   * @param query of few ({@link Query#bounded}), since all that fit are brought into order
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<ReceiptView> find(
      Actor actor, Query query, ReceiptOrder order, int limit, String request) {
    gate.pass(policy.decideReceipts(actor, 's'), actor, new Entity.Query(request));
    Conditions all = conditions(actor, query);
    return recorded(actor, with(actor, all, order.page(all, limit)), request);
  }

  private List<ReceiptView> recorded(Actor actor, List<ReceiptView> found, String request) {
    audit.recordSearch(
        actor,
        request,
        found.stream().map(ReceiptView::patient).filter(Objects::nonNull).distinct().toList());
    return found;
  }

  /**
   * Which receipts of these messages fit: for who is told of them instead of searching.
   *
   * @return each with whether it is of an alert that holds
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Map<Key, Boolean> matching(Actor actor, Query query) {
    gate.pass(policy.decideReceipts(actor, 's'), actor);
    return views(actor, query, MOST).stream()
        .collect(
            Collectors.toMap(v -> new Key(v.messageId(), v.target()), ReceiptView::alertHolds));
  }

  /** Those of the newest messages first. */
  private List<ReceiptView> views(Actor actor, Query query, int limit) {
    Conditions all = conditions(actor, query);
    return with(actor, all, " order by s.message_id desc, s.target limit " + limit);
  }

  private Conditions conditions(Actor actor, Query query) {
    var all = new Conditions(SELECT, actor.organizationId());
    if (!actor.machine()) {
      all.and(
          "exists (select 1 from participant p where p.conversation_id = s.conversation_id and p.party = ?)",
          actor.party().toString());
    }
    all.andAny("s.message_id = any(?)", query.messages().toArray(UUID[]::new))
        .andAny("s.target = any(?)", query.owners().toArray(String[]::new))
        .andAny("c.patient_id = any(?)", query.patients().toArray(UUID[]::new))
        .andAny("s.state = any(?)", codes(query.states()))
        .andAny("s.state <> all(?)", codes(query.notStates()))
        .andAny(STANDING + " = any(?)", standings(query.status()))
        .andAny(STANDING + " <> all(?)", standings(query.notStatus()));
    unusual(all, query);
    MessageConditions.senders(all, "am", query.requesters());
    query.changed().forEach(span -> changed(all, span));
    query.authored().restrictSent(all, "s.message_id", "am.sent_at");
    Key after = query.after();
    if (after != null) {
      all.and(
          "(s.message_id < ? or (s.message_id = ? and s.target > ?))",
          after.message(),
          after.message(),
          after.target());
    }
    return all;
  }

  /** With the steps of each. */
  private List<ReceiptView> with(Actor actor, Conditions all, String page) {
    List<ReceiptView> bare =
        database.list(all.sql(page), row -> view(row, List.of()), all.values());
    Map<Key, List<Step>> steps = steps(actor, bare);
    return bare.stream()
        .map(v -> with(v, steps.getOrDefault(new Key(v.messageId(), v.target()), List.of())))
        .toList();
  }

  /** States that few have lead to those, when no other is asked for. */
  private static void unusual(Conditions all, Query query) {
    Set<ReceiptState> asked = EnumSet.noneOf(ReceiptState.class);
    asked.addAll(query.states());
    if (asked.isEmpty()) {
      query.status().stream()
          .flatMap(status -> ReceiptMapper.standings(status).stream())
          .forEach(standing -> asked.add(standing.state()));
    }
    if (!asked.isEmpty() && MessageConditions.UNUSUAL.containsAll(asked)) {
      all.and(MessageConditions.IS_UNUSUAL + " and s.state = any(?)", (Object) codes(asked));
    }
  }

  /** Each change is a receipt, of which those of a time lie together. */
  private void changed(Conditions all, Span span) {
    span.restrict(all, "s.at");
    all.andIf(
        "s.message_id in (select r.message_id from receipt r where r.at >= ?)",
        span.lately(keys.now()));
  }

  private Map<Key, List<Step>> steps(Actor actor, List<ReceiptView> of) {
    var steps = new HashMap<Key, List<Step>>();
    if (!of.isEmpty()) {
      database.list(
          "select message_id, target, state, at from receipt where message_id = any((select ?::uuid[])::uuid[]) and organization_id is not distinct from ? order by seq",
          row ->
              steps
                  .computeIfAbsent(
                      new Key(row.uuid("message_id"), row.text("target")), k -> new ArrayList<>())
                  .add(new Step(ReceiptState.fromCode(row.text("state")), row.instant("at"))),
          of.stream().map(ReceiptView::messageId).distinct().toArray(UUID[]::new),
          actor.organizationId());
    }
    return steps;
  }

  private static ReceiptView with(ReceiptView v, List<Step> steps) {
    return new ReceiptView(
        v.messageId(),
        v.target(),
        v.name(),
        v.viaRole(),
        v.author(),
        v.patient(),
        v.sentAt(),
        v.state(),
        v.detail(),
        v.version(),
        v.at(),
        v.alertHolds(),
        steps);
  }

  private static ReceiptView view(Database.Row row, List<Step> steps) throws java.sql.SQLException {
    return new ReceiptView(
        row.uuid("message_id"),
        row.text("target"),
        row.text("target_name"),
        row.textOrNull("via_role"),
        SealedMessages.author(row),
        row.uuidOrNull("patient_id"),
        row.instant("sent_at"),
        ReceiptState.fromCode(row.text("state")),
        row.text("detail"),
        row.integer("version"),
        row.instant("at"),
        row.flag("alert_holds"),
        steps);
  }

  /** Never empty where something is asked for: a status that no receipt has finds none. */
  private static String[] standings(List<String> statuses) {
    return statuses.stream()
        .flatMap(
            status ->
                Stream.concat(
                    Stream.of(""),
                    ReceiptMapper.standings(status).stream()
                        .map(s -> s.state().code() + (s.answerAwaited() ? " awaited" : ""))))
        .toArray(String[]::new);
  }

  private static String[] codes(Collection<ReceiptState> states) {
    return states.stream().map(ReceiptState::code).toArray(String[]::new);
  }
}
