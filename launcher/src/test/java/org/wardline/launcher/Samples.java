package org.wardline.launcher;

import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The least that makes a resource of each type, about a patient where the type has one. */
final class Samples {
  /** Types that are of a patient, and that clients create. */
  static final List<String> OF_PATIENT =
      List.of(
          "Encounter",
          "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment",
          "CareTeam",
          "CommunicationRequest",
          "Communication");

  private static final String RECIPIENT =
      "\"recipient\":[{\"identifier\":{\"system\":\"https://wardline.org/fhir/NamingSystem/username\",\"value\":\"operator.eng\"}}],\"payload\":[{\"contentString\":\"words\"}]";

  /** After the type and its subject; the patient himself is {@code %1$s}. */
  private static final Map<String, String> BODIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Encounter", "\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"}"),
              Map.entry("Observation", "\"status\":\"final\",\"code\":{\"text\":\"K\"}"),
              Map.entry("DiagnosticReport", "\"status\":\"final\",\"code\":{\"text\":\"Lab\"}"),
              Map.entry("ServiceRequest", "\"status\":\"active\",\"intent\":\"order\""),
              Map.entry(
                  "DocumentReference",
                  "\"status\":\"current\",\"content\":[{\"attachment\":{\"title\":\"Note\"}}]"),
              Map.entry(
                  "Appointment",
                  "\"status\":\"booked\",\"start\":\"2026-12-24T08:00:00Z\",\"end\":\"2026-12-24T09:00:00Z\",\"participant\":[{\"actor\":{\"reference\":\"Patient/%1$s\"},\"status\":\"accepted\"}]"),
              Map.entry("CareTeam", "\"status\":\"active\""),
              Map.entry("CommunicationRequest", "\"status\":\"active\"," + RECIPIENT),
              Map.entry("Communication", "\"status\":\"in-progress\"," + RECIPIENT),
              Map.entry(
                  "Group",
                  "\"type\":\"practitioner\",\"actual\":true,\"member\":[{\"entity\":{\"identifier\":{\"value\":\"nurse.cole\"}}}]"),
              Map.entry("Organization", "\"name\":\"Radiology\""),
              Map.entry("Location", "\"name\":\"3 West\"")));

  private Samples() {}

  /**
   * One that can be posted.
   *
   * @param patient key of a patient; not looked at where the type has none
   */
  static String of(String type, String patient) {
    boolean subject = OF_PATIENT.contains(type) && !type.equals("Appointment");
    return "{\"resourceType\":\""
        + type
        + "\","
        + (subject ? "\"subject\":{\"reference\":\"Patient/" + patient + "\"}," : "")
        + BODIES.get(type).formatted(patient)
        + "}";
  }

  /** The same for an update, which names it. */
  static String of(String type, String patient, String id) {
    return identified(of(type, patient), id);
  }

  static String identified(String body, String id) {
    return body.replaceFirst("^\\{", "{\"id\":\"" + id + "\",");
  }

  /** Keeps a patient whom nobody else has, and says his key. */
  static String patient() throws IOException {
    return posted(
        "Patient",
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it:samples\",\"value\":\"%s\"}],\"name\":[{\"family\":\"Sample\"}]}"
            .formatted(UUID.randomUUID()));
  }

  /** Keeps one, and says its key. */
  static String posted(String type, String body) throws IOException {
    JsonNode made = kept(post(type, body), 201);
    return made.path("id").asText();
  }
}
