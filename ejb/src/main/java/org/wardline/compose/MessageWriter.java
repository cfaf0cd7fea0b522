package org.wardline.compose;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessDecision;
import org.wardline.access.AccessPolicy;
import org.wardline.audit.AuditTrail;
import org.wardline.compose.Recipients.Receiver;
import org.wardline.compose.Recipients.Resolved;
import org.wardline.compose.Submission.Outcome;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.delivery.Outbox;
import org.wardline.directory.Directory.Member;
import org.wardline.mailbox.HeldConversation;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.Beginning;
import org.wardline.mailbox.Mailbox.Place;
import org.wardline.mailbox.Mailbox.SenderName;
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
import org.wardline.patient.PatientSummary;
import org.wardline.receipt.Receipts;
import org.wardline.routing.Route;
import org.wardline.routing.Router;
import org.wardline.routing.Routes;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;

/** Writes one submission into a transcript: sealed message, receipts, deliveries, audit record. */
@Singleton
class MessageWriter {
  private final AccessPolicy policy;
  private final Mailbox mailbox;
  private final Router router;
  private final Outbox outbox;
  private final Receipts receipts;
  private final AuditTrail audit;
  private final Keys keys;

  @Inject
  @SuppressWarnings("checkstyle:ParameterNumber")
  MessageWriter(
      AccessPolicy policy,
      Mailbox mailbox,
      Router router,
      Outbox outbox,
      Receipts receipts,
      AuditTrail audit,
      Keys keys) {
    this.policy = policy;
    this.mailbox = mailbox;
    this.router = router;
    this.outbox = outbox;
    this.receipts = receipts;
    this.audit = audit;
    this.keys = keys;
  }

  /**
   * Writes it.
   *
   * @throws UnknownReferenceException when the draft speaks of something that is not there; then
   *     nothing of it was written
   */
  Outcome write(Submission submission, Transcript transcript) {
    Actor actor = submission.actor();
    Draft draft = submission.draft();
    HeldConversation kept = existing(draft, transcript);
    if (kept != null
        && policy.decideSend(actor, true, kept.takesPart(actor.party()))
            instanceof AccessDecision.Deny deny) {
      return new Outcome.Denied(deny);
    }
    if (kept != null && kept.closed(keys.now()) && !draft.recordedOnly()) {
      throw new UnknownReferenceException(
          "conversation",
          "The conversation was closed after the patient's discharge. Begin a new one.");
    }
    PatientSnapshot patient = patient(draft, kept, transcript);
    Author author = author(actor, draft.onBehalfOf(), transcript.recipients());
    Resolved to = resolve(actor, draft, author, kept, transcript);
    if (draft.inResponseTo() != null
        && (kept == null || !transcript.contains(kept.id(), draft.inResponseTo()))) {
      throw new UnknownReferenceException(
          "inResponseTo", "There is no such message in this conversation.");
    }
    // nothing is written above this line, and nothing is refused below it
    HeldConversation conversation = kept == null ? begin(submission, transcript) : kept;
    var now = keys.now();
    var header =
        new MessageHeader(
            actor.organizationId(),
            conversation.id(),
            submission.messageId(),
            conversation.takePlace(now),
            author,
            patient,
            draft.priority(),
            now,
            draft.inResponseTo());
    return new Outcome.Kept(keep(submission, header, to, conversation, transcript));
  }

  private Submitted keep(
      Submission submission,
      MessageHeader header,
      Resolved to,
      HeldConversation conversation,
      Transcript transcript) {
    Draft draft = submission.draft();
    Actor actor = submission.actor();
    RowBatch rows = transcript.rows();
    byte[] commitment =
        mailbox.add(
            rows,
            conversation,
            new ClinicalMessage(header, draft.content()),
            to.addressed(),
            draft.category(),
            draft.recordedOnly());
    var place = new Place(header.messageId(), conversation.id(), header.ordinal());
    for (BusinessIdentifier name : draft.identifiers()) {
      mailbox.add(rows, actor.organizationId(), actor.party(), header.messageId(), name);
      transcript.name(new SenderName(actor.party(), name), place);
    }
    mailbox.carry(rows, header, draft.carried());
    join(conversation, header.author(), to);
    transcript.change(conversation);
    if (!draft.recordedOnly()) {
      send(rows, header, to, transcript.routes(), subject(draft, header, transcript));
    }
    record(rows, actor, header, commitment, draft.recordedOnly());
    return Submitted.of(place, false);
  }

  private static @Nullable HeldConversation existing(Draft draft, Transcript transcript) {
    UUID id = draft.conversationId();
    if (id == null) {
      return null;
    }
    HeldConversation held =
        transcript
            .conversation(id)
            .orElseThrow(
                () ->
                    new UnknownReferenceException(
                        "conversation", "There is no such conversation."));
    if (draft.patientId() != null && !draft.patientId().equals(held.patientId())) {
      throw new UnknownReferenceException("patient", "The conversation is about another patient.");
    }
    return held;
  }

  private static @Nullable PatientSnapshot patient(
      Draft draft, @Nullable HeldConversation kept, Transcript transcript) {
    UUID patient = kept == null ? draft.patientId() : kept.patientId();
    return patient == null
        ? null
        : transcript
            .patient(patient)
            .map(PatientSummary::snapshot)
            .orElseThrow(
                () -> new UnknownReferenceException("patient", "There is no such patient."));
  }

  private HeldConversation begin(Submission submission, Transcript transcript) {
    Draft draft = submission.draft();
    Actor actor = submission.actor();
    return mailbox.start(
        new Beginning(
            submission.conversationId(),
            actor.organizationId(),
            draft.patientId(),
            draft.topic().strip(),
            actor.party()),
        transcript.rows());
  }

  /** Whom it goes to: as written, or all who take part. */
  private static Resolved resolve(
      Actor actor,
      Draft draft,
      Author author,
      @Nullable HeldConversation kept,
      Transcript transcript) {
    Recipients recipients = transcript.recipients();
    List<PartyRef> members =
        kept == null
            ? List.of()
            : kept.participants().stream().map(p -> PartyRef.parse(p.party())).toList();
    List<PartyRef> written =
        draft.recipients().isEmpty()
            ? members.stream()
                .filter(p -> !p.equals(actor.party()) && recipients.active(p))
                .toList()
            : draft.recipients();
    Resolved to = recipients.resolve(written);
    boolean nobody =
        Stream.concat(to.people().stream().map(Receiver::party), members.stream())
            .allMatch(author.party()::equals);
    if (!draft.recordedOnly() && nobody) {
      throw new UnknownReferenceException("recipients", "Nobody else would get this message.");
    }
    return to;
  }

  private static Author author(Actor actor, @Nullable PartyRef onBehalfOf, Recipients recipients) {
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
    Member person = recipients.person(onBehalfOf, "sender");
    return new Author(
        person.party(),
        person.username(),
        person.name(),
        person.profession(),
        person.department(),
        person.standing(),
        level,
        new Author.Agent(actor.party(), actor.name()));
  }

  private static void join(HeldConversation conversation, Author author, Resolved to) {
    conversation.join(author.party(), null);
    if (author.onBehalf() != null) {
      conversation.join(author.onBehalf().party(), null);
    }
    for (Receiver receiver : to.people()) {
      conversation.join(receiver.party(), receiver.viaRole());
    }
  }

  private static Route.Subject subject(Draft draft, MessageHeader header, Transcript transcript) {
    PatientSnapshot patient = header.patient();
    return patient == null
        ? new Route.Subject(header, draft.category(), "", "")
        : new Route.Subject(
            header,
            draft.category(),
            transcript.patient(patient.patientId()).map(PatientSummary::location).orElse(""),
            transcript.patientClass(patient.patientId()));
  }

  private void send(
      RowBatch rows, MessageHeader header, Resolved to, Routes routes, Route.Subject subject) {
    for (Receiver receiver : to.people()) {
      if (!receiver.party().equals(header.author().party())) {
        receipts.open(
            rows,
            subject(header, receiver.party().toString()),
            receiver.name(),
            receiver.viaRole(),
            false);
      }
    }
    for (Destination destination : router.route(routes, subject)) {
      receipts.open(
          rows,
          subject(header, Receipts.destination(destination.name())),
          destination.display(),
          null,
          true);
      outbox.add(rows, header, destination);
    }
  }

  private void record(
      RowBatch rows, Actor actor, MessageHeader header, byte[] commitment, boolean recordedOnly) {
    var details =
        List.of(
            new Detail("commitment", Base64.getEncoder().encodeToString(commitment), true),
            new Detail("conversation", header.conversationId().toString(), false),
            new Detail("ordinal", String.valueOf(header.ordinal()), false));
    Entity data = new Entity.Data("Communication/" + header.messageId(), details);
    PatientSnapshot patient = header.patient();
    audit.add(
        rows,
        audit.of(
            actor,
            recordedOnly ? AuditAct.MESSAGE_RECORDED : AuditAct.MESSAGE_SENT,
            patient == null
                ? List.of(data)
                : List.of(data, new Entity.Patient(patient.patientId()))));
  }

  private static Receipts.Subject subject(MessageHeader header, String target) {
    return new Receipts.Subject(
        header.organizationId(), header.conversationId(), header.messageId(), target);
  }
}
