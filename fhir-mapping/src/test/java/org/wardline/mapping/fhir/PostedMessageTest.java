package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.CommunicationRequest.CommunicationRequestStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.Test;
import org.wardline.message.InvalidMessageException;

/** Messages and alerts of systems, as they are read before anything of them is looked up. */
class PostedMessageTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private static Communication message(Consumer<Communication> more) {
    var message = new Communication();
    message.setStatus(CommunicationStatus.INPROGRESS);
    message.addRecipient(new Reference("Practitioner/1"));
    message.addPayload().setContent(new StringType("Please come"));
    more.accept(message);
    return message;
  }

  private static CommunicationRequest alert(Consumer<CommunicationRequest> more) {
    var alert = new CommunicationRequest();
    alert.setStatus(CommunicationRequestStatus.ACTIVE);
    alert.addRecipient(new Reference("Practitioner/1"));
    alert.addPayload().setContent(new StringType("A pump stands still"));
    more.accept(alert);
    return alert;
  }

  private static Extension modifier() {
    return new Extension("http://example.org/negated", new StringType("true"));
  }

  private static void refused(Communication message, String element) {
    assertThatThrownBy(() -> PostedCommunication.fromFhir(message, NOW))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(element));
  }

  private static void refused(CommunicationRequest alert, String element) {
    assertThatThrownBy(() -> PostedAlert.message(alert, NOW))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(element));
  }

  @Test
  void what_may_change_the_meaning_and_is_not_understood_is_refused() {
    refused(message(m -> m.addModifierExtension(modifier())), "Communication.modifierExtension");
    refused(
        message(m -> m.getPayloadFirstRep().addModifierExtension(modifier())),
        "Communication.payload[0].modifierExtension");
    refused(
        message(m -> m.setImplicitRules("http://example.org/rules")),
        "Communication.implicitRules");
    refused(
        alert(a -> a.addModifierExtension(modifier())), "CommunicationRequest.modifierExtension");
    refused(
        alert(a -> a.getPayloadFirstRep().addModifierExtension(modifier())),
        "CommunicationRequest.payload[0].modifierExtension");
  }

  @Test
  void that_nobody_is_to_be_told_is_no_alert() {
    refused(alert(a -> a.setDoNotPerform(true)), "CommunicationRequest.doNotPerform");
  }

  @Test
  void an_alert_for_later_is_not_told_now() {
    var later = Date.from(NOW.plus(Duration.ofHours(1)));
    refused(
        alert(a -> a.setOccurrence(new DateTimeType(later))), "CommunicationRequest.occurrence");
    refused(
        alert(a -> a.setOccurrence(new Period().setStart(later))),
        "CommunicationRequest.occurrence");
  }

  @Test
  void what_is_due_is_told() {
    for (Date due : new Date[] {Date.from(NOW), Date.from(NOW.plus(Duration.ofMinutes(4)))}) {
      assertThat(
              PostedAlert.message(alert(a -> a.setOccurrence(new DateTimeType(due))), NOW)
                  .content()
                  .text())
          .isEqualTo("A pump stands still");
    }
    assertThat(PostedAlert.message(alert(a -> a.setOccurrence(new Period())), NOW).recipients())
        .hasSize(1);
    assertThat(PostedAlert.message(alert(a -> a.setDoNotPerform(false)), NOW).recipients())
        .hasSize(1);
    assertThat(PostedCommunication.fromFhir(message(m -> {}), NOW).content().text())
        .isEqualTo("Please come");
  }
}
