package org.wardline.mapping.fhir;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Elements of FHIR JSON (http://hl7.org/fhir/R4/json.html), for resources that are written without
 * the resource model between.
 */
final class JsonElements {
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

  private final JsonGenerator out;

  JsonElements(JsonGenerator out) {
    this.out = out;
  }

  /** To the millisecond, in UTC. */
  static String instant(Instant at) {
    return INSTANT.format(at);
  }

  /** FHIR knows no blank text: what is not there is left out. */
  void text(String field, @Nullable String value) throws IOException {
    if (value != null && !value.isBlank()) {
      out.writeStringField(field, value);
    }
  }

  void identifier(@Nullable String system, String value) throws IOException {
    out.writeStartObject();
    text("system", system);
    text("value", value);
    out.writeEndObject();
  }

  void coding(String system, String code, @Nullable String display) throws IOException {
    out.writeStartObject();
    text("system", system);
    text("code", code);
    text("display", display);
    out.writeEndObject();
  }

  /** A reference by its literal alone. */
  void reference(String literal) throws IOException {
    reference(literal, null);
  }

  void reference(String literal, @Nullable String display) throws IOException {
    out.writeStartObject();
    text("reference", literal);
    text("display", display);
    out.writeEndObject();
  }
}
