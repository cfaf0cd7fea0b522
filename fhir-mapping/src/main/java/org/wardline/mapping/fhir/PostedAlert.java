package org.wardline.mapping.fhir;

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

  /**
   * Reads it.
   *
   * @throws InvalidMessageException naming the element that is missing, wrong or not supported
   */
  public static PostedCommunication message(CommunicationRequest posted) {
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
    posted.getPayload().forEach(payload -> asked.addPayload().setContent(payload.getContent()));
    String topic = topic(posted);
    asked.setTopic(new CodeableConcept().setText(topic));
    try {
      return PostedCommunication.fromFhir(asked);
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
