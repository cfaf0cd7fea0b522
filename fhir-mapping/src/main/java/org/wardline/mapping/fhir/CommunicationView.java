package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.Retraction;

/**
 * A message with what is known of its way, as one reader may see it.
 *
 * @param header what is bound to it
 * @param content null when the reader may not see it, when it was taken back, or when it is broken
 * @param broken its seal is: nothing of it can be relied on
 * @param topic of the conversation; may be empty
 * @param category what kind of message it is
 * @param status FHIR event-status
 * @param received when the only recipient got it; null with several
 * @param recipients whom it was addressed to
 * @param identifiers names that clients gave it
 * @param retraction null unless it was taken back
 * @param version from 1; grows with each change of what is known of it
 * @param changedAt when that last changed
 * @param alert it is what an alert of another system became; they share their key
 * @param commitment SHA-256 over salt, header and content, base64
 */
public record CommunicationView(
    MessageHeader header,
    @Nullable MessageContent content,
    boolean broken,
    String topic,
    Category category,
    String status,
    @Nullable Instant received,
    List<Recipient> recipients,
    List<BusinessIdentifier> identifiers,
    @Nullable Retraction retraction,
    int version,
    Instant changedAt,
    boolean alert,
    String commitment) {

  /** The same before its recipient had it. */
  public CommunicationView notReceived() {
    return new CommunicationView(
        header,
        content,
        broken,
        topic,
        category,
        status,
        null,
        recipients,
        identifiers,
        retraction,
        version,
        changedAt,
        alert,
        commitment);
  }

  /** The same for who may not see what was written. */
  public CommunicationView withoutContent() {
    return new CommunicationView(
        header,
        null,
        broken,
        topic,
        category,
        status,
        received,
        recipients,
        identifiers,
        retraction,
        version,
        changedAt,
        alert,
        commitment);
  }

  /** An addressee by reference and shown name. */
  public record Recipient(PartyRef party, String name) {}

  public CommunicationView {
    recipients = List.copyOf(recipients);
    identifiers = List.copyOf(identifiers);
  }
}
