package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resources of public projects, when the folder of sample data is there. */
@ExtendWith(DemoSystem.class)
class PublishedResourcesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DATA = Path.of(System.getProperty("wardline.test.data", "."));

  @Test
  void published_bundles_of_patients_load_and_are_read_back() throws Exception {
    Path folder = DATA.resolve("synthea");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        var answer = post("", text);
        if (answer.statusCode() != 200) {
          wrong.add(file.getFileName() + ": " + answer.statusCode() + " " + answer.body());
          continue;
        }
        JsonNode posted = JSON.readTree(text).path("entry");
        JsonNode kept = JSON.readTree(answer.body()).path("entry");
        for (int i = 0; i < posted.size(); i++) {
          String where = kept.path(i).path("response").path("location").asText().split("/_")[0];
          JsonNode back = JSON.readTree(get(where).body());
          compare(file.getFileName() + " " + where, posted.path(i).path("resource"), back, wrong);
          if (where.startsWith("Patient/")) {
            talk(where, wrong);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** A conversation about him works as about anybody. */
  private static void talk(String patient, List<String> wrong) throws Exception {
    JsonNode sent = kept(post("Communication", message("Please see him today", patient)), 201);
    JsonNode found =
        JSON.readTree(get("Communication?patient=" + patient + "&_count=1").body()).path("entry");
    if (!found.at("/0/resource/id").asText().equals(sent.path("id").asText())
        || !found.at("/0/resource/subject/reference").asText().equals(patient)) {
      wrong.add("the message about " + patient + " is not found: " + found);
    }
  }

  private static String message(String text, String patient) {
    ObjectNode message =
        JSON.createObjectNode().put("resourceType", "Communication").put("status", "in-progress");
    message.putObject("subject").put("reference", patient);
    message
        .putArray("recipient")
        .addObject()
        .putObject("identifier")
        .put("system", "https://wardline.org/fhir/NamingSystem/username")
        .put("value", "operator.eng");
    message.putArray("payload").addObject().put("contentString", text);
    return message.toString();
  }

  @Test
  void published_messages_and_alerts_are_refused_by_their_rule_and_kept_without_its_cause()
      throws Exception {
    Path folder = DATA.resolve("fhir/r4-examples");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    for (String type : List.of("Communication", "CommunicationRequest")) {
      var example = (ObjectNode) JSON.readTree(folder.resolve(type + "-example.json").toFile());
      var refused = post(type, example.toString());
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains(type.equals("Communication") ? "payload" : "recipient");
      var ours = (ObjectNode) JSON.readTree(message("Very high serum potassium", "Patient/x"));
      example.set("recipient", ours.get("recipient"));
      example.set("payload", ours.get("payload"));
      example.remove(List.of("sender", "subject")); // nobody of here
      JsonNode sent = kept(post(type, example.toString()), 201);
      JsonNode back = JSON.readTree(get(type + "/" + sent.path("id").asText()).body());
      assertThat(numbers(back)).containsAll(numbers(example));
      for (var field : example.properties()) {
        String kept = field.getKey();
        boolean resolved =
            List.of("id", "meta", "text", "identifier", "recipient", "partOf").contains(kept);
        assertThat(resolved || holds(field.getValue(), back.path(kept)))
            .as(type + "." + kept + " " + back)
            .isTrue();
      }
    }
  }

  @Test
  void naughty_strings_are_sent_as_they_are_or_refused() throws Exception {
    Path file = DATA.resolve("strings/blns.txt");
    assumeTrue(Files.exists(file), "no sample data at " + file);
    List<String> wrong = new ArrayList<>();
    int taken = 0;
    for (String naughty : Files.readAllLines(file)) {
      if (naughty.isBlank() || naughty.startsWith("#")) {
        continue;
      }
      var message = (ObjectNode) JSON.readTree(message(naughty, ""));
      message.remove("subject");
      message.putObject("topic").put("text", naughty);
      message.putArray("identifier").addObject().put("system", "urn:it:blns").put("value", naughty);
      var answer = post("Communication", message.toString());
      if (answer.statusCode() >= 500) {
        wrong.add(answer.statusCode() + " for " + naughty);
      }
      if (answer.statusCode() < 300) {
        taken++;
        String id = JSON.readTree(answer.body()).path("id").asText();
        JsonNode back = JSON.readTree(get("Communication/" + id).body());
        if (!back.at("/payload/0/contentString").asText().equals(naughty)) {
          wrong.add("not the same: " + naughty + " / " + back.path("payload"));
        }
        if (!back.path("identifier").findValuesAsText("value").contains(naughty)) {
          wrong.add("not its name: " + naughty + " / " + back.path("identifier"));
        }
      }
      String encoded = URLEncoder.encode(naughty, StandardCharsets.UTF_8);
      for (String by : List.of("topic=", "identifier=", "recipient.identifier=", "category=")) {
        var search = get("Communication?_count=1&" + by + encoded);
        if (search.statusCode() >= 500) {
          wrong.add("search " + by + " " + search.statusCode() + " for " + naughty);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(taken).isGreaterThan(100);
  }

  @Test
  void published_examples_are_kept_or_refused_by_a_rule_with_a_name() throws Exception {
    Path folder = DATA.resolve("fhir/r4-examples");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    JsonNode someone =
        kept(
            post(
                "Patient",
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"EXAMPLES\"}]}"),
            201);
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        var posted = (ObjectNode) JSON.readTree(file.toFile());
        String type = posted.path("resourceType").asText();
        if (posted.path("subject").has("reference") && !type.equals("Patient")) {
          posted.putObject("subject").put("reference", "Patient/" + someone.path("id").asText());
        }
        var answer = post(type, posted.toString());
        boolean refused =
            answer.statusCode() >= 400
                && answer.statusCode() < 500
                && answer.body().contains("\"diagnostics\"");
        if (answer.statusCode() >= 300 && !refused) {
          wrong.add(file.getFileName() + ": " + answer.statusCode() + " " + answer.body());
        }
        if (answer.statusCode() < 300
            && List.of("Patient", "ServiceRequest", "DocumentReference").contains(type)) {
          compare(file.getFileName().toString(), posted, JSON.readTree(answer.body()), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void naughty_strings_are_kept_as_they_are_or_refused() throws Exception {
    Path file = DATA.resolve("strings/blns.txt");
    assumeTrue(Files.exists(file), "no sample data at " + file);
    List<String> wrong = new ArrayList<>();
    int number = 0;
    for (String naughty : Files.readAllLines(file)) {
      if (naughty.isBlank() || naughty.startsWith("#")) {
        continue;
      }
      ObjectNode patient = JSON.createObjectNode().put("resourceType", "Patient");
      patient.putArray("identifier").addObject().put("system", "urn:it:blns").put("value", naughty);
      patient
          .putArray("name")
          .addObject()
          .put("family", naughty)
          .putArray("given")
          .add("n" + ++number);
      var answer = post("Patient", patient.toString());
      if (answer.statusCode() >= 500) {
        wrong.add(answer.statusCode() + " for " + naughty);
      }
      if (answer.statusCode() == 201) {
        String family = JSON.readTree(answer.body()).path("name").path(0).path("family").asText();
        if (!family.equals(naughty)) {
          wrong.add("not the same: " + naughty + " / " + family);
        }
      }
      var search = get("Patient?identifier=" + URLEncoder.encode(naughty, StandardCharsets.UTF_8));
      if (search.statusCode() >= 500) {
        wrong.add("search " + search.statusCode() + " for " + naughty);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** What was posted is in what came back; of what we keep otherwise, a list says why. */
  private static void compare(String what, JsonNode posted, JsonNode back, List<String> wrong) {
    for (var field : posted.properties()) {
      String name = field.getKey();
      boolean ours =
          List.of(
                  "id",
                  "meta", // ours
                  "active", // ours: whether the record stands
                  "subject",
                  "encounter",
                  "context", // references to what was kept
                  "participant",
                  "author",
                  "custodian",
                  "serviceProvider",
                  "managingOrganization",
                  "location",
                  "link", // by number, see the mapping
                  "text",
                  "contained") // written again by the parser
              .contains(name);
      boolean held =
          name.equals("identifier") // one without value names nothing, and the same twice is one
              ? numbers(back).containsAll(numbers(posted))
              : holds(field.getValue(), back.path(name));
      if (!ours && !held) {
        wrong.add(what + " " + name + ": " + field.getValue() + " / " + back.path(name));
      }
    }
  }

  private static List<String> numbers(JsonNode resource) {
    return resource.path("identifier").findValues("value").stream()
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  private static boolean holds(JsonNode posted, JsonNode back) {
    if (posted.isObject()) {
      return posted.properties().stream()
          .allMatch(field -> holds(field.getValue(), back.path(field.getKey())));
    }
    if (posted.isArray()) {
      for (int i = 0; i < posted.size(); i++) {
        if (!holds(posted.path(i), back.path(i))) {
          return false;
        }
      }
      return true;
    }
    return posted.asText().equals(back.asText());
  }
}
