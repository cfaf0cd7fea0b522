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
import java.util.Set;
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
  @Inject private MessageSearch search;
  @Inject private SealedMessages messages;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private Database database;

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
   * A message as it was after each change, oldest first; empty when there is none of that id. Its
   * text is in none of them once it was taken back.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it
   */
  public List<CommunicationView> history(Actor actor, UUID id) {
    Optional<CommunicationView> now = byId(actor, id);
    Optional<Opened> opened =
        now.isEmpty() ? Optional.empty() : messages.open(actor.organizationId(), id);
    if (now.isEmpty() || opened.isEmpty()) {
      return List.of();
    }
    UUID organization = actor.organizationId();
    UUID conversation = opened.get().message().header().conversationId();
    List<Recipient> addressees =
        messages.addressees(organization, List.of(id)).getOrDefault(id, List.of());
    var received = receipts.firstReceived(organization, List.of(id)).get(id);
    return MessageSteps.of(
            opened.get(),
            receipts.ofMessages(organization, List.of(id)),
            receipts.log(organization, conversation, id))
        .stream()
        .map(
            step -> {
              CommunicationView view =
                  view(
                      step.opened(),
                      addressees,
                      step.states(),
                      now.get().identifiers(),
                      received,
                      now.get().alert());
              boolean early = view.received() != null && view.received().isAfter(view.changedAt());
              CommunicationView then = early ? view.notReceived() : view;
              return opened.get().retraction() == null ? then : then.withoutContent();
            })
        .toList();
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
  public List<CommunicationView> find(Actor actor, MessageQuery query, int limit, String request) {
    gate.pass(policy.decideSearchMessages(actor), actor, new Entity.Query(request));
    List<UUID> ids = search.ids(actor, query, limit);
    List<Opened> found =
        ids.isEmpty() ? List.of() : messages.openThese(actor.organizationId(), ids);
    if (query.oldestFirst()) {
      found =
          found.stream()
              .sorted(
                  Comparator.comparing((Opened o) -> o.message().header().messageId().toString()))
              .toList();
    }
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

  /**
   * How many messages there are on all pages; part of a search that is on record.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public long count(Actor actor, MessageQuery query) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return search.count(actor, query);
  }

  /**
   * Which of these messages fit: for who is told of them instead of searching.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> matching(Actor actor, MessageQuery query) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return search.ids(actor, query, query.ids().size());
  }

  /**
   * The same of messages that alerts became, for who may search alerts.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> matchingAlerts(Actor actor, MessageQuery query) {
    gate.pass(policy.decideChart(actor, "CommunicationRequest", 's'), actor);
    return search.ids(actor, query, query.ids().size());
  }

  /**
   * Whom another system means by a user name, a role's code or a client's name.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<String> partiesNamed(Actor actor, String identifier) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return database.list(
        """
        select 'Practitioner/' || id as party from practitioner where organization_id = ? and username = ?
        union all select 'HealthcareService/' || id from on_call_role where organization_id = ? and code = ?
        union all select 'Device/' || id from device where organization_id = ? and client_id = ?""",
        row -> row.text("party"),
        actor.organizationId(),
        identifier,
        actor.organizationId(),
        identifier,
        actor.organizationId(),
        identifier);
  }

  private List<CommunicationView> views(Actor actor, List<Opened> found) {
    List<UUID> ids = found.stream().map(o -> o.message().header().messageId()).toList();
    Map<UUID, List<Receipts.State>> states = new HashMap<>();
    receipts
        .ofMessages(actor.organizationId(), ids)
        .forEach(s -> states.computeIfAbsent(s.messageId(), k -> new ArrayList<>()).add(s));
    Map<UUID, List<BusinessIdentifier>> identifiers = identifiers(actor, ids);
    Map<UUID, List<Recipient>> addressees = messages.addressees(actor.organizationId(), ids);
    Map<UUID, Instant> received = receipts.firstReceived(actor.organizationId(), ids);
    Set<UUID> alerts = alerts(actor, ids);
    return found.stream()
        .map(
            o -> {
              UUID id = o.message().header().messageId();
              return view(
                  o,
                  addressees.getOrDefault(id, List.of()),
                  states.getOrDefault(id, List.of()),
                  identifiers.getOrDefault(id, List.of()),
                  received.get(id),
                  alerts.contains(id));
            })
        .toList();
  }

  private static CommunicationView view(
      Opened opened,
      List<Recipient> addressees,
      List<Receipts.State> states,
      List<BusinessIdentifier> identifiers,
      @Nullable Instant received,
      boolean alert) {
    MessageHeader header = opened.message().header();
    var recipients =
        addressees.stream().map(a -> new CommunicationView.Recipient(a.party(), a.name())).toList();
    boolean one = states.stream().filter(s -> !s.destination()).count() == 1;
    return new CommunicationView(
        header,
        opened.shown().orElse(null),
        opened.topic(),
        opened.category(),
        status(opened, states),
        one ? received : null,
        recipients,
        identifiers,
        opened.retraction(),
        version(opened, states),
        changedAt(opened, states),
        alert,
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

  /** Those that an alert of another system became; they share its key. */
  private Set<UUID> alerts(Actor actor, List<UUID> ids) {
    return Set.copyOf(
        database.list(
            "select id from chart_record where organization_id = ? and id = any(?) and type = 'CommunicationRequest'",
            row -> row.uuid("id"),
            actor.organizationId(),
            ids.toArray(UUID[]::new)));
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
