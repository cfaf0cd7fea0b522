package org.wardline.mapping.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;

/**
 * Audit records straight to FHIR JSON, without the resource model between: each act on the hot path
 * writes at least one. Says exactly what {@link AuditEventMapper} says; a test compares them act by
 * act.
 */
public final class AuditEventJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator out;
  private final JsonElements elements;
  private final AuditRecord record;

  private AuditEventJson(JsonGenerator out, AuditRecord record) {
    this.out = out;
    this.elements = new JsonElements(out);
    this.record = record;
  }

  /** The resource as UTF-8. */
  public static byte[] write(AuditRecord record) {
    var bytes = new ByteArrayOutputStream(1536);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      new AuditEventJson(out, record).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void write() throws IOException {
    out.writeStartObject();
    out.writeStringField("resourceType", "AuditEvent");
    out.writeStringField("id", record.id().toString());
    String profile = AuditEventMapper.profile(record);
    if (profile != null) {
      out.writeObjectFieldStart("meta");
      out.writeArrayFieldStart("profile");
      out.writeString(profile);
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeFieldName("type");
    coding(AuditEventMapper.type(record.act()));
    out.writeArrayFieldStart("subtype");
    for (AuditEventMapper.Code subtype : AuditEventMapper.subtypes(record.act())) {
      coding(subtype);
    }
    out.writeEndArray();
    out.writeStringField("action", record.act().shape().action());
    out.writeStringField("recorded", JsonElements.instant(record.recorded()));
    out.writeStringField("outcome", record.outcome().code());
    text("outcomeDesc", record.outcomeText());
    var purpose = AuditEventMapper.purpose(record);
    if (purpose.isPresent()) {
      out.writeArrayFieldStart("purposeOfEvent");
      out.writeStartObject();
      out.writeArrayFieldStart("coding");
      coding(purpose.get());
      out.writeEndArray();
      out.writeEndObject();
      out.writeEndArray();
    }
    out.writeArrayFieldStart("agent");
    for (Agent agent : record.agents()) {
      agent(agent);
    }
    out.writeEndArray();
    source();
    entities(record.entities());
    out.writeEndObject();
  }

  private void agent(Agent agent) throws IOException {
    out.writeStartObject();
    concept("type", AuditEventMapper.agentType(agent.part(), record.act().shape()));
    if (!agent.roles().isEmpty()) {
      out.writeArrayFieldStart("role");
      for (String role : agent.roles()) {
        out.writeStartObject();
        out.writeStringField("text", role);
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeObjectFieldStart("who");
    text("reference", agent.reference());
    identifier(agent.identifierSystem(), agent.identifier());
    text("display", agent.name());
    out.writeEndObject();
    boolean user = agent.part() == AgentPart.USER;
    if (user) {
      text("name", agent.name());
    }
    out.writeBooleanField("requestor", user);
    if (agent.tokenId() != null) {
      out.writeArrayFieldStart("policy");
      out.writeString(AuditEventMapper.TOKEN_ID + agent.tokenId());
      out.writeEndArray();
    }
    if (!user) {
      out.writeObjectFieldStart("network");
      out.writeStringField("address", AuditEventMapper.address(agent));
      out.writeStringField("type", "2");
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private void source() throws IOException {
    out.writeObjectFieldStart("source");
    out.writeObjectFieldStart("observer");
    out.writeStringField("type", "Device");
    identifier(Systems.CLIENT_ID, "wardline");
    out.writeStringField("display", "Wardline");
    out.writeEndObject();
    out.writeArrayFieldStart("type");
    coding(AuditEventMapper.SERVER_TYPE);
    out.writeEndArray();
    out.writeEndObject();
  }

  private void entities(List<Entity> entities) throws IOException {
    if (entities.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("entity");
    for (Entity entity : entities) {
      out.writeStartObject();
      if (entity instanceof Entity.Patient patient) {
        reference("Patient/" + patient.id());
        parts(AuditEventMapper.PERSON, AuditEventMapper.PATIENT_ROLE);
      } else if (entity instanceof Entity.Data data) {
        reference(data.reference());
        parts(AuditEventMapper.SYSTEM_OBJECT, AuditEventMapper.DOMAIN_RESOURCE);
        details(data.details());
      } else if (entity instanceof Entity.Cause cause) {
        reference(cause.reference());
        out.writeFieldName("type");
        coding(AuditEventMapper.OTHER);
      } else if (entity instanceof Entity.Query query) {
        parts(AuditEventMapper.SYSTEM_OBJECT, AuditEventMapper.QUERY_ROLE);
        byte[] request = query.request().getBytes(StandardCharsets.UTF_8);
        out.writeStringField("query", Base64.getEncoder().encodeToString(request));
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void details(List<Detail> details) throws IOException {
    if (details.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("detail");
    for (Detail detail : details) {
      out.writeStartObject();
      text("type", detail.name());
      text(detail.base64() ? "valueBase64Binary" : "valueString", detail.value());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void reference(String reference) throws IOException {
    out.writeFieldName("what");
    elements.reference(reference);
  }

  private void parts(AuditEventMapper.Code type, AuditEventMapper.Code role) throws IOException {
    out.writeFieldName("type");
    coding(type);
    out.writeFieldName("role");
    coding(role);
  }

  private void identifier(@Nullable String system, String value) throws IOException {
    out.writeFieldName("identifier");
    elements.identifier(system, value);
  }

  private void concept(String field, AuditEventMapper.Code code) throws IOException {
    out.writeObjectFieldStart(field);
    out.writeArrayFieldStart("coding");
    coding(code);
    out.writeEndArray();
    out.writeEndObject();
  }

  private void coding(AuditEventMapper.Code code) throws IOException {
    elements.coding(code.system(), code.code(), code.display());
  }

  private void text(String field, @Nullable String value) throws IOException {
    elements.text(field, value);
  }
}
