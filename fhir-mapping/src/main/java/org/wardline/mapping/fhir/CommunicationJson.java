package org.wardline.mapping.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Author;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Retraction;

/**
 * Messages straight to FHIR JSON, without the resource model between: a page of them would
 * otherwise cost more than all the rest of the search. Says exactly what {@link
 * CommunicationMapper#toFhir} says; a test compares them.
 */
public final class CommunicationJson {
  private static final JsonFactory JSON = new JsonFactory();

  /** What a message is long without its text. */
  private static final int FRAME = 2048;

  private final JsonGenerator out;
  private final JsonElements elements;
  private final CommunicationView view;
  private final MessageHeader header;

  private CommunicationJson(JsonGenerator out, CommunicationView view) {
    this.out = out;
    this.elements = new JsonElements(out);
    this.view = view;
    this.header = view.header();
  }

  /** False when its client said more than the message itself: that is the mapper's. */
  public static boolean says(CommunicationView view) {
    return view.content() == null || view.content().elements().isEmpty();
  }

  /** The resource of a message of which it {@link #says} all. */
  public static String write(CommunicationView view) {
    var text = new StringWriter(FRAME);
    try (JsonGenerator out = JSON.createGenerator(text)) {
      new CommunicationJson(out, view).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write() throws IOException {
    out.writeStartObject();
    out.writeStringField("resourceType", "Communication");
    out.writeStringField("id", header.messageId().toString());
    meta();
    extensions();
    identifiers();
    references("basedOn", view.alert() ? "CommunicationRequest/" + header.messageId() : null);
    references("partOf", "Communication/" + header.conversationId());
    references(
        "inResponseTo",
        header.inResponseTo() == null ? null : "Communication/" + header.inResponseTo());
    out.writeStringField("status", view.status());
    statusReason();
    category();
    out.writeStringField("priority", header.priority().code());
    subject();
    topic();
    recipients();
    sender(header.author());
    out.writeStringField("sent", JsonElements.instant(header.sentAt()));
    received(view.received());
    payload();
    out.writeEndObject();
  }

  private void meta() throws IOException {
    out.writeObjectFieldStart("meta");
    out.writeStringField("versionId", String.valueOf(view.version()));
    out.writeStringField("lastUpdated", JsonElements.instant(view.changedAt()));
    out.writeEndObject();
  }

  private void extensions() throws IOException {
    Author.Agent agent = header.author().onBehalf();
    out.writeArrayFieldStart("extension");
    if (agent != null) {
      out.writeStartObject();
      out.writeStringField("url", Systems.SENT_BY);
      out.writeFieldName("valueReference");
      elements.reference(agent.party().toString(), agent.name());
      out.writeEndObject();
    }
    out.writeStartObject();
    out.writeStringField("url", Systems.COMMITMENT);
    out.writeStringField("valueBase64Binary", view.commitment());
    out.writeEndObject();
    out.writeEndArray();
  }

  private void identifiers() throws IOException {
    out.writeArrayFieldStart("identifier");
    elements.identifier(Systems.URI_IDENTIFIER, "urn:uuid:" + header.messageId());
    for (BusinessIdentifier name : view.identifiers()) {
      elements.identifier(name.system(), name.value());
    }
    out.writeEndArray();
  }

  private void references(String field, @Nullable String literal) throws IOException {
    if (literal != null) {
      out.writeArrayFieldStart(field);
      elements.reference(literal);
      out.writeEndArray();
    }
  }

  private void statusReason() throws IOException {
    Retraction retraction = view.retraction();
    if (retraction != null) {
      out.writeObjectFieldStart("statusReason");
      coding(Systems.RETRACTION_REASON, retraction.reason().code(), retraction.reason().words());
      out.writeStringField("text", CommunicationMapper.reasonText(retraction));
      out.writeEndObject();
    }
  }

  private void category() throws IOException {
    out.writeArrayFieldStart("category");
    out.writeStartObject();
    coding(Systems.CATEGORY, view.category().code(), view.category().display());
    out.writeEndObject();
    out.writeEndArray();
  }

  private void coding(String system, String code, String display) throws IOException {
    out.writeArrayFieldStart("coding");
    elements.coding(system, code, display);
    out.writeEndArray();
  }

  private void subject() throws IOException {
    PatientSnapshot patient = header.patient();
    if (patient != null) {
      out.writeObjectFieldStart("subject");
      out.writeStringField("reference", "Patient/" + patient.patientId());
      out.writeStringField("type", "Patient");
      identifier(patient.identifierSystem(), patient.identifier());
      elements.text("display", patient.name());
      out.writeEndObject();
    }
  }

  private void topic() throws IOException {
    if (!view.topic().isBlank()) {
      out.writeObjectFieldStart("topic");
      out.writeStringField("text", view.topic());
      out.writeEndObject();
    }
  }

  private void recipients() throws IOException {
    if (!view.recipients().isEmpty()) {
      out.writeArrayFieldStart("recipient");
      for (CommunicationView.Recipient to : view.recipients()) {
        elements.reference(to.party().toString(), to.name());
      }
      out.writeEndArray();
    }
  }

  private void sender(Author author) throws IOException {
    out.writeObjectFieldStart("sender");
    out.writeStringField("reference", CommunicationMapper.senderReference(author));
    boolean machine = author.party().kind() == PartyRef.Kind.DEVICE;
    identifier(machine ? Systems.CLIENT_ID : Systems.USERNAME, author.identifier());
    elements.text("display", author.shownName());
    out.writeEndObject();
  }

  private void identifier(String system, String value) throws IOException {
    if (!system.isEmpty() || !value.isEmpty()) {
      out.writeFieldName("identifier");
      elements.identifier(system, value);
    }
  }

  private void received(@Nullable Instant received) throws IOException {
    if (received != null) {
      out.writeStringField("received", JsonElements.instant(received));
    }
  }

  private void payload() throws IOException {
    if (view.content() == null && !view.broken()) {
      return;
    }
    out.writeArrayFieldStart("payload");
    out.writeStartObject();
    if (view.content() != null) {
      out.writeStringField("contentString", view.content().text());
    } else {
      absent();
    }
    out.writeEndObject();
    out.writeEndArray();
  }

  /** It is there, and nobody can read it. */
  private void absent() throws IOException {
    out.writeObjectFieldStart("_contentString");
    out.writeArrayFieldStart("extension");
    out.writeStartObject();
    out.writeStringField("url", Systems.DATA_ABSENT_REASON);
    out.writeStringField("valueCode", "error");
    out.writeEndObject();
    out.writeEndArray();
    out.writeEndObject();
  }
}
