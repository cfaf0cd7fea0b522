package org.wardline.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.store.TestDatabase.ORGANIZATION;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wardline.message.Actor;
import org.wardline.message.PartyRef;
import org.wardline.reading.MessageConditions.Kind;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Codes;
import org.wardline.reading.MessageQuery.Identifier;
import org.wardline.reading.MessageQuery.Links;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.TestDatabase;

/**
 * A search by what few messages have reads those, not all that there are, also with a plan that was
 * made and kept when the tables were empty.
 */
class SearchPlansIT {
  private static final int ROWS = 20_000;

  /** The driver prepares a statement after 5 uses, and PostgreSQL keeps its plan after 5 more. */
  private static final int UNTIL_KEPT = 12;

  /** Those found and what is looked at to find them. */
  private static final long FEW = 100;

  private static final Instant TOLD = Instant.parse("2019-03-04T05:06:07Z");
  private static final String RARE = "Practitioner/rare";

  private static final Actor MACHINE =
      new Actor(
          Actor.Kind.MACHINE,
          ORGANIZATION,
          new PartyRef(PartyRef.Kind.DEVICE, new UUID(0, 2)),
          "engine",
          "Engine",
          "",
          "",
          null,
          Set.of(),
          Set.of(),
          new Actor.Authentication("", Instant.EPOCH, "", "", "", ""));

  private final TestDatabase server = TestDatabase.fresh();
  private final Database database = server.application();
  private final Keys keys = new Keys(Clock.systemUTC());
  private final MessageSearch search = new MessageSearch(database, keys);
  private final Instant longAgo = keys.now().minus(Duration.ofDays(20));

  /** Keys in the order of time, as messages have them: where a partition is. */
  private final String key = keys.next(longAgo).toString().substring(0, 24);

  @Test
  void what_few_messages_have_leads_to_them() {
    Map<String, MessageQuery> queries = queries();
    Map<String, Long> read = new LinkedHashMap<>();
    Map<String, List<UUID>> found = new LinkedHashMap<>();
    server.inTransaction(
        () -> {
          for (int i = 0; i < UNTIL_KEPT; i++) {
            queries.values().forEach(this::ids);
          }
          fill();
          queries.forEach(
              (name, query) -> {
                long before = server.rowsRead();
                found.put(name, ids(query));
                read.put(name, server.rowsRead() - before);
              });
        });
    assertThat(found)
        .containsEntry("identifier", List.of(id(777)))
        .containsEntry("key as identifier", List.of(id(778)))
        .containsEntry("rare recipient", List.of(id(15_000), id(10_000), id(5_000)))
        .containsEntry("further page", List.of(id(5_000)))
        .containsEntry("oldest first", List.of(id(5_000), id(10_000), id(15_000)))
        .containsEntry("one of two recipients", List.of(id(15_000), id(10_000), id(5_000)))
        .containsEntry("rare sender", List.of(id(12_345)))
        .containsEntry("answers", List.of(id(100)))
        .containsEntry("changed lately", List.of(id(4_242)))
        .containsEntry("received lately", List.of(id(4_242)))
        .containsEntry("failed", List.of(id(987)))
        .containsEntry("stat", List.of(id(321)))
        .containsEntry("alert", List.of(id(654)))
        .containsEntry("sent lately", List.of())
        .containsEntry("encounter", List.of(id(111)))
        .containsEntry("encounter, and a medium that all have", List.of(id(111)))
        .containsEntry("recipient, sent lately", List.of())
        .containsEntry("told", List.of(id(222)))
        .containsEntry("told to a recipient", List.of(id(222)));
    // ranges of receipts are read whole, and here there is but one
    assertThat(read.remove("changed lately")).isLessThan(ROWS + FEW);
    assertThat(read.remove("received lately")).isLessThan(ROWS + FEW);
    assertThat(read.entrySet())
        .hasSize(found.size() - 2)
        .allSatisfy(e -> assertThat(e.getValue()).as(e.getKey()).isBetween(0L, FEW));
  }

  @Test
  void a_busy_recipient_has_all_his_messages_once() {
    server.inTransaction(
        () -> {
          fill();
          MessageQuery busy = recipients(List.of("Practitioner/busy"), false, null);
          assertThat(search.ids(MACHINE, Kind.MESSAGE, busy, 3))
              .containsExactly(id(20_000), id(19_999), id(19_998));
          assertThat(search.count(MACHINE, Kind.MESSAGE, busy)).isEqualTo(ROWS);
        });
  }

  @Test
  void what_changed_lately_is_what_was_sent_lately_and_older_ones() {
    server.inTransaction(
        () -> {
          fill();
          UUID sentNow = keys.next();
          database.update(
              """
              insert into message (id, organization_id, conversation_id, ordinal, author_party, author_identifier, author_name,
                author_profession, author_department, authentication_level, priority, sent_at, recorded_only, sealed, commitment)
              values (?, ?, ?, 1, 'Device/new', '', '', '', '', '', 'routine', now(), true, '', '')""",
              sentNow,
              ORGANIZATION,
              sentNow);
          Span lately = new Span(keys.now().minus(Duration.ofHours(1)), null);
          MessageQuery newest = changed(lately, false, null);
          assertThat(ids(newest)).containsExactly(sentNow, id(4_242));
          assertThat(search.ids(MACHINE, Kind.MESSAGE, newest, 1)).containsExactly(sentNow);
          assertThat(ids(changed(lately, false, sentNow))).containsExactly(id(4_242));
          assertThat(ids(changed(lately, true, null))).containsExactly(id(4_242), sentNow);
          assertThat(ids(changed(lately, true, id(4_242)))).containsExactly(sentNow);
          assertThat(changes(changed(lately, false, null), 21, null))
              .as("what nobody has, since it was put on record, changed when it was sent")
              .extracting(ChangeOrder.Place::id)
              .containsExactlyInAnyOrder(id(4_242), sentNow);
        });
  }

  @Test
  void what_few_messages_have_leads_to_them_in_the_order_of_changes() {
    Map<String, MessageQuery> queries = queries();
    queries.keySet().retainAll(Set.of("identifier", "rare recipient", "encounter"));
    Map<String, Long> read = new LinkedHashMap<>();
    server.inTransaction(
        () -> {
          for (int i = 0; i < UNTIL_KEPT; i++) {
            queries.values().forEach(query -> changes(query, 21, null));
          }
          fill();
          queries.forEach(
              (name, query) -> {
                long before = server.rowsRead();
                assertThat(changes(query, 21, null)).as(name).isNotEmpty();
                read.put(name, server.rowsRead() - before);
              });
        });
    assertThat(read).hasSize(3);
    assertThat(read.entrySet())
        .allSatisfy(e -> assertThat(e.getValue()).as(e.getKey()).isBetween(0L, FEW));
  }

  /** What changes between two pages comes anew, and nothing is left out before it. */
  @Test
  void a_page_of_changes_goes_on_where_the_last_one_ended() {
    server.inTransaction(
        () -> {
          fill();
          MessageQuery rare = recipients(List.of(RARE), false, null);
          List<ChangeOrder.Place> first = changes(rare, 2, null);
          assertThat(first)
              .extracting(ChangeOrder.Place::id)
              .containsExactly(id(5_000), id(10_000));
          database.update("update recipient_state set at = now() where message_id = ?", id(10_000));
          assertThat(changes(rare, 2, first.get(1)))
              .extracting(ChangeOrder.Place::id)
              .containsExactly(id(15_000), id(10_000));
        });
  }

  private List<ChangeOrder.Place> changes(
      MessageQuery query, int limit, ChangeOrder.@Nullable Place after) {
    return search.places(
        MACHINE, MessageConditions.Kind.MESSAGE, query, new ChangeOrder(true, after), limit);
  }

  private static MessageQuery changed(Span changed, boolean oldestFirst, @Nullable UUID after) {
    return MessageQuery.any().changed(changed).oldestFirst(oldestFirst).after(after).build();
  }

  private List<UUID> ids(MessageQuery query) {
    return search.ids(MACHINE, Kind.MESSAGE, query, 21);
  }

  private Map<String, MessageQuery> queries() {
    var now = keys.now();
    Map<String, MessageQuery> all = new LinkedHashMap<>();
    all.put("identifier", identifier(new Identifier("urn:app", "777")));
    all.put("key as identifier", identifier(new Identifier(null, "urn:uuid:" + id(778))));
    all.put("rare recipient", recipients(List.of(RARE), false, null));
    all.put("further page", recipients(List.of(RARE), false, id(10_000)));
    all.put("oldest first", recipients(List.of(RARE), true, null));
    all.put("one of two recipients", recipients(List.of(RARE, "Practitioner/none"), false, null));
    all.put("rare sender", query(List.of("Device/rare"), Span.ANY, Span.ANY, Links.ANY));
    all.put(
        "answers",
        query(
            List.of(),
            Span.ANY,
            Span.ANY,
            new Links(List.of(), List.of(id(99)), Map.of(), List.of(), List.of())));
    Span lately = new Span(now.minus(Duration.ofHours(1)), null);
    all.put("changed lately", query(List.of(), Span.ANY, lately, Links.ANY));
    all.put("sent lately", query(List.of(), lately, Span.ANY, Links.ANY));
    all.put("received lately", query(lately, Codes.ANY));
    all.put("failed", query(Span.ANY, new Codes(of("not-done"), Code.ANY, Code.ANY)));
    all.put("stat", query(Span.ANY, new Codes(Code.ANY, Code.ANY, of("stat"))));
    all.put("encounter", carried(Map.of("encounter", List.of("Encounter/rare"))));
    all.put(
        "encounter, and a medium that all have",
        carried(Map.of("encounter", List.of("Encounter/rare"), "medium", List.of("PHONE"))));
    Span told = new Span(TOLD.minusSeconds(1), TOLD.plusSeconds(1));
    all.put("recipient, sent lately", sent(List.of("Practitioner/busy"), lately));
    all.put("told", sent(List.of(), told));
    all.put("told to a recipient", sent(List.of("Practitioner/busy"), told));
    all.put("alert", query(Span.ANY, new Codes(Code.ANY, of("alert"), Code.ANY)));
    return all;
  }

  private static MessageQuery carried(Map<String, List<String>> carried) {
    return query(
        List.of(),
        Span.ANY,
        Span.ANY,
        new Links(List.of(), List.of(), carried, List.of(), List.of()));
  }

  private static MessageQuery sent(List<String> recipients, Span sent) {
    return MessageQuery.any().recipients(recipients).sent(sent).build();
  }

  private static MessageQuery identifier(Identifier identifier) {
    return MessageQuery.any().identifiers(List.of(identifier)).build();
  }

  private static MessageQuery recipients(
      List<String> recipients, boolean oldestFirst, @Nullable UUID after) {
    return MessageQuery.any().recipients(recipients).oldestFirst(oldestFirst).after(after).build();
  }

  private static MessageQuery query(List<String> senders, Span sent, Span changed, Links links) {
    return MessageQuery.any().senders(senders).sent(sent).changed(changed).links(links).build();
  }

  private static Code of(String code) {
    return new Code(List.of(code), List.of());
  }

  private static MessageQuery query(Span received, Codes codes) {
    return MessageQuery.any().received(received).codes(codes).build();
  }

  private UUID id(int number) {
    return UUID.fromString(key + "%012d".formatted(number));
  }

  /** All of long ago, in conversations of two; one was read a moment ago. */
  private void fill() {
    insert(
        "message (id, organization_id, conversation_id, ordinal, author_party, author_identifier, author_name,"
            + " author_profession, author_department, authentication_level, priority, sent_at, recorded_only, sealed,"
            + " commitment, in_response_to, category)",
        "%1$s, ?, ('"
            + key
            + "' || lpad(((n + 1) / 2)::text, 12, '0'))::uuid, 2 - n %% 2,"
            + " case n when 12345 then 'Device/rare' else 'Device/busy' end, '', '', '', '', '', case n when 321 then 'stat' else 'routine' end, '"
            + longAgo
            + "', n = 222, '', '', case n %% 2 when 0 then ('"
            + key
            + "' || lpad((n - 1)::text, 12, '0'))::uuid end, case n when 654 then 'alert' else 'notification' end");
    insert(
        "message_code (message_id, organization_id, parameter, value)",
        "%1$s, ?, case n when 111 then 'encounter' else 'medium' end, case n when 111 then 'Encounter/rare' else 'PHONE' end");
    database.update(
        "insert into message_code (organization_id, message_id, parameter, value) values (?, ?, 'medium', 'PHONE')",
        ORGANIZATION,
        id(111));
    database.update(
        "insert into message_told (organization_id, message_id, sent_at) values (?, ?, ?)",
        ORGANIZATION,
        id(222),
        TOLD);
    insert("message_identifier", "?, 'Device/busy', 'urn:app', n::text, %1$s");
    insert("addressee", "%1$s, ?, 'Practitioner/busy', '', '', 0");
    insert(
        "recipient_state",
        "%1$s, ?, %1$s, case when n in (5000, 10000, 15000) then '"
            + RARE
            + "' else 'Practitioner/busy' end, '', null, false, case n when 987 then 'failed' else 'read' end, 40, '', 1,"
            + " case n when 4242 then now() else '"
            + longAgo
            + "' end");
    insert(
        "receipt (organization_id, conversation_id, message_id, target, state, detail, device, at)",
        "?, %1$s, %1$s, 'Practitioner/busy', 'read', '', '', case n when 4242 then now() else '"
            + longAgo
            + "' end");
  }

  private void insert(String table, String values) {
    String id = "('" + key + "' || lpad(n::text, 12, '0'))::uuid";
    database.update(
        "insert into "
            + table
            + " select "
            + values.formatted(id)
            + " from generate_series(1, ?) n",
        ORGANIZATION,
        ROWS);
  }
}
