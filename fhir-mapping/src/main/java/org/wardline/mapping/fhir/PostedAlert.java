package org.wardline.mapping.fhir;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.CommunicationRequest.CommunicationRequestStatus;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;

/** A CommunicationRequest (IHE mACM, ITI-84) as the message that it asks for. */
public final class PostedAlert {
  private PostedAlert() {}

  /** Clocks of other systems may be so much ahead. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /**
   * Reads it.
   *
   * @param now an alert is told at once: one that is to happen later is refused
   * @throws InvalidMessageException naming the element that is missing, wrong or not supported
   */
  public static PostedCommunication message(CommunicationRequest posted, Instant now) {
    Modifiers.refuse(posted);
    if (posted.getDoNotPerform()) {
      throw new InvalidMessageException(
          "CommunicationRequest.doNotPerform", "an alert asks that somebody is told");
    }
    Date due =
        posted.hasOccurrencePeriod()
            ? posted.getOccurrencePeriod().getStart()
            : posted.hasOccurrenceDateTimeType()
                ? posted.getOccurrenceDateTimeType().getValue()
                : null;
    if (due != null && due.toInstant().isAfter(now.plus(AHEAD))) {
      throw new InvalidMessageException(
          "CommunicationRequest.occurrence", "an alert is told at once: raise it when it is due");
    }
    if (posted.getStatus() != CommunicationRequestStatus.ACTIVE) {
      throw new InvalidMessageException(
          "CommunicationRequest.status", "an alert is raised with status active");
    }
    var asked = new Communication();
    asked.setStatus(CommunicationStatus.INPROGRESS);
    asked.addCategory(
        new CodeableConcept(new Coding(Systems.CATEGORY, Category.ALERT.code(), "Alert")));
    asked.setIdentifier(posted.getIdentifier());
    asked.setRecipient(posted.getRecipient());
    if (posted.hasSubject()) {
      asked.setSubject(posted.getSubject());
    }
    if (posted.hasPriority()) {
      asked.setPriority(
          Communication.CommunicationPriority.fromCode(posted.getPriority().toCode()));
    }
    for (int i = 0; i < posted.getPayload().size(); i++) {
      Modifiers.refuse(posted.getPayload().get(i), "CommunicationRequest.payload[" + i + "]");
      asked.addPayload().setContent(posted.getPayload().get(i).getContent());
    }
    String topic = topic(posted);
    asked.setTopic(new CodeableConcept().setText(topic));
    try {
      return PostedCommunication.fromFhir(asked, now);
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(
          e.field().replaceFirst("^Communication\\.", "CommunicationRequest."),
          String.valueOf(e.getMessage()));
    }
  }

  private static String topic(CommunicationRequest posted) {
    CodeableConcept reason =
        posted.hasReasonCode() ? posted.getReasonCodeFirstRep() : posted.getCategoryFirstRep();
    String text = reason.hasText() ? reason.getText() : reason.getCodingFirstRep().getDisplay();
    return text == null ? "Alert" : text.substring(0, Math.min(text.length(), 200));
  }
}
