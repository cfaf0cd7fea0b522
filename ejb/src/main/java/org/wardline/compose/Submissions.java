package org.wardline.compose;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.compose.Recipients.Receiver;
import org.wardline.compose.Recipients.Resolved;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.delivery.Outbox;
import org.wardline.directory.People;
import org.wardline.directory.Practitioner;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.Conversation;
import org.wardline.mailbox.SealedMessages;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.Author;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.Destination;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.patient.Patients;
import org.wardline.receipt.ReceiptAppended;
import org.wardline.receipt.Receipts;
import org.wardline.routing.Router;
import org.wardline.store.Keys;

/**
 * The one way in for messages, from people and machines alike. Message, receipts, outbox rows and
 * audit record are kept in one transaction, or none of them.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Submissions {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Recipients recipients;
  @Inject private People people;
  @Inject private Patients patients;
  @Inject private Mailbox mailbox;
  @Inject private SealedMessages messages;
  @Inject private Router router;
  @Inject private Outbox outbox;
  @Inject private Receipts receipts;
  @Inject private AuditTrail audit;
  @Inject private Keys keys;
  @Inject private Event<Enqueued> enqueued;
  @Inject private Event<ReceiptAppended> news;

  /**
   * A message that we answer for from now on.
   *
   * @param repeated true when the sender had submitted it before, and nothing was done again
   */
  public record Submitted(UUID messageId, UUID conversationId, int ordinal, boolean repeated) {}

  /**
   * Takes a message.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws UnknownReferenceException when the draft speaks of something that is not there
   */
  public Submitted submit(Actor actor, Draft draft) {
    permit(actor, draft);
    Optional<Submitted> before = submittedBefore(actor, draft);
    if (before.isPresent()) {
      return before.get();
    }
    Conversation conversation = conversation(actor, draft);
    Resolved to = resolve(actor, draft, conversation);
    MessageHeader header = header(actor, draft, conversation);
    byte[] commitment =
        mailbox.store(
            conversation,
            new ClinicalMessage(header, draft.content()),
            to.addressed(),
            draft.recordedOnly());
    mailbox.name(actor.organizationId(), actor.party(), header.messageId(), draft.identifiers());
    join(conversation, header.author(), to);
    if (!draft.recordedOnly()) {
      send(header, to);
    }
    record(actor, header, commitment, draft.recordedOnly());
    return new Submitted(header.messageId(), conversation.id(), header.ordinal(), false);
  }

  /**
   * Asks only whether he may send at all, before anything of his request is looked up.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public void permitSender(Actor actor) {
    gate.pass(policy.decideSend(actor, false, false), actor);
  }

  private void permit(Actor actor, Draft draft) {
    UUID conversation = draft.conversationId();
    boolean member = conversation != null && mailbox.takesPart(conversation, actor.party());
    Entity[] about =
        conversation == null ? new Entity[0] : new Entity[] {communication(conversation)};
    gate.pass(policy.decideSend(actor, conversation != null, member), actor, about);
    if (draft.onBehalfOf() != null) {
      gate.pass(policy.decideSendOnBehalf(actor), actor, about);
    }
  }

  private Optional<Submitted> submittedBefore(Actor actor, Draft draft) {
    if (draft.identifiers().isEmpty()) {
      return Optional.empty();
    }
    draft.identifiers().stream()
        .sorted(Comparator.comparing(BusinessIdentifier::toString))
        .forEach(name -> mailbox.holdName(actor.organizationId(), actor.party(), name));
    return draft.identifiers().stream()
        .flatMap(name -> mailbox.named(actor.organizationId(), actor.party(), name).stream())
        .findFirst()
        .flatMap(id -> messages.open(actor.organizationId(), id))
        .map(
            opened -> {
              MessageHeader header = opened.message().header();
              return new Submitted(
                  header.messageId(), header.conversationId(), header.ordinal(), true);
            });
  }

  private Conversation conversation(Actor actor, Draft draft) {
    if (draft.conversationId() != null) {
      Conversation held =
          mailbox
              .hold(actor.organizationId(), draft.conversationId())
              .orElseThrow(
                  () ->
                      new UnknownReferenceException(
                          "conversation", "There is no such conversation."));
      if (draft.patientId() != null && !draft.patientId().equals(held.patientId())) {
        throw new UnknownReferenceException(
            "patient", "The conversation is about another patient.");
      }
      return held;
    }
    if (draft.patientId() != null
        && patients.byId(actor.organizationId(), draft.patientId()).isEmpty()) {
      throw new UnknownReferenceException("patient", "There is no such patient.");
    }
    return mailbox.start(
        actor.organizationId(), draft.patientId(), draft.topic().strip(), actor.party());
  }

  /** Whom it goes to: as written, or all who take part. */
  private Resolved resolve(Actor actor, Draft draft, Conversation conversation) {
    List<PartyRef> written =
        !draft.recipients().isEmpty()
            ? draft.recipients()
            : mailbox.participants(conversation.id()).stream()
                .map(p -> PartyRef.parse(p.party()))
                .filter(p -> p.kind() == PartyRef.Kind.PRACTITIONER && !p.equals(actor.party()))
                .filter(
                    p ->
                        people
                            .byId(actor.organizationId(), p.id())
                            .filter(Practitioner::active)
                            .isPresent())
                .toList();
    Resolved to = recipients.resolve(actor.organizationId(), written);
    PartyRef author = draft.onBehalfOf() == null ? actor.party() : draft.onBehalfOf();
    boolean nobody =
        to.people().stream().allMatch(r -> r.party().equals(author))
            && mailbox.participants(conversation.id()).stream()
                .allMatch(p -> p.party().equals(author.toString()));
    if (!draft.recordedOnly() && nobody) {
      throw new UnknownReferenceException("recipients", "Nobody else would get this message.");
    }
    return to;
  }

  private MessageHeader header(Actor actor, Draft draft, Conversation conversation) {
    var now = keys.now();
    return new MessageHeader(
        actor.organizationId(),
        conversation.id(),
        keys.next(now),
        conversation.lastOrdinal() + 1,
        author(actor, draft.onBehalfOf()),
        snapshot(conversation),
        draft.priority(),
        now,
        inResponseTo(actor, draft, conversation));
  }

  private Author author(Actor actor, @Nullable PartyRef onBehalfOf) {
    String level = actor.authentication().level();
    if (onBehalfOf == null) {
      return new Author(
          actor.party(),
          actor.identifier(),
          actor.name(),
          actor.profession(),
          actor.department(),
          actor.roleId(),
          level,
          null);
    }
    Practitioner person =
        people
            .byId(actor.organizationId(), onBehalfOf.id())
            .filter(p -> p.active() && onBehalfOf.kind() == PartyRef.Kind.PRACTITIONER)
            .orElseThrow(() -> new UnknownReferenceException("sender", "There is no such person."));
    UUID role = people.standing(person.id()).map(r -> r.id()).orElse(null);
    return new Author(
        person.party(),
        person.username(),
        person.name(),
        person.profession(),
        person.department(),
        role,
        level,
        new Author.Agent(actor.party(), actor.name()));
  }

  private @Nullable PatientSnapshot snapshot(Conversation conversation) {
    UUID patient = conversation.patientId();
    return patient == null
        ? null
        : patients.byId(conversation.organizationId(), patient).orElseThrow().snapshot();
  }

  private @Nullable UUID inResponseTo(Actor actor, Draft draft, Conversation conversation) {
    UUID answered = draft.inResponseTo();
    if (answered == null) {
      return null;
    }
    return messages
        .open(actor.organizationId(), answered)
        .filter(o -> o.message().header().conversationId().equals(conversation.id()))
        .map(o -> answered)
        .orElseThrow(
            () ->
                new UnknownReferenceException(
                    "inResponseTo", "There is no such message in this conversation."));
  }

  private void join(Conversation conversation, Author author, Resolved to) {
    mailbox.join(conversation, author.party(), null);
    if (author.onBehalf() != null) {
      mailbox.join(conversation, author.onBehalf().party(), null);
    }
    for (Receiver receiver : to.people()) {
      mailbox.join(conversation, receiver.party(), receiver.viaRole());
    }
  }

  private void send(MessageHeader header, Resolved to) {
    for (Receiver receiver : to.people()) {
      if (!receiver.party().equals(header.author().party())) {
        receipts.open(
            subject(header, receiver.party().toString()),
            receiver.name(),
            receiver.viaRole(),
            false);
      }
    }
    for (Destination destination : router.route(header)) {
      receipts.open(
          subject(header, Receipts.destination(destination.name())),
          destination.display(),
          null,
          true);
      outbox.enqueue(header, destination);
    }
    enqueued.fire(new Enqueued());
    news.fire(new ReceiptAppended(header.organizationId(), header.conversationId()));
  }

  private void record(Actor actor, MessageHeader header, byte[] commitment, boolean recordedOnly) {
    var details =
        List.of(
            new Detail("commitment", Base64.getEncoder().encodeToString(commitment), true),
            new Detail("conversation", header.conversationId().toString(), false),
            new Detail("ordinal", String.valueOf(header.ordinal()), false));
    var data = new Entity.Data("Communication/" + header.messageId(), details);
    AuditAct act = recordedOnly ? AuditAct.MESSAGE_RECORDED : AuditAct.MESSAGE_SENT;
    PatientSnapshot patient = header.patient();
    if (patient == null) {
      audit.record(actor, act, data);
    } else {
      audit.record(actor, act, data, new Entity.Patient(patient.patientId()));
    }
  }

  private static Receipts.Subject subject(MessageHeader header, String target) {
    return new Receipts.Subject(
        header.organizationId(), header.conversationId(), header.messageId(), target);
  }

  private static Entity communication(UUID id) {
    return new Entity.Data("Communication/" + id, List.of());
  }
}
