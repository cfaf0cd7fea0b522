package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.wardline.launcher.FhirClient.next;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.wardline.profiles.Validator;

/**
 * The trail of the running system against the published IHE BALP package: what the tests before
 * this one left there, one record of each shape. Skipped aloud where the package is not at hand.
 */
@ExtendWith(DemoSystem.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TrailProfilesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_PAGES = 60;

  @Test
  void each_shape_of_record_keeps_to_the_profile_that_it_claims() throws Exception {
    Path folder = Path.of(System.getProperty("wardline.test.data", "none"), "fhir", "balp");
    assumeTrue(Files.isDirectory(folder), "the BALP package is not in " + folder);
    act();
    Map<String, JsonNode> shapes = shapes();
    assertThat(shapes).hasSizeGreaterThan(8);
    var validator = new Validator(folder);
    Set<String> published = validator.get().getOrDefault("AuditEvent", Set.of());
    List<String> faults = new ArrayList<>();
    int claimed = 0;
    for (Map.Entry<String, JsonNode> shape : shapes.entrySet()) {
      JsonNode record = shape.getValue();
      for (JsonNode profile : record.at("/meta/profile")) {
        claimed++;
        if (!published.contains(profile.asText())) {
          faults.add(shape.getKey() + ": nobody published " + profile);
        }
      }
      for (JsonNode issue :
          JSON.readTree(validator.apply(record.toString(), List.of())).path("issue")) {
        if (Set.of("error", "fatal").contains(issue.path("severity").asText())) {
          faults.add(shape.getKey() + ": " + issue.path("diagnostics") + issue.path("expression"));
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(claimed).isGreaterThan(5);

    JsonNode broken =
        shapes.values().stream()
            .filter(r -> r.at("/meta/profile").size() > 0)
            .findFirst()
            .orElseThrow()
            .deepCopy();
    ((ObjectNode) broken).remove("agent");
    assertThat(validator.apply(broken.toString(), List.of()))
        .as("it sees what is wrong")
        .contains("\"error\"");
  }

  /** Some of each kind, so that there is something to look at when this runs alone. */
  private static void act() throws IOException {
    String patient = Samples.patient();
    for (String type : List.of("Observation", "Communication", "CommunicationRequest")) {
      String id = Samples.posted(type, Samples.of(type, patient));
      FhirClient.get(type + "/" + id);
      FhirClient.get(type + "?patient=" + patient);
    }
    FhirClient.send(
        "PUT",
        "Patient/" + patient,
        "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\",\"active\":true}");
    String narrow = DemoSystem.token("integration-engine", "system/Observation.rs");
    DemoSystem.fhir("Patient/" + patient, narrow);
    DemoSystem.fhir("Communication", narrow);
  }

  private static Map<String, JsonNode> shapes() throws IOException {
    String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    Map<String, JsonNode> shapes = new TreeMap<>();
    String next = "AuditEvent?_count=500";
    for (int page = 0; page < MOST_PAGES && !next.isEmpty(); page++) {
      JsonNode bundle = FhirClient.kept(DemoSystem.fhir(next, token), 200);
      bundle
          .path("entry")
          .forEach(e -> shapes.putIfAbsent(shape(e.path("resource")), e.path("resource")));
      next = next(bundle);
    }
    return shapes;
  }

  private static String shape(JsonNode record) {
    return String.join(
        " ",
        record.at("/meta/profile").toString(),
        record.at("/type/code").asText(),
        record.path("subtype").findValuesAsText("code").toString(),
        record.path("action").asText(),
        record.path("outcome").asText(),
        record.path("agent").findValuesAsText("code").toString(),
        record.path("entity").findValues("role").stream()
            .map(r -> r.path("code").asText())
            .toList()
            .toString());
  }
}
