package org.wardline.mapping.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationPriority;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.FilingRecord;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Retraction;

/** Messages as FHIR R4 Communication (http://hl7.org/fhir/R4/communication.html). */
public final class CommunicationMapper {
  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

  private CommunicationMapper() {}

  /** A message as our own API shows it, with references into our own server. */
  public static Communication toFhir(CommunicationView view) {
    MessageHeader header = view.header();
    Communication communication =
        CarriedElements.resource(view.content() == null ? "" : view.content().elements());
    frame(communication, header, view.topic(), view.category());
    communication.setStatus(CommunicationStatus.fromCode(view.status()));
    communication.setId(header.messageId().toString());
    communication
        .getMeta()
        .setVersionId(String.valueOf(view.version()))
        .setLastUpdatedElement(
            new InstantType(Date.from(view.changedAt()), TemporalPrecisionEnum.MILLI, UTC));
    view.identifiers().forEach(i -> communication.addIdentifier(identifier(i.system(), i.value())));
    PatientSnapshot patient = header.patient();
    if (patient != null) {
      communication.setSubject(subject(patient).setReference("Patient/" + patient.patientId()));
    }
    communication.setSender(sender(header.author()));
    communication.addPartOf(new Reference("Communication/" + header.conversationId()));
    if (view.alert()) {
      communication.addBasedOn(new Reference("CommunicationRequest/" + header.messageId()));
    }
    if (header.inResponseTo() != null) {
      communication.addInResponseTo(new Reference("Communication/" + header.inResponseTo()));
    }
    view.recipients()
        .forEach(
            to ->
                communication.addRecipient(
                    new Reference(to.party().toString()).setDisplay(to.name())));
    if (view.received() != null && communication.getReceived() == null) {
      communication.setReceivedElement(time(view.received()));
    }
    if (view.retraction() != null) {
      communication.setStatusReason(reason(view.retraction()));
    }
    if (view.content() != null) {
      communication.addPayload().setContent(new StringType(view.content().text()));
    } else if (view.broken()) {
      var unknown = new StringType();
      unknown.addExtension(Systems.DATA_ABSENT_REASON, new CodeType("error"));
      communication.addPayload().setContent(unknown);
    }
    communication.addExtension(new Extension(Systems.COMMITMENT, binary(view.commitment())));
    return communication;
  }

  /** When a message that is put on record was sent, where its client said so. */
  public static Optional<Instant> sentElsewhere(MessageContent content) {
    return Optional.ofNullable(CarriedElements.resource(content.elements()).getSent())
        .map(Date::toInstant);
  }

  /**
   * A message as it is filed into a hospital's FHIR server, which does not hold our resources:
   * references are by identifier, the author's role snapshot is contained, and our message
   * identifier makes a repeated create conditional.
   */
  public static Communication toFiling(FilingRecord record) {
    MessageHeader header = record.message().header();
    FilingRecord.TakenBack takenBack = record.takenBack();
    var communication = new Communication();
    frame(communication, header, record.topic(), record.category());
    communication.setStatus(
        takenBack == null ? CommunicationStatus.INPROGRESS : CommunicationStatus.ENTEREDINERROR);
    if (header.patient() != null) {
      communication.setSubject(subject(header.patient()));
    }
    communication.addContained(roleSnapshot(header.author()));
    communication.setSender(new Reference("#author").setDisplay(header.author().shownName()));
    for (FilingRecord.Recipient to : record.recipients()) {
      var reference = new Reference().setType(to.party().kind().fhirType()).setDisplay(to.name());
      boolean role = to.party().kind() == PartyRef.Kind.HEALTHCARE_SERVICE;
      reference.setIdentifier(
          identifier(role ? Systems.ON_CALL_ROLE : Systems.USERNAME, to.identifier()));
      communication.addRecipient(reference);
    }
    if (takenBack == null) {
      communication.addPayload().setContent(new StringType(record.message().content().text()));
    } else {
      communication.setStatusReason(reason(takenBack.retraction()));
    }
    return communication;
  }

  /**
   * A conversation as thread header: a Communication without {@code partOf}, whose messages point
   * to it. It is in progress until it is closed.
   */
  public static Communication threadHeader(ThreadView thread) {
    var communication = new Communication();
    communication.setId(thread.id().toString());
    communication.getMeta().setLastUpdated(Date.from(thread.changedAt()));
    communication.addIdentifier(identifier(Systems.URI_IDENTIFIER, "urn:uuid:" + thread.id()));
    communication.setStatus(
        thread.closed() ? CommunicationStatus.COMPLETED : CommunicationStatus.INPROGRESS);
    if (!thread.topic().isEmpty()) {
      communication.getTopic().setText(thread.topic());
    }
    PatientSnapshot patient = thread.patient();
    if (patient != null) {
      communication.setSubject(subject(patient).setReference("Patient/" + patient.patientId()));
    }
    thread
        .members()
        .forEach(
            m ->
                communication.addRecipient(
                    new Reference(m.party().toString())
                        .setDisplay(m.name().isEmpty() ? null : m.name())));
    communication.setSentElement(time(thread.startedAt()));
    return communication;
  }

  private static CodeableConcept reason(Retraction retraction) {
    return new CodeableConcept(
            new Coding(
                Systems.RETRACTION_REASON, retraction.reason().code(), retraction.reason().words()))
        .setText(reasonText(retraction));
  }

  static String reasonText(Retraction retraction) {
    return "Taken back by " + retraction.by() + ". " + retraction.reason().words();
  }

  private static void frame(
      Communication communication, MessageHeader header, String topic, Category category) {
    communication.addIdentifier(
        identifier(Systems.URI_IDENTIFIER, "urn:uuid:" + header.messageId()));
    CarriedElements.categorize(communication, category);
    communication.setPriority(CommunicationPriority.fromCode(header.priority().code()));
    if (!topic.isEmpty()) {
      communication.getTopic().setText(topic);
    }
    if (communication.getSent() == null) {
      communication.setSentElement(time(header.sentAt()));
    }
    if (header.author().onBehalf() != null) {
      Author.Agent agent = header.author().onBehalf();
      communication.addExtension(
          new Extension(
              Systems.SENT_BY, new Reference(agent.party().toString()).setDisplay(agent.name())));
    }
  }

  private static Reference sender(Author author) {
    boolean machine = author.party().kind() == PartyRef.Kind.DEVICE;
    return new Reference(senderReference(author))
        .setIdentifier(
            identifier(machine ? Systems.CLIENT_ID : Systems.USERNAME, author.identifier()))
        .setDisplay(author.shownName());
  }

  static String senderReference(Author author) {
    return author.roleId() == null
        ? author.party().toString()
        : "PractitionerRole/" + author.roleId();
  }

  private static PractitionerRole roleSnapshot(Author author) {
    var role = new PractitionerRole();
    role.setId("author");
    boolean machine = author.party().kind() == PartyRef.Kind.DEVICE;
    role.setPractitioner(
        new Reference()
            .setIdentifier(
                identifier(machine ? Systems.CLIENT_ID : Systems.USERNAME, author.identifier()))
            .setDisplay(author.shownName()));
    role.addCode(new CodeableConcept().setText(author.profession()));
    if (!author.department().isEmpty()) {
      role.addSpecialty(new CodeableConcept().setText(author.department()));
    }
    return role;
  }

  private static Reference subject(PatientSnapshot patient) {
    return new Reference()
        .setType("Patient")
        .setIdentifier(identifier(patient.identifierSystem(), patient.identifier()))
        .setDisplay(patient.name());
  }

  /** To the millisecond, in UTC. */
  private static DateTimeType time(Instant at) {
    return new DateTimeType(Date.from(at), TemporalPrecisionEnum.MILLI, UTC);
  }

  private static Identifier identifier(String system, String value) {
    return new Identifier().setSystem(system).setValue(value);
  }

  private static Base64BinaryType binary(String base64) {
    var binary = new Base64BinaryType();
    binary.setValueAsString(base64);
    return binary;
  }
}
