package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What other converters make of published HL7 v2 messages, beside what the running system tells
 * over FHIR of the same messages: field by field. The table is written to {@code
 * target/agreement.md}.
 */
@ExtendWith(DemoSystem.class)
class AgreementIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Fields that both map, by the segment that they come from. Where others take a value from more
   * places than the v2-to-FHIR guide does, only what stands in the field named after it counts.
   */
  private static final Map<String, List<String>> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put(
        "PID Patient",
        List.of(
            "identifier.value@PID-3",
            "name.family@PID-5",
            "name.given@PID-5",
            "birthDate",
            "gender",
            "address.line@PID-11",
            "address.city",
            "address.state",
            "address.postalCode",
            "telecom.value",
            "maritalStatus.coding.code",
            "deceasedDateTime",
            "deceasedBoolean"));
    FIELDS.put(
        "PV1 Encounter",
        List.of(
            "identifier.value",
            "class.code",
            "status",
            "period.start",
            "period.end",
            "hospitalization.admitSource.coding.code",
            "hospitalization.dischargeDisposition.coding.code",
            "reasonCode.text"));
    FIELDS.put(
        "OBX Observation",
        List.of(
            "code.coding.code@OBX-3",
            "status",
            "valueQuantity.value@OBX-5",
            "valueQuantity.unit",
            "valueString@OBX-5",
            "valueCodeableConcept.coding.code@OBX-5",
            "interpretation.coding.code",
            "referenceRange.text"));
    FIELDS.put(
        "OBR DiagnosticReport",
        List.of("identifier.value", "code.coding.code", "status", "effectiveDateTime", "issued"));
    FIELDS.put(
        "ORC ServiceRequest",
        List.of(
            "identifier.value", "code.coding.code", "status", "intent", "priority", "authoredOn"));
    FIELDS.put(
        "TXA DocumentReference",
        List.of(
            "identifier.value",
            "masterIdentifier.value",
            "type.coding.code",
            "status",
            "docStatus",
            "date",
            "content.attachment.contentType"));
    FIELDS.put("SCH Appointment", List.of("identifier.value", "status", "start", "end"));
  }

  private final Map<String, int[]> counts = new TreeMap<>();
  private final List<String> differing = new ArrayList<>();

  @Test
  void published_messages_become_what_other_converters_make_of_them() throws Exception {
    Path folder = Path.of(System.getProperty("wardline.test.data", "."));
    assumeTrue(Files.isDirectory(folder.resolve("expected")), "no sample data in " + folder);
    Map<String, Path> messages = messages(folder);
    int compared = 0;
    for (Path expected : files(folder.resolve("expected"))) {
      Path message = messages.get(stem(expected));
      if (message != null && compare(new Sample(message, expected))) {
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(20);
    Files.writeString(Path.of("target", "agreement.md"), table());
    int same = counts.values().stream().mapToInt(c -> c[0]).sum();
    int all = counts.values().stream().mapToInt(c -> c[1]).sum();
    assertThat(same * 100 / all).as("per cent of %d values", all).isGreaterThanOrEqualTo(90);
  }

  private static Map<String, Path> messages(Path folder) throws IOException {
    Map<String, Path> found = new LinkedHashMap<>();
    for (Path file : files(folder.resolve("hl7v2/supported"))) {
      found.put(stem(file), file);
    }
    return found;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Eight digits of the sum of the message. */
  private static String stem(Path file) {
    return String.valueOf(file.getFileName()).substring(0, 8);
  }

  /**
   * A message, and what another made of it. Samples of one project are about one patient who is
   * somebody else in each: here each has numbers of his own.
   */
  private static final class Sample {
    private final String name;
    private String message;
    private String expected;

    Sample(Path file, Path expectedFile) throws IOException {
      name = stem(file);
      message = Files.readString(file);
      expected = Files.readString(expectedFile);
      Set<String> numbers = new HashSet<>();
      for (JsonNode resource : resources(JSON.readTree(expected))) {
        if (Set.of("Patient", "Encounter").contains(resource.path("resourceType").asText())) {
          numbers.addAll(values(resource, "identifier.value"));
        }
      }
      for (String number : numbers) {
        if (number.length() > 3) {
          var whole =
              Pattern.compile("(?<![A-Za-z0-9-])" + Pattern.quote(number) + "(?![A-Za-z0-9-])");
          message = whole.matcher(message).replaceAll(number + "x" + name);
          expected = whole.matcher(expected).replaceAll(number + "x" + name);
        }
      }
    }

    /** What stands in a field such as {@code PID-3}, of all segments of that name. */
    String field(String place) {
      String[] parts = place.split("-");
      var found = new StringBuilder();
      for (String segment : message.split("[\r\n]+")) {
        String[] fields = segment.split("\\|", -1);
        int number = Integer.parseInt(parts[1]);
        if (fields[0].equals(parts[0]) && fields.length > number) {
          found.append(fields[number]).append(' ');
        }
      }
      return found.toString();
    }

    /** Some make observations of other segments, too: of accidents, deaths and their papers. */
    boolean observed(JsonNode observation) {
      return values(observation, "code.coding.code").stream().anyMatch(field("OBX-3")::contains);
    }

    /** Orders, as MSH-9 says. */
    boolean order() {
      return message.split("[\r\n]")[0].matches(".*\\|(ORM|OMG|OML)\\^.*");
    }
  }

  /** False when the message names nobody by whose number he could be found. */
  private boolean compare(Sample sample) throws IOException {
    try (var client = client()) {
      client.write(sample.message.getBytes(StandardCharsets.UTF_8));
      client.write(
          Hl7.message("ADT^A08", "AGREE-" + System.nanoTime(), "AGREE^^^IT^MR||Roe^Al", "")
              .getBytes(StandardCharsets.UTF_8));
      client.receive();
    }
    List<JsonNode> theirs = resources(JSON.readTree(sample.expected));
    JsonNode patient =
        theirs.stream()
            .filter(r -> r.path("resourceType").asText().equals("Patient"))
            .findFirst()
            .orElse(JSON.createObjectNode());
    String id = "";
    for (String number : values(patient, "identifier.value")) {
      id = id.isEmpty() ? patient(number) : id;
    }
    if (id.isEmpty()) {
      return false;
    }
    for (Map.Entry<String, List<String>> of : FIELDS.entrySet()) {
      String type = of.getKey().split(" ")[1];
      List<JsonNode> theirsOfType =
          theirs.stream()
              .filter(r -> r.path("resourceType").asText().equals(type))
              .filter(r -> !type.equals("Observation") || sample.observed(r))
              .toList();
      // of a result or a document they make an order besides; here an order makes an order
      boolean mapped = !type.equals("ServiceRequest") || sample.order();
      if (!theirsOfType.isEmpty() && mapped) {
        compare(sample, of, theirsOfType, ours(type, id));
      }
    }
    return true;
  }

  private void compare(
      Sample sample,
      Map.Entry<String, List<String>> of,
      List<JsonNode> theirs,
      List<JsonNode> ours) {
    for (String rule : of.getValue()) {
      String field = rule.replaceFirst("@.*", "");
      String source = rule.contains("@") ? sample.field(rule.replaceFirst(".*@", "")) : null;
      var found = new HashSet<String>();
      ours.forEach(r -> values(r, field).forEach(v -> found.add(plain(v))));
      for (JsonNode resource : theirs) {
        for (String value : values(resource, field)) {
          if (source != null && !source.contains(value)) {
            continue;
          }
          int[] count = counts.computeIfAbsent(of.getKey() + " " + field, k -> new int[2]);
          count[1]++;
          if (has(found, plain(value))) {
            count[0]++;
          } else {
            differing.add(
                sample.name + " " + of.getKey() + " " + field + ": " + value + " / " + found);
          }
        }
      }
    }
  }

  /** The same, or the same as far as the less precise one says. */
  private static boolean has(Set<String> found, String value) {
    return found.contains(value)
        || (value.matches("\\d{4}-\\d{2}.*")
            && found.stream().anyMatch(f -> f.startsWith(value) || value.startsWith(f)));
  }

  /** A moment in UTC to the minute; anything else in small letters. */
  private static String plain(String value) {
    if (value.matches("\\d{4}-\\d{2}-\\d{2}T.*")) {
      return OffsetDateTime.parse(value).toInstant().toString().substring(0, 16);
    }
    return value.strip().toLowerCase(Locale.ROOT).replaceFirst("(\\.\\d*?)0+$", "$1");
  }

  private static List<String> values(JsonNode node, String path) {
    if (node.isArray()) {
      List<String> all = new ArrayList<>();
      node.forEach(item -> all.addAll(values(item, path)));
      return all;
    }
    if (path.isEmpty()) {
      return node.isValueNode() ? List.of(node.asText()) : List.of();
    }
    int dot = path.indexOf('.');
    String first = dot < 0 ? path : path.substring(0, dot);
    return node.has(first)
        ? values(node.path(first), dot < 0 ? "" : path.substring(dot + 1))
        : List.of();
  }

  private static List<JsonNode> resources(JsonNode bundle) {
    List<JsonNode> found = new ArrayList<>();
    bundle.path("entry").forEach(entry -> found.add(entry.path("resource")));
    return found;
  }

  private static String patient(String number) {
    List<JsonNode> found =
        resources(get("Patient?identifier=" + URLEncoder.encode(number, StandardCharsets.UTF_8)));
    return found.isEmpty() ? "" : found.get(found.size() - 1).path("id").asText();
  }

  private static List<JsonNode> ours(String type, String patient) {
    return type.equals("Patient")
        ? List.of(get("Patient/" + patient))
        : resources(get(type + "?_count=500&patient=Patient/" + patient));
  }

  private static MllpClient client() throws IOException {
    return new MllpClient(
        DemoSystem.installation().address(),
        DemoSystem.installation().port("mllp"),
        Duration.ofSeconds(30));
  }

  private static JsonNode get(String path) {
    try {
      return FhirClient.kept(FhirClient.get(path), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String table() {
    var text =
        new StringBuilder("| segment, resource, field | values | the same |\n|---|---|---|\n");
    counts.forEach(
        (field, count) -> text.append("| %s | %d | %d |%n".formatted(field, count[1], count[0])));
    text.append('\n');
    differing.forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }
}
