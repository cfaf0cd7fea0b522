package org.wardline.compose;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Carried;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.MessageContent;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;

/**
 * What somebody asks us to send.
 *
 * @param conversationId the conversation to continue; null begins one
 * @param patientId for a new conversation; null for one without patient
 * @param topic of a new conversation, at most {@value #MAX_TOPIC} characters; may be empty
 * @param recipients people and on-call roles, at most {@value #MAX_RECIPIENTS}; may be empty when a
 *     conversation is continued: then all who take part
 * @param category what kind of message it is
 * @param priority as chosen
 * @param content the text
 * @param inResponseTo message of the same conversation, or null
 * @param onBehalfOf the person in whose name a machine writes; null otherwise
 * @param recordedOnly true when it happened elsewhere and is only put on record
 * @param identifiers names that the sender gives it; a second submission with one of them changes
 *     nothing
 * @param carried what else its client says of it; its elements are those of the content
 */
public record Draft(
    @Nullable UUID conversationId,
    @Nullable UUID patientId,
    String topic,
    List<PartyRef> recipients,
    Category category,
    Priority priority,
    MessageContent content,
    @Nullable UUID inResponseTo,
    @Nullable PartyRef onBehalfOf,
    boolean recordedOnly,
    List<BusinessIdentifier> identifiers,
    Carried carried) {
  public static final int MAX_RECIPIENTS = 100;
  public static final int MAX_TOPIC = 200;

  /** Of which nothing else is said. */
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Draft(
      @Nullable UUID conversationId,
      @Nullable UUID patientId,
      String topic,
      List<PartyRef> recipients,
      Category category,
      Priority priority,
      MessageContent content,
      @Nullable UUID inResponseTo,
      @Nullable PartyRef onBehalfOf,
      boolean recordedOnly,
      List<BusinessIdentifier> identifiers) {
    this(
        conversationId,
        patientId,
        topic,
        recipients,
        category,
        priority,
        content,
        inResponseTo,
        onBehalfOf,
        recordedOnly,
        identifiers,
        Carried.NOTHING);
  }

  public Draft {
    recipients = recipients.stream().distinct().toList();
    identifiers = identifiers.stream().distinct().toList();
    if (recipients.size() > MAX_RECIPIENTS) {
      throw new InvalidMessageException("recipients", "At most " + MAX_RECIPIENTS + " recipients.");
    }
    if (recipients.isEmpty() && conversationId == null) {
      throw new InvalidMessageException("recipients", "The message has no recipient.");
    }
    if (topic.codePointCount(0, topic.length()) > MAX_TOPIC || topic.indexOf('\0') >= 0) {
      throw new InvalidMessageException(
          "topic", "The topic is longer than " + MAX_TOPIC + " characters.");
    }
  }
}
