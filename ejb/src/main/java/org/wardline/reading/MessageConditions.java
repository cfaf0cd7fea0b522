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
  private static final String BASED_ON = "based-on";
  private static final String REQUEST = "CommunicationRequest/";

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

  private static final String CARRIED =
      "(t.message_id is null and exists (select 1 from message_code k where k.organization_id = m.organization_id and k.message_id = m.id and k.parameter = '%s'))";

  /** When a message that is put on record was sent; null when nobody said so. */
  private static final String TOLD =
      "(select d.sent_at from message_told d where d.message_id = m.id)";

  static final String CHANGED =
      """
      greatest(m.sent_at, t.at, (select max(s.at) from recipient_state s where s.message_id = m.id))""";

  /** What a message is looked at as. */
  enum Kind {
    MESSAGE(STATUS, "m.category", CHANGED, "true"),
    /** Messages on record of which it is told when they were sent: a search by that means this. */
    TOLD(
        STATUS,
        "m.category",
        CHANGED,
        "t.message_id is null and m.id in (select d.message_id from message_told d)"),
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

    /** When it last changed, as the database works it out. */
    String changed() {
      return changed;
    }
  }

  /** What a message may lack, by the name of FHIR. */
  private static final Map<String, String> MEMBERS =
      Map.ofEntries(
          Map.entry("subject", "m.patient_id is not null"),
          Map.entry("patient", "m.patient_id is not null"),
          Map.entry("in-response-to", "m.in_response_to is not null"),
          Map.entry(BASED_ON, "(" + ALERT + " or " + CARRIED.formatted(BASED_ON) + ")"),
          Map.entry("part-of", "true"),
          Map.entry("received", ONE_PERSON + " and " + RECEIVED + " is not null"),
          Map.entry("recipient", "exists (select 1 from addressee a where a.message_id = m.id)"),
          Map.entry(
              "topic",
              "exists (select 1 from conversation c where c.id = m.conversation_id and c.topic <> '')"),
          Map.entry("encounter", CARRIED.formatted("encounter")),
          Map.entry("medium", CARRIED.formatted("medium")),
          Map.entry("instantiates-canonical", CARRIED.formatted("instantiates-canonical")),
          Map.entry("instantiates-uri", CARRIED.formatted("instantiates-uri")));

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
            query.patients().toArray(UUID[]::new));
    recipients(all, query.recipients());
    query.together().forEach(recipients -> recipients(all, recipients));
    senders(all, "m", query.senders());
    sent(all, kind, query.sent());
    query.changed().restrict(all, kind.changed);
    received(all, query.received());
    codes(all, actor.organizationId(), kind, query);
    links(all, query.links());
    query
        .links()
        .carried()
        .forEach((name, values) -> carried(all, actor.organizationId(), name, values, query));
    all.andAny(
        "exists (select 1 from conversation c where c.id = m.conversation_id and " + BEGINS + ")",
        beginnings(query.topics()));
    if (!query.identifiers().isEmpty()) {
      Conditions named = named(actor.organizationId(), query.identifiers());
      all.and("m.id in (" + named.sql(")"), named.values());
    }
  }

  /** Who is written to by name, or has a receipt. */
  private static void recipients(Conditions all, List<String> recipients) {
    all.andAny(
        "(exists (select 1 from addressee a where a.message_id = m.id and a.party = any(?))"
            + " or exists (select 1 from recipient_state s where s.message_id = m.id and s.target = any(?)))",
        recipients.toArray(String[]::new));
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

  /** Those that are put on record, by when they were sent; all others by when we took them. */
  private static void sent(Conditions all, Kind kind, Span sent) {
    if (kind == Kind.TOLD) {
      sent.restrict(all, TOLD);
    } else if (kind == Kind.MESSAGE && !sent.any()) {
      sent.restrictSent(all, "m.id", "m.sent_at");
      all.and("not (m.recorded_only and t.message_id is null and " + TOLD + " is not null)");
    } else {
      sent.restrictSent(all, "m.id", "m.sent_at");
    }
  }

  private static void codes(Conditions all, UUID organization, Kind kind, MessageQuery query) {
    code(all, kind.status, query.codes().status());
    code(all, "m.priority", query.codes().priority());
    unusual(all, "m.priority", query.codes().priority(), Priority.ROUTINE.code());
    List<String> others = query.links().carried().get(MessageQuery.CATEGORY);
    Code category = query.codes().category();
    if (others == null || category.any().isEmpty()) {
      code(all, kind.category, category);
      if (kind != Kind.ALERT) {
        unusual(all, "m.category", category, Category.NOTIFICATION.code());
      }
    } else {
      Conditions carrying = carrying(organization, MessageQuery.CATEGORY, others);
      all.then(" and (m.category = any(?)", (Object) category.any().toArray(String[]::new))
          .then(" or t.message_id is null and m.id in (" + carrying.sql("))"), carrying.values());
    }
  }

  private static void code(Conditions all, String column, Code code) {
    all.andAny(column + " = any(?)", code.any().toArray(String[]::new))
        .andAny(column + " <> all(?)", code.none().toArray(String[]::new));
  }

  /** Nothing is told any more of what the client of a message said that was taken back. */
  private static void carried(
      Conditions all, UUID organization, String name, List<String> values, MessageQuery query) {
    if (name.endsWith(MessageQuery.NOT)) {
      String parameter = name.substring(0, name.length() - MessageQuery.NOT.length());
      Conditions carrying = carrying(organization, parameter, values);
      all.and("(t.message_id is not null or m.id not in (" + carrying.sql("))"), carrying.values());
    } else if (!name.equals(MessageQuery.CATEGORY) || query.codes().category().any().isEmpty()) {
      Conditions carrying = carrying(organization, name, values);
      all.and("m.id in (" + carrying.sql(")"), carrying.values());
      all.and(
          name.equals(BASED_ON)
              ? "(t.message_id is null or " + ALERT + ")"
              : "t.message_id is null");
    }
  }

  private static void links(Conditions all, MessageQuery.Links links) {
    all.andAny("m.conversation_id = any(?)", links.partOf().toArray(UUID[]::new))
        .andAny( // an answer stands where its message does, which has an index
            "m.conversation_id in (select b.conversation_id from message b where b.id = any(?)) and m.in_response_to = any(?)",
            links.inResponseTo().toArray(UUID[]::new));
    links
        .missing()
        .forEach(member -> all.and("not (" + MEMBERS.getOrDefault(member, "false") + ")"));
    links.present().forEach(member -> all.and(MEMBERS.getOrDefault(member, "false")));
  }

  /**
   * Keys of messages of which their client said one of these.
   *
   * @param parameter of FHIR; what is based on an alert is its own message, too
   */
  static Conditions carrying(UUID organization, String parameter, List<String> values) {
    var carrying =
        new Conditions(
            "select k.message_id from message_code k where k.organization_id = ? and k.parameter = ? and k.value = any(?)",
            organization,
            parameter,
            values.toArray(String[]::new));
    if (parameter.equals(BASED_ON)) {
      carrying.then(
          " union all select c.id from chart_record c where c.organization_id = ? and c.type = 'CommunicationRequest' and c.id = any(?)",
          organization,
          values.stream().flatMap(value -> alert(value).stream()).toArray(UUID[]::new));
    }
    return carrying;
  }

  private static Optional<UUID> alert(String reference) {
    return reference.startsWith(REQUEST)
        ? key(reference.substring(REQUEST.length()))
        : Optional.empty();
  }

  private static Optional<UUID> key(String text) {
    try {
      return Optional.of(Identifiers.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
    return value.startsWith(URN) ? key(value.substring(URN.length())) : Optional.empty();
  }
}
