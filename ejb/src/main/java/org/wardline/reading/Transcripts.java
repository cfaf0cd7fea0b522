package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessDecision;
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
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private ThreadRows threads;
  @Inject private WholeMessages messages;
  @Inject private Reached reached;
  @Inject private AuditTrail audit;
  @Inject private Database database;
  @Inject private Keys keys;

  /**
   * One conversation; empty when there is none of that key.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<TranscriptView> read(Actor actor, UUID conversation) {
    return of(actor, conversation, false);
  }

  /**
   * The same, to be taken out of here; that it was is on record, with what it held.
   *
   * @param device on which a person does so
   * @throws org.wardline.access.StepUpRequiredException when a person has yet to confirm it
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public Optional<TranscriptView> take(Actor actor, UUID conversation, String device) {
    Optional<TranscriptView> taken = of(actor, conversation, true);
    if (!actor.machine()) {
      taken.ifPresent(transcript -> confirm(actor, transcript, device));
    }
    return taken;
  }

  /**
   * A page, newest first; a person's own only.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<TranscriptView> find(Actor actor, Threads.Query query, int limit, String request) {
    gate.pass(policy.decideSearchTranscripts(actor), actor, new Entity.Query(request));
    List<TranscriptView> found =
        threads.views(actor, query, limit, !actor.machine()).stream()
            .map(thread -> transcript(actor, thread))
            .toList();
    audit.recordSearch(
        actor,
        request,
        found.stream()
            .map(t -> t.thread().patient())
            .filter(Objects::nonNull)
            .map(PatientSnapshot::patientId)
            .distinct()
            .toList());
    return found;
  }

  private Optional<TranscriptView> of(Actor actor, UUID id, boolean taken) {
    List<ThreadView> found = threads.views(actor, Threads.Query.of(List.of(id)), 1, false);
    if (found.isEmpty()) {
      gate.pass(policy.decideSearchTranscripts(actor), actor); // or he would learn that
      return Optional.empty();
    }
    ThreadView thread = found.get(0);
    boolean member = thread.members().stream().anyMatch(m -> m.party().equals(actor.party()));
    AccessDecision decision =
        taken ? policy.decideTakeTranscript(actor, member) : policy.decideTranscript(actor, member);
    gate.pass(decision, actor, new Entity.Data("Composition/" + id, List.of()));
    TranscriptView transcript = transcript(actor, thread);
    var about =
        new Entity.Data(
            "Composition/" + id,
            transcript.messages().stream()
                .map(line -> new Detail("commitment", line.message().commitment(), true))
                .toList());
    AuditAct act = taken ? AuditAct.CONVERSATION_EXPORTED : AuditAct.RESOURCE_READ;
    PatientSnapshot patient = thread.patient();
    if (patient == null) {
      audit.record(actor, act, about);
    } else {
      audit.record(actor, act, about, new Entity.Patient(patient.patientId()));
    }
    return Optional.of(transcript);
  }

  private TranscriptView transcript(Actor actor, ThreadView thread) {
    List<UUID> ids =
        database.list(
            "select id from message where organization_id = ? and conversation_id = ?",
            row -> row.uuid("id"),
            actor.organizationId(),
            thread.id());
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
