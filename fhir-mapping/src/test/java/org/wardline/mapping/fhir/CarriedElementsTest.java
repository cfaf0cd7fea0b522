package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wardline.message.Carried;
import org.wardline.message.Carried.Code;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;

/** What a message says beyond what Wardline works with. */
class CarriedElementsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final Instant YESTERDAY = Instant.parse("2026-11-27T08:30:00Z");

  private static final String MODE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";

  private static Communication message() {
    var message = new Communication();
    message.setId("7");
    message.getMeta().setVersionId("3").setLastUpdated(Date.from(NOW));
    message.getText().setDivAsString("<div>Please come</div>");
    message.setStatus(CommunicationStatus.INPROGRESS);
    message.addIdentifier().setSystem("urn:it").setValue("1");
    message.addCategory(concept(Systems.CATEGORY, "instruction"));
    message.addPartOf(new Reference("Communication/1"));
    message.addInResponseTo(new Reference("Communication/2"));
    message.setSubject(new Reference("Patient/1"));
    message.setSender(new Reference("Device/1"));
    message.addRecipient(new Reference("Practitioner/1"));
    message.setPriority(Communication.CommunicationPriority.URGENT);
    message.getTopic().setText("Pump");
    message.setSent(Date.from(YESTERDAY));
    message.addPayload().setContent(new StringType("Please come"));
    return message;
  }

  private static CodeableConcept concept(@Nullable String system, String code) {
    return new CodeableConcept(new Coding(system, code, null));
  }

  private static Communication rest(Carried carried) {
    assertThat(carried.elements()).isNotEmpty();
    return FhirContext.forR4Cached()
        .newJsonParser()
        .parseResource(Communication.class, carried.elements());
  }

  @Test
  void nothing_is_carried_of_a_message_of_which_all_is_worked_with() {
    assertThat(CarriedElements.of(message(), false, NOW)).isEqualTo(Carried.NOTHING);
  }

  @Test
  void all_else_is_carried_and_leads_to_the_message() {
    Communication posted = message();
    posted.addBasedOn(new Reference("http://127.0.0.1/fhir/ServiceRequest/4711/_history/2"));
    posted.setEncounter(new Reference("Encounter/12"));
    posted.getEncounter().getIdentifier().setSystem("urn:visits").setValue("V-1");
    posted.addMedium(concept(MODE, "PHONE"));
    posted.addCategory(concept(null, "discharge"));
    posted.addInstantiatesCanonical("http://example.org/PlanDefinition/1|2.0");
    posted.addInstantiatesUri("http://example.org/protocol");
    posted.addReasonCode(new CodeableConcept().setText("Alarm"));
    posted.addNote(new Annotation().setText("Second call"));
    Carried carried = CarriedElements.of(posted, false, NOW);
    Communication rest = rest(carried);
    assertThat(rest.getNoteFirstRep().getText()).isEqualTo("Second call");
    assertThat(rest.getReasonCodeFirstRep().getText()).isEqualTo("Alarm");
    assertThat(rest.getCategory()).hasSize(2);
    assertThat(rest.hasSent() || rest.hasPayload() || rest.hasText() || rest.hasSubject())
        .isFalse();
    assertThat(carried.sent()).isNull();
    assertThat(carried.codes())
        .containsExactlyInAnyOrder(
            new Code("based-on", "http://127.0.0.1/fhir/ServiceRequest/4711"),
            new Code("encounter", "Encounter/12"),
            new Code("encounter:identifier", "V-1"),
            new Code("encounter:identifier", "urn:visits|V-1"),
            new Code("encounter:identifier", "urn:visits|"),
            new Code("medium", "PHONE"),
            new Code("medium", MODE + "|PHONE"),
            new Code("medium", MODE + "|"),
            new Code("category", "discharge"),
            new Code("category", "|discharge"),
            new Code("instantiates-canonical", "http://example.org/PlanDefinition/1|2.0"),
            new Code("instantiates-canonical", "http://example.org/PlanDefinition/1"),
            new Code("instantiates-uri", "http://example.org/protocol"));
    assertThat(carried.toString()).doesNotContain("Alarm").doesNotContain("V-1");
  }

  @Test
  void of_what_is_put_on_record_it_is_told_when_it_was_sent() {
    Carried carried = CarriedElements.of(message(), true, NOW);
    assertThat(carried.sent()).isEqualTo(YESTERDAY);
    assertThat(rest(carried).getSent()).isEqualTo(Date.from(YESTERDAY));
    Communication tomorrow = message().setSent(Date.from(NOW.plusSeconds(86_400)));
    assertThatThrownBy(() -> CarriedElements.of(tomorrow, true, NOW))
        .isInstanceOfSatisfying(
            InvalidMessageException.class,
            e -> assertThat(e.field()).isEqualTo("Communication.sent"));
    assertThat(CarriedElements.of(tomorrow, false, NOW)).isEqualTo(Carried.NOTHING);
  }

  @Test
  void nobody_says_in_our_name_what_we_say() {
    Communication posted = message();
    posted.addExtension(new Extension(Systems.COMMITMENT, new StringType("forged")));
    posted.addExtension(new Extension(Systems.SENT_BY, new Reference("Device/9")));
    posted.setStatusReason(
        concept(Systems.RETRACTION_REASON, "wrong-patient").setText("Taken back by Dr. X."));
    posted
        .getMeta()
        .addTag("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED", "");
    posted.getMeta().addExtension(new Extension(Systems.SENT_BY, new StringType("x")));
    assertThat(CarriedElements.of(posted, false, NOW)).isEqualTo(Carried.NOTHING);
    posted
        .addNote(new Annotation().setText("n"))
        .getNoteFirstRep()
        .addExtension(new Extension(Systems.SENT_BY, new StringType("forged")));
    assertThat(CarriedElements.of(posted, false, NOW).elements()).doesNotContain("forged");
    posted.setNote(null);
    posted.addExtension(new Extension("http://example.org/ward", new StringType("3 West")));
    assertThat(rest(CarriedElements.of(posted, false, NOW)).getExtension()).hasSize(1);
  }

  @Test
  void what_nobody_can_search_for_leads_nowhere() {
    Communication posted = message();
    posted.addInstantiatesUri("u".repeat(601));
    posted.addBasedOn(new Reference().setDisplay("the order of this morning"));
    assertThat(CarriedElements.of(posted, false, NOW).codes()).isEmpty();
  }

  @Test
  void what_cannot_be_given_back_in_every_form_is_refused() {
    for (String none : List.of("a\0b", "a\u000bb", "a\ud800b", "\ufffe")) {
      Communication posted = message();
      posted.addNote(new Annotation().setText(none));
      assertThatThrownBy(() -> CarriedElements.of(posted, false, NOW))
          .isInstanceOf(InvalidMessageException.class);
    }
  }

  @Test
  void what_happened_before_there_were_computers_is_refused() {
    for (String then : List.of("0001-01-01T00:00:00Z", "1899-12-31T00:00:00Z")) {
      Communication posted = message().setSent(Date.from(Instant.parse(then)));
      assertThatThrownBy(() -> CarriedElements.of(posted, true, NOW))
          .isInstanceOf(InvalidMessageException.class);
    }
    Communication later = message().setReceived(Date.from(NOW.plusSeconds(86_400)));
    assertThatThrownBy(() -> CarriedElements.of(later, true, NOW))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void too_much_is_refused() {
    Communication posted = message();
    posted.addNote(new Annotation().setText("x".repeat(Carried.MAX_ELEMENTS)));
    assertThatThrownBy(() -> CarriedElements.of(posted, false, NOW))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void categories_come_back_with_ours_once() {
    var message = new Communication();
    message.addCategory(concept("urn:hospital", "discharge"));
    CarriedElements.categorize(message, Category.NOTIFICATION);
    CarriedElements.categorize(message, Category.NOTIFICATION);
    assertThat(message.getCategory()).hasSize(2);
  }
}
