package org.wardline.compose;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.wardline.compose.Submission.Outcome;
import org.wardline.compose.Transcript.Routing;
import org.wardline.delivery.Dispatcher.Enqueued;
import org.wardline.delivery.Outbox;
import org.wardline.directory.Directory;
import org.wardline.mailbox.HeldConversation;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.SenderName;
import org.wardline.patient.Encounters;
import org.wardline.patient.Patients;
import org.wardline.receipt.ReceiptsAppended;
import org.wardline.routing.Router;
import org.wardline.routing.Routes;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;

/**
 * One transaction for many submissions. What all of them speak of is looked up together; then each
 * is written in its turn; then all rows are kept by one statement.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class SubmissionBatch {
  @Inject private Directory directory;
  @Inject private Patients patients;
  @Inject private Mailbox mailbox;
  @Inject private MessageWriter writer;
  @Inject private Encounters encounters;
  @Inject private Router router;
  @Inject private Locks locks;
  @Inject private Database database;
  @Inject private Settings settings;
  @Inject private Keys keys;
  @Inject private Event<Enqueued> enqueued;
  @Inject private Event<ReceiptsAppended> news;

  /** Outcomes in the order of the submissions. One that is refused leaves the others alone. */
  public List<Outcome> commit(List<Submission> submissions) {
    UUID organization = settings.organization();
    Transcript transcript = lookUp(organization, submissions);
    List<Outcome> outcomes = new ArrayList<>();
    for (Submission submission : submissions) {
      outcomes.add(take(submission, transcript));
    }
    for (HeldConversation conversation : transcript.changed()) {
      mailbox.addTo(transcript.rows(), organization, conversation);
    }
    database.write(transcript.rows());
    if (!transcript.changed().isEmpty()) {
      enqueued.fire(Outbox.enqueued(transcript.rows()));
      news.fire(new ReceiptsAppended());
    }
    return outcomes;
  }

  private Transcript lookUp(UUID organization, List<Submission> submissions) {
    List<SenderName> names = submissions.stream().flatMap(SubmissionBatch::names).toList();
    locks.hold(names.stream().map(name -> name.lock(organization)).toList());
    Map<UUID, HeldConversation> conversations =
        mailbox.hold(
            organization,
            submissions.stream()
                .map(s -> s.draft().conversationId())
                .filter(Objects::nonNull)
                .toList());
    List<UUID> subjects =
        Stream.concat(
                submissions.stream().map(s -> s.draft().patientId()),
                conversations.values().stream().map(HeldConversation::patientId))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    Routes routes = router.routes(organization);
    return new Transcript(
        new Recipients(directory.current(organization), keys.now()),
        mailbox.named(organization, names),
        conversations,
        patients.byIds(organization, subjects),
        mailbox.places(
            organization,
            submissions.stream()
                .map(s -> s.draft().inResponseTo())
                .filter(Objects::nonNull)
                .toList()),
        new Routing(
            routes, routes.needClass() ? encounters.classes(organization, subjects) : Map.of()),
        new RowBatch());
  }

  private static Stream<SenderName> names(Submission submission) {
    return submission.draft().identifiers().stream()
        .map(identifier -> new SenderName(submission.actor().party(), identifier));
  }

  private Outcome take(Submission submission, Transcript transcript) {
    for (SenderName name : names(submission).toList()) {
      Mailbox.Place before = transcript.named(name);
      if (before != null) {
        return new Outcome.Kept(Submissions.Submitted.of(before, true));
      }
    }
    try {
      Outcome outcome = writer.write(submission, transcript);
      if (outcome instanceof Outcome.Kept kept && !kept.submitted().repeated()) {
        submission.alongside().add(kept.submitted(), transcript.rows());
      }
      return outcome;
    } catch (UnknownReferenceException e) {
      return new Outcome.Unknown(e);
    }
  }
}
