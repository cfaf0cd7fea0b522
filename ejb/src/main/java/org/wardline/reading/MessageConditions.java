package org.wardline.reading;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Collectors;
import org.wardline.message.Actor;
import org.wardline.message.Category;
import org.wardline.message.Identifiers;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Identifier;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.store.Conditions;

/** What a message is asked for, in the words of the database: exactly, of the message {@code m}. */
final class MessageConditions {
  private static final String ROLE = "PractitionerRole/";
  private static final String URN = "urn:uuid:";

  /** {@link Communications#status} as the database works it out. */
  private static final String STATUS =
      """
      (case
        when t.message_id is not null then case when t.filed or exists (select 1 from receipt r where r.message_id = m.id and r.state = 'filed') or exists (select 1 from recipient_state s
          where s.message_id = m.id and not s.is_destination and s.rank >= 40 and s.state <> 'failed') then 'entered-in-error' else 'stopped' end
        when m.recorded_only then 'completed'
        when exists (select 1 from recipient_state s where s.message_id = m.id and s.rank < 30) then 'in-progress'
        when exists (select 1 from recipient_state s where s.message_id = m.id and s.state <> 'failed')
          or not exists (select 1 from recipient_state s where s.message_id = m.id) then 'completed'
        else 'not-done' end)""";

  /** States that few recipients have: they have an index of their own, by these very words. */
  static final Set<ReceiptState> UNUSUAL =
      EnumSet.of(
          ReceiptState.DECLINED,
          ReceiptState.ESCALATED,
          ReceiptState.FAILED,
          ReceiptState.RETRACTION_FAILED,
          ReceiptState.WITHDRAWN);

  static final String IS_UNUSUAL =
      UNUSUAL.stream()
          .map(state -> "'" + state.code() + "'")
          .sorted()
          .collect(Collectors.joining(", ", "s.state in (", ")"));

  private static final String ONE_PERSON =
      "(select count(*) from recipient_state s where s.message_id = m.id and not s.is_destination) = 1";

  static final String RECEIVED =
      """
      (select min(r.at) from receipt r where r.message_id = m.id and r.state in ('delivered', 'read')
        and r.target not like 'destination:%')""";

  static final String ALERT =
      "exists (select 1 from chart_record c where c.organization_id = m.organization_id and c.id = m.id and c.type = 'CommunicationRequest')";

  /** Nothing more is awaited of whoever stands so. */
  static final Set<ReceiptState> SETTLED =
      Set.of(
          ReceiptState.ACKNOWLEDGED,
          ReceiptState.DECLINED,
          ReceiptState.ESCALATED,
          ReceiptState.WITHDRAWN);

  private static final String OF_ALERT =
      "(select c.%s from chart_record c where c.organization_id = m.organization_id and c.id = m.id and c.type = 'CommunicationRequest')";

  /** {@link AlertRequests.Standing} as the database works it out, in the words of FHIR. */
  private static final String ALERT_STATUS =
      """
      (case
        when t.message_id is not null then 'entered-in-error'
        when %1$s <> 'active' then %1$s
        when exists (select 1 from recipient_state s where s.message_id = m.id and not s.is_destination and s.state = 'acknowledged')
          and not exists (select 1 from recipient_state s where s.message_id = m.id and not s.is_destination and s.state not in (%2$s)) then 'completed'
        else 'active' end)"""
          .formatted(
              OF_ALERT.formatted("status"),
              SETTLED.stream().map(s -> "'" + s.code() + "'").collect(Collectors.joining(", ")));

  static final String CHANGED =
      """
      greatest(m.sent_at, t.at, (select max(s.at) from recipient_state s where s.message_id = m.id))""";

  /** What a message is looked at as. */
  enum Kind {
    MESSAGE(STATUS, "m.category", CHANGED, "true"),
    ALERT(
        ALERT_STATUS,
        OF_ALERT.formatted("code"),
        "greatest(" + OF_ALERT.formatted("updated_at") + ", " + CHANGED + ")",
        MessageConditions.ALERT);

    private final String status;
    private final String category;
    private final String changed;
    private final String condition;

    Kind(String status, String category, String changed, String condition) {
      this.status = status;
      this.category = category;
      this.changed = changed;
      this.condition = condition;
    }
  }

  /** What a message may lack, by the name of FHIR. */
  private static final Map<String, String> MEMBERS =
      Map.of(
          "subject",
          "m.patient_id is not null",
          "patient",
          "m.patient_id is not null",
          "in-response-to",
          "m.in_response_to is not null",
          "based-on",
          ALERT,
          "part-of",
          "true",
          "received",
          ONE_PERSON + " and " + RECEIVED + " is not null",
          "recipient",
          "exists (select 1 from addressee a where a.message_id = m.id)",
          "topic",
          "exists (select 1 from conversation c where c.id = m.conversation_id and c.topic <> '')");

  /** A topic begins like one of these patterns, whatever the case. */
  static final String BEGINS = "lower(c.topic) like any(select lower(b) from unnest(?::text[]) b)";

  private MessageConditions() {}

  /** Only those that fit. */
  static void restrict(Conditions all, Actor actor, Kind kind, MessageQuery query) {
    all.and(kind.condition);
    if (!actor.machine()) {
      all.and(
          "exists (select 1 from participant p where p.conversation_id = m.conversation_id and p.party = ?)",
          actor.party().toString());
    }
    all.andAny("m.id = any(?)", query.ids().toArray(UUID[]::new))
        .andAny(
            "exists (select 1 from conversation c where c.id = m.conversation_id and c.patient_id = any(?))",
            query.patients().toArray(UUID[]::new))
        .andAny(
            "(exists (select 1 from addressee a where a.message_id = m.id and a.party = any(?))"
                + " or exists (select 1 from recipient_state s where s.message_id = m.id and s.target = any(?)))",
            query.recipients().toArray(String[]::new));
    senders(all, "m", query.senders());
    query.sent().restrictSent(all, "m.id", "m.sent_at");
    query.changed().restrict(all, kind.changed);
    received(all, query.received());
    codes(all, kind, query);
    links(all, query.links());
    all.andAny(
        "exists (select 1 from conversation c where c.id = m.conversation_id and " + BEGINS + ")",
        beginnings(query.topics()));
    if (!query.identifiers().isEmpty()) {
      Conditions named = named(actor.organizationId(), query.identifiers());
      all.and("m.id in (" + named.sql(")"), named.values());
    }
  }

  /** Patterns of texts that begin so. */
  static String[] beginnings(List<String> texts) {
    return texts.stream()
        .map(text -> text.replaceAll("[\\\\%_]", "\\\\$0") + "%")
        .toArray(String[]::new);
  }

  /**
   * Only of these authors. One by his standing has no index, so it is asked only where one is
   * meant.
   *
   * @param message what the message is called in the statement
   */
  static void senders(Conditions all, String message, List<String> senders) {
    boolean standing = senders.stream().anyMatch(sender -> sender.startsWith(ROLE));
    all.andAny(
        standing
            ? "(%1$s.author_party = any(?) or 'PractitionerRole/' || %1$s.author_role_id = any(?))"
                .formatted(message)
            : message + ".author_party = any(?)",
        senders.toArray(String[]::new));
  }

  /** What is not usual has an index of its own. */
  private static void unusual(Conditions all, String column, Code code, String usual) {
    if (!code.any().isEmpty() && !code.any().contains(usual)) {
      all.and(column + " <> '" + usual + "'");
    }
  }

  private static void received(Conditions all, Span received) {
    if (!received.any()) {
      all.and(ONE_PERSON);
      received.restrict(all, RECEIVED);
    }
  }

  private static void codes(Conditions all, Kind kind, MessageQuery query) {
    code(all, kind.status, query.codes().status());
    code(all, kind.category, query.codes().category());
    code(all, "m.priority", query.codes().priority());
    unusual(all, "m.priority", query.codes().priority(), Priority.ROUTINE.code());
    if (kind == Kind.MESSAGE) {
      unusual(all, "m.category", query.codes().category(), Category.NOTIFICATION.code());
    }
  }

  private static void code(Conditions all, String column, Code code) {
    all.andAny(column + " = any(?)", code.any().toArray(String[]::new))
        .andAny(column + " <> all(?)", code.none().toArray(String[]::new));
  }

  private static void links(Conditions all, MessageQuery.Links links) {
    all.andAny("m.conversation_id = any(?)", links.partOf().toArray(UUID[]::new))
        .andAny( // an answer stands where its message does, which has an index
            "m.conversation_id in (select b.conversation_id from message b where b.id = any(?)) and m.in_response_to = any(?)",
            links.inResponseTo().toArray(UUID[]::new))
        .andAny("m.id = any(?) and " + ALERT, links.basedOn().toArray(UUID[]::new));
    links
        .missing()
        .forEach(member -> all.and("not (" + MEMBERS.getOrDefault(member, "false") + ")"));
    links.present().forEach(member -> all.and(MEMBERS.getOrDefault(member, "false")));
  }

  /** Keys of messages that have one of these; ours is the key itself, as {@code urn:uuid:…}. */
  static Conditions named(UUID organization, List<Identifier> wanted) {
    var any = new StringJoiner(" or ", " and (", ")");
    var values = new ArrayList<>();
    var ours = new ArrayList<UUID>();
    for (Identifier each : wanted) {
      any.add(each.system() == null ? "i.value = ?" : "i.value = ? and i.system = ?");
      values.add(each.value());
      if (each.system() != null) {
        values.add(each.system());
      }
      own(each.value()).ifPresent(ours::add);
    }
    return new Conditions(
            "select i.message_id from message_identifier i where i.organization_id = ?",
            organization)
        .then(any.toString(), values.toArray())
        .then(" union all select unnest(?::uuid[])", (Object) ours.toArray(UUID[]::new));
  }

  private static Optional<UUID> own(String value) {
    try {
      return value.startsWith(URN)
          ? Optional.of(Identifiers.parse(value.substring(URN.length())))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
