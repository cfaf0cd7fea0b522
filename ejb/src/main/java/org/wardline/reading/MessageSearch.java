package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;
import org.wardline.reading.MessageConditions.Kind;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Finds messages by what stands beside their sealed content. */
@Singleton
class MessageSearch {
  private static final String FROM =
      " from message m left join retraction t on t.message_id = m.id where m.organization_id = ?";

  /**
   * Of each of these keys its message, if it fits: the planner is not to go through all messages in
   * the hope of meeting one of them.
   */
  private static final String EACH = " cross join lateral (select %s%s and m.id = k.id";

  /**
   * The messages of each party in their order, as the index of the parties has it. Said as a range,
   * since to the planner the order of one party's messages is that of any index that ends with the
   * message.
   */
  private static final String OF_PARTY =
      """
      (select k.id from (select message_id as id, %1$s as party, organization_id from %2$s) k""";

  private static final String IN_ORDER =
      " offset 0) r where k.organization_id = ? and k.party between w.party and w.party";

  /** Tables that name recipients of messages, with their column. */
  private static final Map<String, String> NAMING_RECIPIENTS =
      new TreeMap<>(Map.of("addressee", "party", "recipient_state", "target"));

  /** All that may have changed since: to work out when each message did would read them all. */
  private static final String CHANGED_SINCE =
      """
      select r.message_id from receipt r where r.at >= ?
      union all select w.message_id from retraction w where w.at >= ?
      union all select c.id from chart_record c where c.organization_id = ? and c.type = 'CommunicationRequest' and c.updated_at >= ?""";

  private static final String SENT =
      "\nunion all select m.id from message m where m.organization_id = ?";

  private static final String TO_RECIPIENTS =
      """
      select a.message_id from addressee a where a.organization_id = ? and a.party = any(?)
      union all select s.message_id from recipient_state s where s.organization_id = ? and s.target = any(?)""";

  private static final String RECEIVED_SINCE =
      "select r.message_id from receipt r where r.at >= ? and r.state in ('delivered', 'read')";

  /** Statuses that most messages have. */
  private static final Set<String> USUAL = Set.of("in-progress", "completed");

  /** All that may have another one. */
  private static final String ENDED =
      """
      select w.message_id from retraction w where w.organization_id = ?
      union all select s.message_id from recipient_state s where s.organization_id = ? and s.state = 'failed' and\s"""
          + MessageConditions.IS_UNUSUAL;

  private static final List<Boolean> NEWER_FIRST = List.of(true, false);
  private static final List<Boolean> OLDER_FIRST = List.of(false, true);

  private final Database database;
  private final Keys keys;

  @Inject
  MessageSearch(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * Keys of a page. By when they were sent, those on record of which that is told are looked for
   * beside the others.
   */
  List<UUID> ids(Actor actor, Kind kind, MessageQuery query, int limit) {
    List<UUID> found = of(actor, kind, query, limit);
    if (kind != Kind.MESSAGE || query.sent().any()) {
      return found;
    }
    List<UUID> told = of(actor, Kind.TOLD, query, limit);
    Comparator<UUID> order = Comparator.comparing(UUID::toString);
    return Stream.concat(found.stream(), told.stream())
        .sorted(query.oldestFirst() ? order : order.reversed())
        .limit(limit)
        .toList();
  }

  /**
   * Keys of a page in the order of changes, each with its place when the page was chosen: what
   * changes meanwhile comes anew. All that fit are brought into order: what the query leads to, and
   * nothing beside it.
   *
   * @param order of the query
   */
  List<ChangeOrder.Place> places(
      Actor actor, Kind kind, MessageQuery query, ChangeOrder order, int limit) {
    String at = "date_trunc('milliseconds', " + kind.changed() + ") as at";
    Optional<Conditions> lead = lead(actor, query);
    Conditions page =
        lead.isPresent()
            ? order.page(
                each(lead.get(), "k.id, r.at", at, actor, kind, query), "r.at", "k.id", limit)
            : order.page(
                messages("select m.id, " + at, actor, kind, query), kind.changed(), "m.id", limit);
    return database.list(
        page.sql(""),
        row -> new ChangeOrder.Place(row.instant("at"), row.uuid("id")),
        page.values());
  }

  /** What leads to all that may fit; empty when the query itself does. */
  private Optional<Conditions> lead(Actor actor, MessageQuery query) {
    UUID organization = actor.organizationId();
    Instant changed = query.changed().lately(keys.now());
    Optional<Conditions> few = few(organization, query);
    if (query.narrow() || few.isPresent()) {
      return few;
    }
    if (changed != null) { // or was sent since, and nobody has had it
      return Optional.of(
          new Conditions(
                  CHANGED_SINCE + SENT, changed, changed, organization, changed, organization)
              .made("m.id", changed.minus(Span.WAITING), null));
    }
    if (query.recipients().isEmpty()) {
      return Optional.empty();
    }
    String[] parties = query.recipients().toArray(String[]::new);
    return Optional.of(new Conditions(TO_RECIPIENTS, organization, parties, organization, parties));
  }

  private List<UUID> of(Actor actor, Kind kind, MessageQuery query, int limit) {
    Instant changed = query.changed().lately(keys.now());
    Instant received = query.received().lately(keys.now());
    boolean few =
        query.narrow()
            || query.leading().isPresent()
            || !query.identifiers().isEmpty()
            || !query.recipients().isEmpty();
    if (few) {
      return list(page(actor, kind, query, new Order(query.oldestFirst(), limit)));
    }
    if (changed != null) {
      UUID organization = actor.organizationId();
      var lead = new Conditions(CHANGED_SINCE, changed, changed, organization, changed);
      return since(changed, lead, actor, kind, query, limit);
    }
    return received == null
        ? list(page(actor, kind, query, new Order(query.oldestFirst(), limit)))
        : since(received, new Conditions(RECEIVED_SINCE, received), actor, kind, query, limit);
  }

  private List<UUID> list(Conditions all) {
    return database.list(all.sql(""), row -> row.uuid("id"), all.values());
  }

  /**
   * What was sent since then and nearly always fits, looked at in order; and of what was sent
   * before, the few that a statement leads to.
   */
  @SuppressWarnings("checkstyle:ParameterNumber")
  private List<UUID> since(
      Instant since, Conditions lead, Actor actor, Kind kind, MessageQuery query, int limit) {
    Instant edge = since.minus(Span.WAITING);
    List<UUID> found = new ArrayList<>();
    for (boolean newer : query.oldestFirst() ? OLDER_FIRST : NEWER_FIRST) {
      var order = new Order(query.oldestFirst(), limit - found.size());
      if (order.limit() > 0) {
        found.addAll(
            list(
                newer
                    ? inOrder(actor, kind, query, order, edge)
                    : led(lead, actor, kind, query, order, edge)));
      }
    }
    return found;
  }

  /** By what the fewest messages have. */
  private Conditions page(Actor actor, Kind kind, MessageQuery query, Order order) {
    UUID organization = actor.organizationId();
    Optional<Conditions> few = few(organization, query);
    if (few.isPresent()) {
      return led(few.get(), actor, kind, query, order, null);
    }
    if (!query.narrow() && kind == Kind.TOLD) {
      var lead =
          new Conditions(
              "select d.message_id from message_told d where d.organization_id = ?", organization);
      query.sent().restrict(lead, "d.sent_at");
      return led(lead, actor, kind, query, order, null);
    }
    if (!query.narrow() && !query.recipients().isEmpty()) {
      return ofParties(actor, kind, query, order);
    }
    if (!query.narrow() && kind == Kind.MESSAGE && ended(query.codes().status())) {
      var lead = new Conditions(ENDED, organization, organization);
      return led(lead, actor, kind, query, order, null);
    }
    return inOrder(actor, kind, query, order, null);
  }

  /** What few messages have: a name, or what its client said of it besides. */
  private static Optional<Conditions> few(UUID organization, MessageQuery query) {
    if (query.ids().isEmpty() && !query.identifiers().isEmpty()) {
      return Optional.of(MessageConditions.named(organization, query.identifiers()));
    }
    return query.narrow()
        ? Optional.empty()
        : query
            .leading()
            .map(
                name ->
                    MessageConditions.carrying(
                        organization, name, query.links().carried().getOrDefault(name, List.of())));
  }

  /**
   * All in their order.
   *
   * @param from only those whose key was made then or later; null for all
   */
  private Conditions inOrder(
      Actor actor, Kind kind, MessageQuery query, Order order, @Nullable Instant from) {
    return messages("select m.id", actor, kind, query)
        .made("m.id", from, null)
        .andIf(order.after("m.id"), query.after())
        .then(order.by("m.id"));
  }

  private static boolean ended(Code status) {
    return !status.any().isEmpty() && status.any().stream().noneMatch(USUAL::contains);
  }

  /**
   * Of the keys that a statement gives.
   *
   * @param until only those whose key was made before; null for all
   */
  @SuppressWarnings("checkstyle:ParameterNumber")
  private static Conditions led(
      Conditions lead,
      Actor actor,
      Kind kind,
      MessageQuery query,
      Order order,
      @Nullable Instant until) {
    return each(lead, "k.id", "1", actor, kind, query)
        .made("k.id", null, until)
        .andIf(order.after("k.id"), query.after())
        .then(order.by("k.id"));
  }

  /**
   * Those that a statement leads to, if they fit.
   *
   * @param columns what is told of each key {@code k} and its message {@code r}
   * @param select what of the message {@code m} is looked at
   */
  @SuppressWarnings("checkstyle:ParameterNumber")
  private static Conditions each(
      Conditions lead, String columns, String select, Actor actor, Kind kind, MessageQuery query) {
    var all =
        new Conditions(
            "select "
                + columns
                + " from (select distinct l.id from ("
                + lead.sql(") l(id)) k")
                + EACH.formatted(select, FROM),
            lead.values());
    all.then("", actor.organizationId());
    MessageConditions.restrict(all, actor, kind, query);
    return all.then(" offset 0) r where true");
  }

  private Conditions ofParties(Actor actor, Kind kind, MessageQuery query, Order order) {
    var all =
        new Conditions(
            "select distinct f.id from unnest((select ?::text[])) w(party) cross join lateral (",
            (Object) query.recipients().toArray(String[]::new));
    String between = "";
    for (Map.Entry<String, String> naming : NAMING_RECIPIENTS.entrySet()) {
      all.then(
          between
              + OF_PARTY.formatted(naming.getValue(), naming.getKey())
              + EACH.formatted("1", FROM),
          actor.organizationId());
      MessageConditions.restrict(all, actor, kind, query.ofAnybody());
      all.then(IN_ORDER, actor.organizationId());
      query // of a party's years only the time that is meant
          .sent()
          .restrictKeys(all, "k.id")
          .andIf(order.after("k.id"), query.after())
          .then(order.by("k.party", "k.id") + ")");
      between = " union all ";
    }
    return all.then(") f" + order.by("f.id"));
  }

  /** How a page is ordered, and where it ends. */
  private record Order(boolean oldestFirst, int limit) {
    private String after(String key) {
      return key + (oldestFirst ? " > ?" : " < ?");
    }

    private String by(String... columns) {
      return Arrays.stream(columns)
          .map(column -> oldestFirst ? column : column + " desc")
          .collect(Collectors.joining(", ", " order by ", " limit " + limit));
    }
  }

  /** How many there are on all pages. */
  long count(Actor actor, Kind kind, MessageQuery query) {
    Conditions all = messages("select count(*) as n", actor, kind, query);
    long found = database.first(all.sql(""), row -> row.number("n"), all.values()).orElseThrow();
    return kind != Kind.MESSAGE || query.sent().any()
        ? found
        : found + count(actor, Kind.TOLD, query);
  }

  private Conditions messages(String select, Actor actor, Kind kind, MessageQuery query) {
    var all = new Conditions(select + FROM, actor.organizationId());
    MessageConditions.restrict(all, actor, kind, query);
    return all;
  }
}
