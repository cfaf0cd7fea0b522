package org.wardline.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the demo hospital's systems keep. */
final class Hospital {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Hospital() {}

  /** What the MLLP receiver kept with that text, in order. */
  static List<String> hl7(String text) {
    var found = new ArrayList<String>();
    read(DemoSystem.hospitalHl7().body()).path("messages").forEach(m -> found.add(m.asText()));
    return found.stream().filter(m -> m.contains(text)).toList();
  }

  /** What the FHIR server kept with that text anywhere. */
  static List<JsonNode> fhir(String text) {
    var found = new ArrayList<JsonNode>();
    read(DemoSystem.hospitalFhir().body())
        .path("entry")
        .forEach(e -> found.add(e.path("resource")));
    return found.stream().filter(r -> r.toString().contains(text)).toList();
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
