package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Author;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.MessageHeader;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;
import org.wardline.receipt.Receipts;
import org.wardline.store.Database;

/**
 * Messages one by one, for programs: by id and by search. A person finds only those of his own
 * conversations.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Communications {
  private static final int ENDED = ReceiptState.DELIVERED.rank();

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Mailbox mailbox;
  @Inject private SealedMessages messages;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private Database database;

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param ids any of these
   * @param patients any of these rows of the index
   * @param recipients any of these references
   * @param senders any of these references
   * @param from sent at or after
   * @param until sent before
   * @param identifier value of an identifier of ours or the client's
   * @param identifierSystem its system; null for any
   * @param partOf messages of this conversation
   * @param before only messages before this one: the next page
   */
  public record Query(
      List<UUID> ids,
      List<UUID> patients,
      List<String> recipients,
      List<String> senders,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String identifier,
      @Nullable String identifierSystem,
      @Nullable UUID partOf,
      @Nullable UUID before) {}

  /**
   * One message; empty when there is none of that id.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it
   */
  public Optional<CommunicationView> byId(Actor actor, UUID id) {
    Optional<Opened> opened = messages.open(actor.organizationId(), id);
    if (opened.isEmpty()) {
      gate.pass(policy.decideSearchMessages(actor), actor);
      return Optional.empty();
    }
    MessageHeader header = opened.get().message().header();
    var about = new Entity.Data("Communication/" + id, List.of());
    boolean member = mailbox.takesPart(header.conversationId(), actor.party());
    gate.pass(policy.decideRead(actor, member), actor, about);
    PatientSnapshot patient = header.patient();
    if (patient == null) {
      audit.record(actor, AuditAct.RESOURCE_READ, about);
    } else {
      audit.record(actor, AuditAct.RESOURCE_READ, about, new Entity.Patient(patient.patientId()));
    }
    return Optional.of(views(actor, opened.stream().toList()).get(0));
  }

  /**
   * The message that this actor just submitted; part of that act, so neither asked for again nor
   * recorded.
   */
  public Optional<CommunicationView> ownAfterSubmit(Actor actor, UUID id) {
    List<Opened> opened =
        messages.open(actor.organizationId(), id).stream()
            .filter(o -> wroteIt(actor, o.message().header().author()))
            .toList();
    return views(actor, opened).stream().findFirst();
  }

  private static boolean wroteIt(Actor actor, Author author) {
    Author.Agent agent = author.onBehalf();
    return (agent == null ? author.party() : agent.party()).equals(actor.party());
  }

  /**
   * A page, newest first.
   *
   * @param request as it was asked, for the record
   */
  public List<CommunicationView> find(Actor actor, Query query, int limit, String request) {
    gate.pass(policy.decideSearchMessages(actor), actor, new Entity.Query(request));
    List<UUID> ids = ids(actor, query, limit);
    List<Opened> found =
        ids.isEmpty() ? List.of() : messages.openThese(actor.organizationId(), ids);
    audit.recordSearch(
        actor,
        request,
        found.stream()
            .map(o -> o.message().header().patient())
            .filter(Objects::nonNull)
            .map(PatientSnapshot::patientId)
            .toList());
    return views(actor, found);
  }

  private List<UUID> ids(Actor actor, Query query, int limit) {
    var sql = new StringBuilder("select m.id from message m where m.organization_id = ?");
    var values = new ArrayList<@Nullable Object>();
    values.add(actor.organizationId());
    if (!actor.machine()) {
      sql.append(
          " and exists (select 1 from participant p where p.conversation_id = m.conversation_id and p.party = ?)");
      values.add(actor.party().toString());
    }
    any(sql, values, " and m.id = any(?)", query.ids().toArray(UUID[]::new));
    any(
        sql,
        values,
        " and exists (select 1 from conversation c where c.id = m.conversation_id and c.patient_id = any(?))",
        query.patients().toArray(UUID[]::new));
    any(
        sql,
        values,
        " and (m.author_party = any(?) or 'PractitionerRole/' || m.author_role_id = any(?))",
        query.senders().toArray(String[]::new),
        2);
    any(
        sql,
        values,
        " and (exists (select 1 from addressee a where a.message_id = m.id and a.party = any(?))"
            + " or exists (select 1 from recipient_state s where s.message_id = m.id and s.target = any(?)))",
        query.recipients().toArray(String[]::new),
        2);
    one(sql, values, " and m.sent_at >= ?", query.from());
    one(sql, values, " and m.sent_at < ?", query.until());
    one(sql, values, " and m.conversation_id = ?", query.partOf());
    one(sql, values, " and m.id < ?", query.before());
    identifier(sql, values, query);
    sql.append(" order by m.id desc limit ").append(limit);
    return database.list(sql.toString(), row -> row.uuid("id"), values.toArray());
  }

  private static void identifier(StringBuilder sql, List<@Nullable Object> values, Query query) {
    if (query.identifier() == null) {
      return;
    }
    sql.append(
        " and (exists (select 1 from message_identifier i where i.message_id = m.id and i.value = ?");
    values.add(query.identifier());
    if (query.identifierSystem() != null) {
      sql.append(" and i.system = ?");
      values.add(query.identifierSystem());
    }
    sql.append(") or 'urn:uuid:' || m.id = ?)");
    values.add(query.identifier());
  }

  private static void any(
      StringBuilder sql, List<@Nullable Object> values, String condition, Object[] wanted) {
    any(sql, values, condition, wanted, 1);
  }

  private static void any(
      StringBuilder sql,
      List<@Nullable Object> values,
      String condition,
      Object[] wanted,
      int times) {
    if (wanted.length > 0) {
      sql.append(condition);
      for (int i = 0; i < times; i++) {
        values.add(wanted);
      }
    }
  }

  private static void one(
      StringBuilder sql, List<@Nullable Object> values, String condition, @Nullable Object wanted) {
    if (wanted != null) {
      sql.append(condition);
      values.add(wanted);
    }
  }

  private List<CommunicationView> views(Actor actor, List<Opened> found) {
    List<UUID> ids = found.stream().map(o -> o.message().header().messageId()).toList();
    Map<UUID, List<Receipts.State>> states = new HashMap<>();
    receipts
        .ofMessages(actor.organizationId(), ids)
        .forEach(s -> states.computeIfAbsent(s.messageId(), k -> new ArrayList<>()).add(s));
    Map<UUID, List<BusinessIdentifier>> identifiers = identifiers(actor, ids);
    Map<UUID, List<Recipient>> addressees = messages.addressees(actor.organizationId(), ids);
    return found.stream()
        .map(
            o -> {
              UUID id = o.message().header().messageId();
              return view(
                  o,
                  addressees.getOrDefault(id, List.of()),
                  states.getOrDefault(id, List.of()),
                  identifiers.getOrDefault(id, List.of()));
            })
        .toList();
  }

  private static CommunicationView view(
      Opened opened,
      List<Recipient> addressees,
      List<Receipts.State> states,
      List<BusinessIdentifier> identifiers) {
    MessageHeader header = opened.message().header();
    var recipients =
        addressees.stream().map(a -> new CommunicationView.Recipient(a.party(), a.name())).toList();
    List<Receipts.State> people = states.stream().filter(s -> !s.destination()).toList();
    Instant received =
        people.size() == 1 && people.get(0).state().rank() >= ENDED ? people.get(0).at() : null;
    return new CommunicationView(
        header,
        opened.shown().orElse(null),
        opened.topic(),
        status(opened, states),
        received,
        recipients,
        identifiers,
        opened.retraction(),
        version(opened, states),
        changedAt(opened, states),
        Base64.getEncoder().encodeToString(opened.commitment()));
  }

  /**
   * FHIR event-status: completed once it reached somebody and every route has ended; not-done when
   * it reached nobody.
   */
  static String status(Opened opened, List<Receipts.State> states) {
    if (opened.retraction() != null) {
      return opened.retraction().status();
    }
    if (opened.recordedOnly()) {
      return "completed";
    }
    boolean open = states.stream().anyMatch(s -> s.state().rank() < ENDED);
    boolean reached =
        states.stream()
            .anyMatch(s -> s.state().rank() >= ENDED && s.state() != ReceiptState.FAILED);
    if (open) {
      return "in-progress";
    }
    return reached || states.isEmpty() ? "completed" : "not-done";
  }

  /** Each receipt that changes what is known, and a retraction, makes another version. */
  private static int version(Opened opened, List<Receipts.State> states) {
    return 1
        + states.stream().mapToInt(s -> s.version() - 1).sum()
        + (opened.retraction() == null ? 0 : 1);
  }

  private static Instant changedAt(Opened opened, List<Receipts.State> states) {
    Retraction retraction = opened.retraction();
    return Stream.concat(
            Stream.of(retraction == null ? opened.message().header().sentAt() : retraction.at()),
            states.stream().map(Receipts.State::at))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Map<UUID, List<BusinessIdentifier>> identifiers(Actor actor, List<UUID> ids) {
    Map<UUID, List<BusinessIdentifier>> found = new HashMap<>();
    database
        .list(
            "select message_id, system, value from message_identifier where message_id = any(?) and organization_id = ?",
            row ->
                Map.entry(
                    row.uuid("message_id"),
                    new BusinessIdentifier(row.text("system"), row.text("value"))),
            ids.toArray(UUID[]::new),
            actor.organizationId())
        .forEach(e -> found.computeIfAbsent(e.getKey(), k -> new ArrayList<>()).add(e.getValue()));
    return found;
  }
}
