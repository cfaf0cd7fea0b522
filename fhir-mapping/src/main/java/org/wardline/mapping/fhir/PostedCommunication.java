package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Carried;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.MessageContent;
import org.wardline.message.Priority;
import org.wardline.message.Retraction;

/**
 * What a client asks for when it posts a Communication: checked in form, references not yet
 * resolved.
 *
 * @param subject the patient, or null
 * @param recipients at least one
 * @param sender somebody on whose behalf the client writes; null when it writes for itself
 * @param partOf conversation to continue; null for a new one
 * @param inResponseTo message that it answers, or null
 * @param topic may be empty
 * @param category the first one of FHIR's own; a notification when there is none
 * @param content the payload's text
 * @param identifiers names that the client gives it; the first one makes a repeated post harmless
 * @param carried what else it says
 * @param completed true when it happened elsewhere and is only put on record
 */
public record PostedCommunication(
    @Nullable Party subject,
    List<Party> recipients,
    @Nullable Party sender,
    @Nullable String partOf,
    @Nullable String inResponseTo,
    String topic,
    Category category,
    Priority priority,
    MessageContent content,
    List<BusinessIdentifier> identifiers,
    Carried carried,
    boolean completed) {

  /**
   * A reference as it was given: by literal reference, or by identifier.
   *
   * @param reference {@code Type/id}; empty when only an identifier was given
   */
  public record Party(String reference, String system, String value) {}

  public PostedCommunication {
    recipients = List.copyOf(recipients);
    identifiers = List.copyOf(identifiers);
  }

  /**
   * Why a message is taken back: what {@code statusReason} says in our code system; its content was
   * wrong, when it says nothing.
   */
  public static Retraction.Reason reason(Communication posted) {
    return posted.getStatusReason().getCoding().stream()
        .filter(c -> Systems.RETRACTION_REASON.equals(c.getSystem()))
        .map(c -> Retraction.Reason.fromCode(String.valueOf(c.getCode())))
        .findFirst()
        .orElse(Retraction.Reason.WRONG_CONTENT);
  }

  /**
   * Reads the resource.
   *
   * @param now what is put on record happened before
   * @throws InvalidMessageException naming the element that is missing, wrong or not supported
   */
  public static PostedCommunication fromFhir(Communication posted, Instant now) {
    Modifiers.refuse(posted);
    if (posted.getStatus() == null) {
      throw new InvalidMessageException("Communication.status", "status is required");
    }
    boolean completed = posted.getStatus() == CommunicationStatus.COMPLETED;
    if (!completed && posted.getStatus() != CommunicationStatus.INPROGRESS) {
      throw new InvalidMessageException(
          "Communication.status", "status must be in-progress (send) or completed (put on record)");
    }
    List<Party> recipients = new ArrayList<>();
    for (int i = 0; i < posted.getRecipient().size(); i++) {
      String at = "Communication.recipient[" + i + "]";
      recipients.add(
          party(posted.getRecipient().get(i), at)
              .orElseThrow(
                  () ->
                      new InvalidMessageException(at, "a reference or an identifier is required")));
    }
    if (recipients.isEmpty()) {
      throw new InvalidMessageException(
          "Communication.recipient", "at least one recipient is required");
    }
    Carried carried = CarriedElements.of(posted, completed, now);
    return new PostedCommunication(
        party(posted.getSubject(), "Communication.subject").orElse(null),
        recipients,
        party(posted.getSender(), "Communication.sender").orElse(null),
        single(posted.getPartOf(), "Communication.partOf"),
        single(posted.getInResponseTo(), "Communication.inResponseTo"),
        topic(posted),
        category(posted),
        posted.getPriority() == null
            ? Priority.ROUTINE
            : Priority.fromCode(posted.getPriority().toCode()),
        new MessageContent(text(posted), carried.elements()),
        identifiers(posted),
        carried,
        completed);
  }

  private static String topic(Communication posted) {
    if (posted.getTopic().hasText()) {
      return posted.getTopic().getText();
    }
    String display = posted.getTopic().getCodingFirstRep().getDisplay();
    return display == null ? "" : display;
  }

  private static Category category(Communication posted) {
    return posted.getCategory().stream()
        .flatMap(concept -> concept.getCoding().stream())
        .flatMap(coding -> CarriedElements.category(coding).stream())
        .findFirst()
        .orElse(Category.NOTIFICATION);
  }

  private static List<BusinessIdentifier> identifiers(Communication posted) {
    List<BusinessIdentifier> identifiers = new ArrayList<>();
    for (int i = 0; i < posted.getIdentifier().size(); i++) {
      String at = "Communication.identifier[" + i + "]";
      String value = posted.getIdentifier().get(i).getValue();
      if (value == null || value.isBlank()) {
        throw new InvalidMessageException(at, "a value is required");
      }
      String system = posted.getIdentifier().get(i).getSystem();
      if (system != null && system.startsWith(Systems.NAMES)) {
        throw new InvalidMessageException(
            at, "identifiers of " + Systems.NAMES + "… are given by Wardline alone");
      }
      identifiers.add(new BusinessIdentifier(system == null ? "" : system, value));
    }
    return identifiers;
  }

  private static String text(Communication posted) {
    if (posted.getPayload().isEmpty()) {
      throw new InvalidMessageException(
          "Communication.payload", "a payload with contentString is required");
    }
    var text = new StringBuilder();
    for (int i = 0; i < posted.getPayload().size(); i++) {
      Modifiers.refuse(posted.getPayload().get(i), "Communication.payload[" + i + "]");
      if (!(posted.getPayload().get(i).getContent() instanceof StringType string)
          || string.getValue() == null) {
        throw new InvalidMessageException(
            "Communication.payload[" + i + "]", "only contentString is supported");
      }
      text.append(i == 0 ? "" : "\n").append(string.getValue());
    }
    return text.toString();
  }

  static Optional<Party> party(@Nullable Reference reference, String at) {
    if (reference == null || reference.isEmpty()) {
      return Optional.empty();
    }
    String literal = reference.getReference() == null ? "" : reference.getReference();
    if ((literal + reference.getIdentifier().getSystem() + reference.getIdentifier().getValue())
            .indexOf('\0')
        >= 0) {
      throw new InvalidMessageException(at, "NUL characters are not allowed");
    }
    if (literal.startsWith("#")) {
      throw new InvalidMessageException(at, "contained resources are not supported here");
    }
    String system = reference.getIdentifier().getSystem();
    String value = reference.getIdentifier().getValue();
    if (literal.isEmpty() && value == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Party(literal, system == null ? "" : system, value == null ? "" : value));
  }

  private static @Nullable String single(List<Reference> references, String at) {
    if (references.size() > 1) {
      throw new InvalidMessageException(at, "at most one is supported");
    }
    return references.isEmpty() ? null : references.get(0).getReference();
  }
}
