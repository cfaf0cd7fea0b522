package org.wardline.mapping.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;
import org.wardline.mapping.fhir.TranscriptView.Line;
import org.wardline.message.Author;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;

/**
 * A conversation as FHIR document: a Composition (http://hl7.org/fhir/R4/composition.html) with a
 * section for each message, and the Bundle of it with all that it points to
 * (http://hl7.org/fhir/R4/documents.html).
 */
public final class TranscriptMapper {
  /** What is not all that there is of a resource (FHIR R4, 3.1.1.5.10). */
  private static final Coding SUBSETTED =
      new Coding("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED", null);

  private final TranscriptWords words;
  private final Organization custodian;

  /**
   * A mapper.
   *
   * @param words what its narrative says
   * @param organizationId whose conversations they are
   * @param organizationName as people read it
   */
  public TranscriptMapper(TranscriptWords words, String organizationId, String organizationName) {
    this.words = words;
    this.custodian = new Organization();
    custodian.setId(organizationId);
    custodian.setName(organizationName);
  }

  /** The conversation itself; its key is that of the conversation. */
  public Composition composition(TranscriptView transcript) {
    Composition composition = frame(transcript.thread());
    authors(transcript).values().forEach(author -> composition.addAuthor(reference(author)));
    composition.setText(
        narrative(words.patient(transcript.thread().patient()), words.taken(transcript)));
    transcript.messages().forEach(line -> composition.addSection(section(transcript, line)));
    return composition;
  }

  /** The same without what is in it, as a search gives it. */
  public Composition heading(ThreadView thread) {
    Composition composition = frame(thread);
    composition.getMeta().addTag(SUBSETTED.copy());
    thread.members().stream()
        .filter(ThreadView.Member::wrote)
        .forEach(
            m ->
                composition.addAuthor(
                    new Reference(m.party().toString())
                        .setDisplay(m.name().isEmpty() ? null : m.name())));
    if (!composition.hasAuthor()) {
      composition.addAuthor().setDisplay(custodian.getName());
    }
    return composition;
  }

  /** Without {@code lastUpdated}: receipts and retractions change what is in it at any time. */
  private Composition frame(ThreadView thread) {
    var composition = new Composition();
    composition.setId(thread.id().toString());
    composition.setIdentifier(uri("urn:uuid:" + thread.id()));
    composition.setStatus(
        thread.closed() ? CompositionStatus.FINAL : CompositionStatus.PRELIMINARY);
    composition.setType(
        new CodeableConcept(new Coding("http://loinc.org", "34109-9", "Note"))
            .setText("Conversation"));
    composition.setDateElement(
        new DateTimeType(
            Date.from(thread.changedAt()),
            TemporalPrecisionEnum.MILLI,
            TimeZone.getTimeZone("UTC")));
    composition.setTitle(words.title(thread));
    if (thread.patient() != null) {
      composition.setSubject(patientReference(thread.patient()));
    }
    return composition;
  }

  /**
   * The document.
   *
   * @param base address of the server that gives it, without a slash at its end
   */
  public Bundle document(TranscriptView transcript, String base) {
    var bundle = new Bundle();
    bundle.setType(Bundle.BundleType.DOCUMENT);
    bundle.setIdentifier(uri("urn:uuid:" + transcript.id()));
    bundle.setTimestamp(Date.from(transcript.takenAt()));
    Composition composition = composition(transcript);
    composition.setCustodian(
        new Reference("urn:uuid:" + custodian.getIdPart()).setDisplay(custodian.getName()));
    add(bundle, base, composition);
    PatientSnapshot patient = transcript.thread().patient();
    if (patient != null) {
      add(bundle, base, patient(patient));
    }
    authors(transcript).forEach((reference, author) -> add(bundle, base, described(author)));
    bundle.addEntry().setFullUrl("urn:uuid:" + custodian.getIdPart()).setResource(custodian);
    transcript
        .messages()
        .forEach(line -> add(bundle, base, CommunicationMapper.toFhir(line.message())));
    return bundle;
  }

  private static void add(Bundle bundle, String base, Resource resource) {
    bundle
        .addEntry()
        .setFullUrl(base + "/" + resource.fhirType() + "/" + resource.getIdElement().getIdPart())
        .setResource(resource);
  }

  private SectionComponent section(TranscriptView transcript, Line line) {
    var section = new SectionComponent();
    section.setTitle(words.heading(line));
    XhtmlNode div = div();
    String about = words.about(transcript, line);
    if (!about.isEmpty()) {
      div.addTag("p").addTag("b").addText(printable(about));
    }
    for (String row : words.text(line).split("\\R", -1)) {
      div.addTag("p").addText(printable(row));
    }
    if (!line.receipts().isEmpty()) {
      XhtmlNode list = div.addTag("ul");
      line.receipts().forEach(r -> list.addTag("li").addText(printable(words.receipt(r))));
    }
    section.setText(narrative(div));
    section.setMode(Composition.SectionMode.SNAPSHOT);
    section.addEntry(new Reference("Communication/" + line.message().header().messageId()));
    return section;
  }

  private static Narrative narrative(String... rows) {
    XhtmlNode div = div();
    for (String row : rows) {
      div.addTag("p").addText(printable(row));
    }
    return narrative(div);
  }

  private static Narrative narrative(XhtmlNode div) {
    var narrative = new Narrative();
    narrative.setStatus(NarrativeStatus.GENERATED);
    narrative.setDiv(div);
    return narrative;
  }

  private static XhtmlNode div() {
    var div = new XhtmlNode(NodeType.Element, "div");
    div.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
    return div;
  }

  /** What XML 1.0 has no character for is shown as such; the message itself keeps it. */
  private static String printable(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                shown.appendCodePoint(
                    c == '\t'
                            || (c >= 0x20 && c <= 0xD7FF)
                            || (c >= 0xE000 && c <= 0xFFFD)
                            || c >= 0x10000
                        ? c
                        : 0xFFFD));
    return shown.isEmpty() ? "\u00a0" : shown.toString();
  }

  /** Who wrote, each once, in the order of their first messages. */
  private static Map<String, Author> authors(TranscriptView transcript) {
    var authors = new LinkedHashMap<String, Author>();
    transcript
        .messages()
        .forEach(
            line -> {
              Author author = line.message().header().author();
              authors.putIfAbsent(author.party().toString(), author);
            });
    return authors;
  }

  private static Reference reference(Author author) {
    return new Reference(author.party().toString()).setDisplay(author.name());
  }

  private static Resource described(Author author) {
    PartyRef party = author.party();
    if (party.kind() == PartyRef.Kind.DEVICE) {
      var device = new Device();
      device.getMeta().addTag(SUBSETTED.copy());
      device.setId(party.id().toString());
      device.addIdentifier().setSystem(Systems.CLIENT_ID).setValue(author.identifier());
      device.addDeviceName().setName(author.name()).setType(Device.DeviceNameType.OTHER);
      return device;
    }
    var person = new Practitioner();
    person.getMeta().addTag(SUBSETTED.copy());
    person.setId(party.id().toString());
    person.addIdentifier().setSystem(Systems.USERNAME).setValue(author.identifier());
    person.addName().setText(author.name());
    return person;
  }

  private static Reference patientReference(PatientSnapshot patient) {
    return new Reference("Patient/" + patient.patientId())
        .setType("Patient")
        .setIdentifier(
            new Identifier().setSystem(patient.identifierSystem()).setValue(patient.identifier()))
        .setDisplay(patient.name());
  }

  private static Patient patient(PatientSnapshot snapshot) {
    var patient = new Patient();
    patient.getMeta().addTag(SUBSETTED.copy());
    patient.setId(snapshot.patientId().toString());
    patient.addIdentifier().setSystem(snapshot.identifierSystem()).setValue(snapshot.identifier());
    patient.addName().setText(snapshot.name());
    if (snapshot.birthDate() != null) {
      patient.setBirthDateElement(new DateType(snapshot.birthDate()));
    }
    return patient;
  }

  private static Identifier uri(String value) {
    return new Identifier().setSystem(Systems.URI_IDENTIFIER).setValue(value);
  }
}
