package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.mapping.fhir.TranscriptView;
import org.wardline.mapping.fhir.TranscriptView.Line;
import org.wardline.mapping.fhir.TranscriptView.Receipt;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.ReceiptState;
import org.wardline.reading.WholeMessages.Whole;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Conversations as documents. Who takes one out of here has read all that is in it: of a person's
 * unread messages that is a receipt, as it would be on his page.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Transcripts {
  /** Most messages in one document: it is made in memory. */
  public static final int MOST = 2000;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private ThreadRows threads;
  @Inject private WholeMessages messages;
  @Inject private Reached reached;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private Keys keys;

  /**
   * One conversation, for a system; empty when there is none of that key.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   * @throws InvalidMessageException when it is too long for a document
   */
  public Optional<TranscriptView> read(Actor actor, UUID conversation) {
    gate.pass(policy.decideTranscripts(actor, 'r'), actor, data(conversation));
    Optional<TranscriptView> found =
        thread(actor, conversation).map(thread -> transcript(actor, thread));
    found.ifPresent(transcript -> record(actor, AuditAct.RESOURCE_READ, transcript));
    return found;
  }

  /**
   * Takes one out of here, in some form. That it was is on record, with what it held, once the form
   * is made; and of a person's unread messages it is the receipt that he read them.
   *
   * @param device on which a person does so
   * @param form makes what is given out
   * @throws org.wardline.access.StepUpRequiredException when a person has yet to confirm it
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws InvalidMessageException when it is too long for a document
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public <T> Optional<T> take(
      Actor actor, UUID conversation, String device, Function<TranscriptView, T> form) {
    Optional<ThreadView> found = thread(actor, conversation);
    if (found.isEmpty()) {
      gate.pass(policy.decideSearchMessages(actor), actor); // or he would learn that
      return Optional.empty();
    }
    ThreadView thread = found.get();
    boolean member = thread.member(actor.party());
    gate.pass(policy.decideTakeTranscript(actor, member), actor, data(conversation));
    if (!actor.machine()) {
      gate.pass(policy.decideConfirm(actor), actor, data(conversation));
    }
    TranscriptView transcript = transcript(actor, thread);
    T made = form.apply(transcript);
    record(actor, AuditAct.CONVERSATION_EXPORTED, transcript);
    if (!actor.machine()) {
      confirm(actor, transcript, device);
    }
    return Optional.of(made);
  }

  /**
   * A page of conversations without what is in them, newest first; for systems.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public List<ThreadView> find(Actor actor, Threads.Query query, int limit, String request) {
    gate.pass(policy.decideTranscripts(actor, 's'), actor, new Entity.Query(request));
    List<ThreadView> found = threads.views(actor, query, limit, false);
    audit.recordSearch(actor, request, ThreadRows.patients(found));
    return found;
  }

  private Optional<ThreadView> thread(Actor actor, UUID id) {
    return threads.views(actor, Threads.Query.of(List.of(id)), 1, false).stream().findFirst();
  }

  private static Entity.Data data(UUID conversation) {
    return new Entity.Data("Composition/" + conversation, List.of());
  }

  private void record(Actor actor, AuditAct act, TranscriptView transcript) {
    var about =
        new Entity.Data(
            "Composition/" + transcript.thread().id(),
            transcript.messages().stream()
                .map(line -> new Detail("commitment", line.message().commitment(), true))
                .toList());
    PatientSnapshot patient = transcript.thread().patient();
    if (patient == null) {
      audit.record(actor, act, about);
    } else {
      audit.record(actor, act, about, new Entity.Patient(patient.patientId()));
    }
  }

  private TranscriptView transcript(Actor actor, ThreadView thread) {
    List<UUID> ids =
        database.list(
            "select id from message where organization_id = ? and conversation_id = ? limit ?",
            row -> row.uuid("id"),
            actor.organizationId(),
            thread.id(),
            MOST + 1);
    if (ids.size() > MOST) {
      throw new InvalidMessageException(
          "conversation", "A document holds at most " + MOST + " messages.");
    }
    List<Line> lines =
        messages.these(actor.organizationId(), ids).stream()
            .sorted(Comparator.comparing(whole -> whole.opened().header().ordinal()))
            .map(Transcripts::line)
            .toList();
    return new TranscriptView(keys.next(), thread, lines, keys.now(), actor.name());
  }

  /** Of what he could see: not of what was taken back, nor of what is broken. */
  private void confirm(Actor actor, TranscriptView transcript, String device) {
    reached.by(
        actor,
        transcript.messages().stream()
            .map(Line::message)
            .filter(message -> message.content() != null)
            .map(message -> message.header().messageId())
            .toList(),
        ReceiptState.READ,
        device);
  }

  private static Line line(Whole whole) {
    CommunicationView view = Communications.view(whole);
    return new Line(
        view,
        whole.states().stream()
            .map(s -> new Receipt(s.name(), s.viaRole(), s.state(), s.at()))
            .toList());
  }
}
