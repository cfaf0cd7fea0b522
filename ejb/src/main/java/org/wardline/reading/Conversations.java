package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessDecision;
import org.wardline.access.AccessPolicy;
import org.wardline.access.EmergencyAccess;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.Conversation;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.MessageContent;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.receipt.Receipts;
import org.wardline.store.Database;

/** The inbox of a person, and a conversation with all that is known of its messages. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Conversations {
  /** Most rows in an inbox. */
  public static final int INBOX = 200;

  private static final Set<String> SHOWN =
      Set.of(
          ReceiptState.READ.code(),
          ReceiptState.ACKNOWLEDGED.code(),
          ReceiptState.WITHDRAWN.code());

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private EmergencyAccess emergencies;
  @Inject private Mailbox mailbox;
  @Inject private SealedMessages messages;
  @Inject private Patients patients;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private OpenAlerts openAlerts;
  @Inject private Database database;

  /**
   * A row of the inbox.
   *
   * @param patient null for a conversation without patient
   * @param lastAuthor who wrote last
   * @param lastPriority of the newest message
   * @param unread how many messages he has not read
   * @param urgentUnread true when one of those is more than routine
   * @param firstLine of the newest message; null until he has read it
   * @param pending messages that his page has not yet confirmed
   * @param failed destinations that gave up on a message
   * @param toAcknowledge alerts that he has not acknowledged
   */
  public record InboxRow(
      UUID conversationId,
      @Nullable PatientSummary patient,
      String topic,
      String lastAuthor,
      Priority lastPriority,
      Instant lastAt,
      int unread,
      boolean urgentUnread,
      @Nullable String firstLine,
      List<UUID> pending,
      int failed,
      int toAcknowledge) {}

  /**
   * A conversation as somebody who takes part sees it.
   *
   * @param emergencyUntil he takes no part: until when he may look into it; else null
   * @param closesAt from then on it takes no messages; null while its patient is here
   */
  public record OpenConversation(
      UUID id,
      @Nullable PatientSummary patient,
      String topic,
      Instant startedAt,
      List<Member> members,
      List<OpenMessage> messages,
      @Nullable Instant emergencyUntil,
      @Nullable Instant closesAt) {}

  /** That there is a conversation about a patient, without what is in it. */
  public record Heading(
      UUID id, String topic, Instant startedAt, Instant changedAt, int messages) {}

  /** Somebody who takes part. */
  public record Member(
      String party, String name, String profession, String department, @Nullable String viaRole) {}

  /**
   * A message and its receipts.
   *
   * @param alert true for one that holds: its recipients are asked to acknowledge it
   */
  public record OpenMessage(Opened opened, List<Receipts.State> states, boolean alert) {}

  /** What is in somebody's inbox: what is open and urgent first, then unread, then recent. */
  public List<InboxRow> inbox(Actor actor) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return rows(actor, null);
  }

  /** What of it is about that patient, in the same order. */
  public List<InboxRow> inboxAbout(Actor actor, UUID patient) {
    gate.pass(policy.decideSearchMessages(actor), actor, new Entity.Patient(patient));
    return rows(actor, patient);
  }

  private List<InboxRow> rows(Actor actor, @Nullable UUID about) {
    String me = actor.party().toString();
    var values = new ArrayList<Object>(List.of(actor.organizationId(), me));
    if (about != null) {
      values.add(about);
    }
    values.add(INBOX);
    List<Draft> drafts =
        database.list(
            """
            select c.id, c.patient_id, c.topic, m.id as message_id, m.author_party, m.author_name, m.agent_name, m.priority, m.sent_at,
              coalesce(s.state, '') as last_state, u.unread, u.urgent, u.pending,
              (select count(*) from recipient_state f where f.conversation_id = c.id and f.state in ('failed', 'retraction_failed')) as failed, w.alerts
            from participant p
            join conversation c on c.id = p.conversation_id
            join lateral (select * from message m where m.conversation_id = c.id order by m.ordinal desc limit 1) m on true
            left join recipient_state s on s.message_id = m.id and s.target = p.party
            join lateral (
              select count(*) as unread, coalesce(bool_or(um.priority <> 'routine'), false) as urgent,
                array_agg(rs.message_id::text) filter (where rs.rank < 30) as pending
              from recipient_state rs join message um on um.id = rs.message_id
              where rs.conversation_id = c.id and rs.target = p.party and rs.rank < 40 and rs.state <> 'withdrawn') u on true
            join lateral (
              select count(*) as alerts from recipient_state a join message am on am.id = a.message_id
              where a.conversation_id = c.id and a.target = p.party and a.rank < 50 and a.state not in ('withdrawn', 'escalated')
                and %s) w on true
            where p.organization_id = ? and p.party = ?%s
            order by w.alerts > 0 desc, (u.unread > 0 and u.urgent) desc, (u.unread > 0) desc, c.changed_at desc limit ?"""
                .formatted(OpenAlerts.HOLDS, about == null ? "" : " and c.patient_id = ?"),
            Conversations::draft,
            values.toArray());
    Map<UUID, String> lines = firstLines(actor, drafts, me);
    Map<UUID, PatientSummary> named =
        patients.byIds(
            actor.organizationId(),
            drafts.stream()
                .map(Draft::patient)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
    return drafts.stream().map(d -> row(d, named, lines)).toList();
  }

  /**
   * Opens a conversation. That he did so is on record.
   *
   * @return empty when there is no such conversation
   * @throws org.wardline.access.AccessDeniedException when he does not take part
   */
  public Optional<OpenConversation> open(Actor actor, UUID id) {
    Optional<Conversation> found = mailbox.find(actor.organizationId(), id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Conversation conversation = found.get();
    var about = new Entity.Data("Communication/" + id, List.of());
    boolean member = mailbox.takesPart(id, actor.party());
    Optional<EmergencyAccess.Opened> emergency =
        member || !(policy.decideEmergency(actor) instanceof AccessDecision.Permit)
            ? Optional.empty()
            : emergencies.current(actor.party().id(), conversation.patientId());
    gate.pass(policy.decideRead(actor, member || emergency.isPresent()), actor, about);
    emergency.ifPresent(opened -> emergencies.used(opened.id()));
    AuditAct act = emergency.isPresent() ? AuditAct.EMERGENCY_READ : AuditAct.CONVERSATION_OPENED;
    PatientSummary patient = patient(actor, conversation.patientId());
    if (patient == null) {
      audit.record(actor, act, about);
    } else {
      audit.record(actor, act, about, new Entity.Patient(patient.id()));
    }
    return Optional.of(
        new OpenConversation(
            id,
            patient,
            conversation.topic(),
            conversation.createdAt(),
            members(id),
            messages(actor, id),
            emergency.map(EmergencyAccess.Opened::until).orElse(null),
            conversation.closesAt()));
  }

  /**
   * Which conversations there are about a patient, the last changed first.
   *
   * @throws org.wardline.access.AccessDeniedException without emergency access to him
   */
  public List<Heading> ofPatient(Actor actor, UUID patient) {
    boolean opened =
        !actor.machine() && emergencies.current(actor.party().id(), patient).isPresent();
    gate.pass(policy.decideEmergencyList(actor, opened), actor, new Entity.Patient(patient));
    audit.recordSearch(actor, "conversations?patient=" + patient, List.of(patient));
    return database.list(
        """
        select c.id, c.topic, c.created_at, c.changed_at,
          (select count(*) from message m where m.conversation_id = c.id) as messages
        from conversation c where c.organization_id = ? and c.patient_id = ? order by c.changed_at desc limit ?""",
        row ->
            new Heading(
                row.uuid("id"),
                row.text("topic"),
                row.instant("created_at"),
                row.instant("changed_at"),
                row.integer("messages")),
        actor.organizationId(),
        patient,
        INBOX);
  }

  private List<OpenMessage> messages(Actor actor, UUID id) {
    Map<UUID, List<Receipts.State>> states = new HashMap<>();
    for (Receipts.State state : receipts.ofConversation(actor.organizationId(), id)) {
      states.computeIfAbsent(state.messageId(), k -> new ArrayList<>()).add(state);
    }
    Set<UUID> alerts = openAlerts.of(actor.organizationId(), id);
    return messages.openAll(actor.organizationId(), id).stream()
        .map(
            o ->
                new OpenMessage(
                    o,
                    states.getOrDefault(o.header().messageId(), List.of()),
                    alerts.contains(o.header().messageId())))
        .toList();
  }

  private List<Member> members(UUID conversation) {
    return database.list(
        """
        select p.party, p.via_role, coalesce(w.name, (select m.author_name from message m where m.conversation_id = p.conversation_id and m.author_party = p.party
            order by m.ordinal desc limit 1), d.name, p.party) as name, coalesce(w.profession, 'system') as profession,
          coalesce(w.department, '') as department
        from participant p
        left join practitioner w on p.party = 'Practitioner/' || w.id
        left join device d on p.party = 'Device/' || d.id
        where p.conversation_id = ? order by p.joined_at, p.party""",
        row ->
            new Member(
                row.text("party"),
                row.text("name"),
                row.text("profession"),
                row.text("department"),
                row.textOrNull("via_role")),
        conversation);
  }

  private @Nullable PatientSummary patient(Actor actor, @Nullable UUID id) {
    return id == null ? null : patients.byId(actor.organizationId(), id).orElse(null);
  }

  /**
   * First lines of the newest messages that he wrote or has read; of an unread one it would be
   * reading without a receipt.
   */
  private Map<UUID, String> firstLines(Actor actor, List<Draft> drafts, String me) {
    List<UUID> known =
        drafts.stream()
            .filter(d -> d.authorParty().equals(me) || SHOWN.contains(d.lastState()))
            .map(Draft::messageId)
            .toList();
    Map<UUID, String> lines = new HashMap<>();
    for (Opened opened :
        known.isEmpty() ? List.<Opened>of() : messages.openThese(actor.organizationId(), known)) {
      String text =
          opened
              .shown()
              .map(MessageContent::text)
              .orElse(opened.whole() ? "Taken back" : "Changed where it is kept: not shown")
              .strip();
      lines.put(opened.header().messageId(), text.lines().findFirst().orElse(""));
    }
    return lines;
  }

  private static InboxRow row(Draft d, Map<UUID, PatientSummary> named, Map<UUID, String> lines) {
    return new InboxRow(
        d.conversation(),
        d.patient() == null ? null : named.get(d.patient()),
        d.topic(),
        d.author(),
        Priority.fromCode(d.priority()),
        d.at(),
        d.unread(),
        d.urgent(),
        lines.get(d.messageId()),
        d.pending(),
        d.failed(),
        d.alerts());
  }

  private record Draft(
      UUID conversation,
      @Nullable UUID patient,
      String topic,
      UUID messageId,
      String authorParty,
      String author,
      String priority,
      Instant at,
      String lastState,
      int unread,
      boolean urgent,
      List<UUID> pending,
      int failed,
      int alerts) {}

  private static Draft draft(Database.Row row) throws java.sql.SQLException {
    String agent = row.textOrNull("agent_name");
    List<UUID> pending =
        row.textOrNull("pending") == null
            ? List.of()
            : row.texts("pending").stream().map(UUID::fromString).toList();
    return new Draft(
        row.uuid("id"),
        row.uuidOrNull("patient_id"),
        row.text("topic"),
        row.uuid("message_id"),
        row.text("author_party"),
        agent == null ? row.text("author_name") : agent + " for " + row.text("author_name"),
        row.text("priority"),
        row.instant("sent_at"),
        row.text("last_state"),
        row.integer("unread"),
        row.flag("urgent"),
        pending,
        row.integer("failed"),
        row.integer("alerts"));
  }
}
