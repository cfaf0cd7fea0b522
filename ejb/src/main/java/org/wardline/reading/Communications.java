package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Author;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;
import org.wardline.reading.WholeMessages.Whole;
import org.wardline.receipt.Receipts;

/**
 * Messages one by one, for programs: by id and by search. A person finds only those of his own
 * conversations.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Communications {
  private static final int ENDED = ReceiptState.DELIVERED.rank();

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private MessageSearch search;
  @Inject private Threads threads;
  @Inject private WholeMessages messages;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private NamedParties named;

  /**
   * One message; empty when there is none of that id.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it
   */
  public Optional<CommunicationView> byId(Actor actor, UUID id) {
    return orMissing(actor, read(actor, id).map(Communications::view));
  }

  /**
   * A message or the header of a conversation, whichever has that id; empty when neither has.
   *
   * @param <T> what is made of either
   * @throws org.wardline.access.AccessDeniedException when he may not read it
   */
  public <T> Optional<T> byId(
      Actor actor,
      UUID id,
      Function<CommunicationView, T> message,
      Function<ThreadView, T> thread) {
    return orMissing(
        actor,
        read(actor, id)
            .map(Communications::view)
            .map(message)
            .or(() -> threads.byId(actor, id).map(thread)));
  }

  /** Who may not search is not told that there is nothing either. */
  private <T> Optional<T> orMissing(Actor actor, Optional<T> found) {
    if (found.isEmpty()) {
      gate.pass(policy.decideSearchMessages(actor), actor);
    }
    return found;
  }

  private Optional<Whole> read(Actor actor, UUID id) {
    Optional<Whole> found = messages.these(actor.organizationId(), List.of(id)).stream().findAny();
    found.ifPresent(
        whole -> {
          var about = new Entity.Data("Communication/" + id, List.of());
          gate.pass(policy.decideRead(actor, whole.member(actor.party())), actor, about);
          PatientSnapshot patient = whole.opened().header().patient();
          if (patient == null) {
            audit.record(actor, AuditAct.RESOURCE_READ, about);
          } else {
            audit.record(
                actor, AuditAct.RESOURCE_READ, about, new Entity.Patient(patient.patientId()));
          }
        });
    return found;
  }

  /**
   * A message as it was after each change, oldest first; empty when there is none of that id. Its
   * text is in none of them once it was taken back.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not read it
   */
  public List<CommunicationView> history(Actor actor, UUID id) {
    Optional<Whole> found = orMissing(actor, read(actor, id));
    if (found.isEmpty()) {
      return List.of();
    }
    Whole now = found.get();
    UUID conversation = now.opened().header().conversationId();
    return MessageSteps.of(
            now.opened(), now.states(), receipts.log(actor.organizationId(), conversation, id))
        .stream()
        .map(
            step -> {
              CommunicationView view = view(now, step.opened(), step.states());
              boolean early = view.received() != null && view.received().isAfter(view.changedAt());
              CommunicationView then = early ? view.notReceived() : view;
              return now.opened().retraction() == null ? then : then.withoutContent();
            })
        .toList();
  }

  /**
   * The message that this actor just submitted; part of that act, so neither asked for again nor
   * recorded.
   */
  public Optional<CommunicationView> ownAfterSubmit(Actor actor, UUID id) {
    return messages.these(actor.organizationId(), List.of(id)).stream()
        .filter(whole -> wroteIt(actor, whole.opened().header().author()))
        .map(Communications::view)
        .findAny();
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
    return opened(actor, search.ids(actor, MessageConditions.Kind.MESSAGE, query, limit), request);
  }

  /**
   * A page in the order of changes.
   *
   * @param messages as they are now
   * @param places where each stood when the page was chosen: the next page begins after the last of
   *     this one, and what changed meanwhile comes anew
   */
  public record Changes(List<CommunicationView> messages, Map<UUID, ChangeOrder.Place> places) {}

  /**
   * A page in the order of changes.
   *
   * @param request as it was asked, for the record
   */
  public Changes find(
      Actor actor, MessageQuery query, ChangeOrder order, int limit, String request) {
    gate.pass(policy.decideSearchMessages(actor), actor, new Entity.Query(request));
    List<ChangeOrder.Place> places =
        search.places(actor, MessageConditions.Kind.MESSAGE, query, order, limit);
    return new Changes(
        opened(actor, places.stream().map(ChangeOrder.Place::id).toList(), request),
        places.stream().collect(Collectors.toMap(ChangeOrder.Place::id, Function.identity())));
  }

  private List<CommunicationView> opened(Actor actor, List<UUID> ids, String request) {
    Map<UUID, Whole> kept =
        messages.these(actor.organizationId(), ids).stream()
            .collect(Collectors.toMap(w -> w.opened().header().messageId(), Function.identity()));
    List<Whole> found = ids.stream().map(kept::get).filter(Objects::nonNull).toList();
    audit.recordSearch(
        actor,
        request,
        found.stream()
            .map(w -> w.opened().header().patient())
            .filter(Objects::nonNull)
            .map(PatientSnapshot::patientId)
            .toList());
    return found.stream().map(Communications::view).toList();
  }

  /**
   * How many messages there are on all pages; part of a search that is on record.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public long count(Actor actor, MessageQuery query) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return search.count(actor, MessageConditions.Kind.MESSAGE, query);
  }

  /**
   * Which of these messages fit: for who is told of them instead of searching.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<UUID> matching(Actor actor, MessageQuery query) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return search.ids(actor, MessageConditions.Kind.MESSAGE, query, query.ids().size());
  }

  /**
   * Whom another system means by a user name, a role's code or a client's name.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<String> partiesNamed(Actor actor, BusinessIdentifier name) {
    gate.pass(policy.decideSearchMessages(actor), actor);
    return named.of(actor.organizationId(), name);
  }

  static CommunicationView view(Whole whole) {
    return view(whole, whole.opened(), whole.states());
  }

  /** As it stood when these were its states. */
  private static CommunicationView view(Whole whole, Opened opened, List<Receipts.State> states) {
    MessageHeader header = opened.header();
    List<CommunicationView.Recipient> recipients = recipients(whole, states);
    boolean one = states.stream().filter(s -> !s.destination()).count() == 1;
    return new CommunicationView(
        header,
        opened.shown().orElse(null),
        !opened.whole(),
        opened.topic(),
        opened.category(),
        status(opened, states),
        one ? whole.received() : null,
        recipients,
        whole.identifiers(),
        opened.retraction(),
        version(opened, states),
        changedAt(opened, states),
        whole.alert(),
        Base64.getEncoder().encodeToString(opened.commitment()));
  }

  /** Whom it was written to, and the people whom it reached through their roles. */
  private static List<CommunicationView.Recipient> recipients(
      Whole whole, List<Receipts.State> states) {
    Map<String, CommunicationView.Recipient> all = new LinkedHashMap<>();
    whole
        .addressees()
        .forEach(
            a ->
                all.put(
                    a.party().toString(), new CommunicationView.Recipient(a.party(), a.name())));
    states.stream()
        .filter(s -> !s.destination())
        .forEach(
            s ->
                all.putIfAbsent(
                    s.target(),
                    new CommunicationView.Recipient(PartyRef.parse(s.target()), s.name())));
    return List.copyOf(all.values());
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
            Stream.of(retraction == null ? opened.header().sentAt() : retraction.at()),
            states.stream().map(Receipts.State::at))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }
}
