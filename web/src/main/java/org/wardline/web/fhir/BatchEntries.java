package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries of a batch in JSON, each read for itself (FHIR R4 section 3.1.0.11.1): one that is no
 * resource of R4 fails alone. In a transaction, and in XML, it fails the whole.
 */
final class BatchEntries {
  private static final String KEY = BatchEntries.class.getName();
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(
              JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // a measure is as precise as it was
          .build();

  private BatchEntries() {}

  /** Takes out of a batch what cannot be read, and remembers why. */
  static void apart(RequestDetails request, byte[] body) {
    if (request.getRequestType() != RequestTypeEnum.POST
        || request.getResourceName() != null
        || request.getOperation() != null) {
      return;
    }
    try {
      if (!batch(body)) {
        return;
      }
      JsonNode bundle = JSON.readTree(body);
      Map<Integer, RuntimeException> faults = new HashMap<>();
      for (int i = 0; i < bundle.path("entry").size(); i++) {
        if (bundle.path("entry").get(i) instanceof ObjectNode entry
            && entry.get("resource") instanceof ObjectNode resource) {
          look(entry, resource, i, faults);
        }
      }
      if (!faults.isEmpty()) {
        request.setRequestContents(JSON.writeValueAsBytes(bundle));
        request.getUserData().put(KEY, faults);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it was looked through before
    }
  }

  /** Without a tree of what may be a transaction of many megabytes. */
  private static boolean batch(byte[] body) throws IOException {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean type = json.currentName().equals("type");
        json.nextToken();
        if (type) {
          return "batch".equals(json.getText());
        }
        json.skipChildren();
      }
      return false;
    }
  }

  private static void look(
      ObjectNode entry, ObjectNode resource, int place, Map<Integer, RuntimeException> faults) {
    try {
      FHIR.newJsonParser().parseResource(resource.toString());
    } catch (DataFormatException | Structure.UnsoundException e) {
      faults.put(place, e);
      entry.remove("resource");
    }
  }

  /** Throws what is wrong with an entry, if anything is. */
  static void check(RequestDetails request, int place) {
    Object faults = request.getUserData().get(KEY);
    if (faults instanceof Map<?, ?> known && known.get(place) instanceof RuntimeException fault) {
      throw fault;
    }
  }
}
