package org.wardline.compose;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.compose.Submission.Outcome;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.SenderName;
import org.wardline.message.Actor;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.BusinessIdentifier;
import org.wardline.store.Keys;
import org.wardline.store.StoreException;

/**
 * The one way in for messages, from people and machines alike. Message, receipts, outbox rows and
 * audit record are kept in one transaction, or none of them; it comes back after the commit.
 */
@Singleton
public class Submissions {
  private final AccessPolicy policy;
  private final Gate gate;
  private final Mailbox mailbox;
  private final SubmissionQueue queue;
  private final Keys keys;

  @Inject
  public Submissions(
      AccessPolicy policy, Gate gate, Mailbox mailbox, SubmissionQueue queue, Keys keys) {
    this.policy = policy;
    this.gate = gate;
    this.mailbox = mailbox;
    this.queue = queue;
    this.keys = keys;
  }

  /**
   * A message that we answer for from now on.
   *
   * @param repeated true when the sender had submitted it before, and nothing was done again
   */
  public record Submitted(UUID messageId, UUID conversationId, int ordinal, boolean repeated) {
    static Submitted of(Mailbox.Place place, boolean repeated) {
      return new Submitted(place.messageId(), place.conversationId(), place.ordinal(), repeated);
    }
  }

  /**
   * Takes a message.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws UnknownReferenceException when the draft speaks of something that is not there
   * @throws StoreException when it could not be kept
   * @throws org.wardline.store.OverloadedException when it could not be kept in time; with an
   *     identifier it may be submitted again without being sent twice
   */
  public Submitted submit(Actor actor, Draft draft) {
    return submit(actor, draft, Alongside.NOTHING);
  }

  /**
   * Takes a message and what belongs to it, both or neither.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws UnknownReferenceException when the draft speaks of something that is not there
   * @throws StoreException when it could not be kept
   * @throws org.wardline.store.OverloadedException when it could not be kept in time; with an
   *     identifier it may be submitted again without being sent twice
   */
  public Submitted submit(Actor actor, Draft draft, Alongside alongside) {
    permit(actor, draft);
    var submission = new Submission(actor, draft, keys.next(), keys.next(), alongside);
    Outcome outcome = commit(submission);
    if (outcome instanceof Outcome.Denied denied) {
      gate.pass(denied.decision(), actor, about(draft));
    }
    if (outcome instanceof Outcome.Unknown unknown) {
      throw unknown.fault();
    }
    return ((Outcome.Kept) outcome).submitted();
  }

  /**
   * What he sent before under one of these names: sent again, it is that, also when it could not be
   * sent as it is any more.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Submitted> before(Actor actor, List<BusinessIdentifier> names) {
    permitSender(actor);
    return mailbox
        .named(
            actor.organizationId(),
            names.stream().map(name -> new SenderName(actor.party(), name)).toList())
        .values()
        .stream()
        .findFirst()
        .map(place -> Submitted.of(place, true));
  }

  /**
   * Asks only whether he may send that, before it is known where to.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public void permit(Actor actor, Draft draft) {
    gate.pass(policy.decideSend(actor, false, false), actor, about(draft));
    if (draft.onBehalfOf() != null) {
      gate.pass(policy.decideSendOnBehalf(actor), actor, about(draft));
    }
  }

  private static Entity[] about(Draft draft) {
    return draft.conversationId() == null
        ? new Entity[0]
        : new Entity[] {new Entity.Data("Communication/" + draft.conversationId(), List.of())};
  }

  /** When its key is there already, an earlier commit had kept it and only its answer was lost. */
  private Outcome commit(Submission submission) {
    try {
      return queue.submit(submission);
    } catch (StoreException e) {
      UUID organization = submission.actor().organizationId();
      Mailbox.Place place =
          e.duplicate()
              ? mailbox
                  .places(organization, List.of(submission.messageId()))
                  .get(submission.messageId())
              : null;
      if (place == null) {
        throw e;
      }
      return new Outcome.Kept(Submitted.of(place, false));
    }
  }

  /**
   * Asks only whether he may send at all, before anything of his request is looked up.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public void permitSender(Actor actor) {
    gate.pass(policy.decideSend(actor, false, false), actor);
  }
}
