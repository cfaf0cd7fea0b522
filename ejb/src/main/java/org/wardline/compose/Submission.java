package org.wardline.compose;

import java.util.UUID;
import org.wardline.access.AccessDecision;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.message.Actor;

/**
 * A draft on its way, with the keys that it will have: when a commit's answer is lost, they tell
 * whether it was kept.
 *
 * @param messageId new
 * @param conversationId new; used when the draft begins a conversation
 * @param alongside what is kept with it
 */
public record Submission(
    Actor actor, Draft draft, UUID messageId, UUID conversationId, Alongside alongside) {

  /** What became of it. */
  public sealed interface Outcome {
    /** Kept, now or before. */
    record Kept(Submitted submitted) implements Outcome {}

    /** He may not. */
    record Denied(AccessDecision.Deny decision) implements Outcome {}

    /** It speaks of something that is not there. */
    record Unknown(UnknownReferenceException fault) implements Outcome {}
  }
}
