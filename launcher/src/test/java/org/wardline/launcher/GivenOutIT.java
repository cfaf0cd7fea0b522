package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the running system gives out, before HAPI's validator with the definitions of R4. */
@ExtendWith(DemoSystem.class)
class GivenOutIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final R4Validator VALIDATOR = new R4Validator();

  private static final List<String> SEARCHES =
      List.of(
          "Communication?_count=20&_revinclude=Task:focus",
          "Communication?part-of:missing=true&_count=5",
          "CommunicationRequest?_count=5",
          "Patient?identifier=VALID",
          "Encounter?patient.identifier=VALID",
          "Observation?patient.identifier=VALID&_revinclude=Provenance:target",
          "DiagnosticReport?patient.identifier=VALID",
          "ServiceRequest?patient.identifier=VALID",
          "DocumentReference?patient.identifier=VALID",
          "Appointment?patient.identifier=VALID",
          "CareTeam?_count=5",
          "Group?_count=5",
          "Organization?_count=5",
          "Location?_count=5",
          "Composition?_count=20",
          "HealthcareService?_count=5",
          "PractitionerRole?_count=5",
          "Device?_count=5",
          "Endpoint",
          "Practitioner?_count=5",
          "AuditEvent?_count=100",
          "Subscription",
          "SearchParameter");

  private static final String GROUP =
      "{\"resourceType\":\"Group\",\"type\":\"practitioner\",\"actual\":true,\"member\":[{\"entity\":{\"identifier\":{\"value\":\"nurse.cole\"}}}]}";

  @BeforeAll
  static void prepare() throws IOException {
    tell();
    ask();
  }

  private static void tell() throws IOException {
    Hl7.taken(
        Hl7.message(
            "ADT^A01",
            "VAL-1",
            "VALID^^^IT^MR||Roe^Val^M^^Dr||19800101|F|||1 Way^^Bern^^3000^CH||555-1|555-2|de|M||V-9",
            "PV1|1|I|3 West^12^1||||1^Who^Doc||||||||||||VIS-VAL|||||||||||||||||||||||||20260601100000\nNK1|1|Roe^Max|SPO\n"));
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "VAL-2",
            "VALID^^^IT^MR||Roe^Val",
            "PV1|1|I|||||||||||||||||VIS-VAL\nORC|RE|P1|F1\nOBR|1|P1|F1|K^Potassium^L|||20260601|||||||||1^Who^Doc||||||||LAB|F\nOBX|1|NM|2823-3^K^LN||4.2|mmol/L|3.5-5.1|N|||F|||20260601\nOBX|2|CWE|X^Organism^L||E^Coli^L||||||F\nOBX|3|TX|T^Text^L||words||||||F\nOBX|4|SN|S^Titer^L||>^1^:^8||||||F\n"));
    Hl7.taken(
        Hl7.message(
            "OMG^O19", "VAL-3", "VALID^^^IT^MR||Roe^Val", "ORC|NW|P2\nOBR|1|P2||XR^Chest^L\n"));
    Hl7.taken(
        Hl7.message(
            "MDM^T02",
            "VAL-4",
            "VALID^^^IT^MR||Roe^Val",
            "PV1|1|I\nTXA|1|CN|TX|20260601|||||||||DOC-V|||||AU\nOBX|1|TX|N^Note^L||words||||||F\n"));
    Hl7.taken(
        Hl7.message(
            "SIU^S12",
            "VAL-5",
            "VALID^^^IT^MR||Roe^Val",
            "SCH|1|2||||ROUTINE|||30|min|^^30^20260801100000^20260801103000\n"));
  }

  private static void ask() throws IOException {
    String role =
        "{\"identifier\":{\"system\":\"https://wardline.org/fhir/NamingSystem/on-call-role\",\"value\":\"switchboard\"}}";
    FhirClient.kept(
        FhirClient.post(
            "CommunicationRequest",
            "{\"resourceType\":\"CommunicationRequest\",\"status\":\"active\",\"recipient\":["
                + role
                + "],\"subject\":{\"identifier\":{\"value\":\"VALID\"}},\"payload\":[{\"contentString\":\"alert\"}]}"),
        201);
    FhirClient.kept(
        FhirClient.sendAs(
            token(),
            "POST",
            "Subscription",
            "{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"valid\",\"criteria\":\"Communication?\",\"channel\":{\"type\":\"rest-hook\",\"endpoint\":\"http://127.0.0.1:9/x\",\"payload\":\"application/fhir+json\"}}"),
        201);
    FhirClient.kept(FhirClient.post("Group", GROUP), 201);
    for (String type : List.of("Organization", "Location")) {
      FhirClient.kept(
          FhirClient.post(type, "{\"resourceType\":\"" + type + "\",\"name\":\"Radiology\"}"), 201);
    }
    FhirClient.post(
        "CareTeam",
        "{\"resourceType\":\"CareTeam\",\"status\":\"active\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\""
            + UUID.randomUUID()
            + "\"}],\"subject\":{\"identifier\":{\"value\":\"VALID\"}}}");
  }

  @Test
  void every_kind_of_resource_is_valid() throws Exception {
    Map<String, Integer> seen = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    for (String search : SEARCHES) {
      HttpResponse<String> answer = DemoSystem.fhir(search, token());
      assertThat(answer.statusCode()).as(search + answer.body()).isEqualTo(200);
      JsonNode bundle = JSON.readTree(answer.body());
      if (!search.startsWith(
          "AuditEvent")) { // its profiles are checked with IHE's own package, beside
        check(search, bundle, faults);
      }
      for (JsonNode entry : bundle.path("entry")) {
        JsonNode resource = entry.path("resource");
        seen.merge(resource.path("resourceType").asText(), 1, Integer::sum);
        if (resource.path("resourceType").asText().equals("AuditEvent")) {
          ((ObjectNode) resource).remove("meta");
        }
        check(search, resource, faults);
      }
    }
    check(
        "metadata",
        JSON.readTree(DemoSystem.get(DemoSystem.origin() + "/fhir/metadata").body()),
        faults);
    operations(faults);
    check("an error", JSON.readTree(DemoSystem.fhir("Communication?x=1", token()).body()), faults);
    assertThat(faults.stream().distinct().toList()).isEmpty();
    assertThat(seen.keySet())
        .contains(
            "Communication",
            "Task",
            "CommunicationRequest",
            "Patient",
            "Encounter",
            "Observation",
            "DiagnosticReport",
            "ServiceRequest",
            "DocumentReference",
            "Appointment",
            "CareTeam",
            "Group",
            "Organization",
            "Location",
            "Practitioner",
            "PractitionerRole",
            "Composition",
            "Provenance",
            "HealthcareService",
            "Device",
            "Endpoint",
            "AuditEvent",
            "Subscription",
            "SearchParameter");
  }

  private static void operations(List<String> faults) throws IOException {
    for (String type : List.of("Composition", "Subscription")) {
      JsonNode found = JSON.readTree(DemoSystem.fhir(type + "?_count=1", token()).body());
      String id = found.at("/entry/0/resource/id").asText();
      String operation = type.equals("Composition") ? "/$document" : "/$status";
      HttpResponse<String> answer = DemoSystem.fhir(type + "/" + id + operation, token());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode bundle = JSON.readTree(answer.body());
      if (type.equals("Subscription")) { // its profile is that of another package
        ((ObjectNode) bundle.at("/entry/0/resource")).remove("meta");
      }
      check(operation, bundle, faults);
    }
  }

  private static void check(String what, JsonNode resource, List<String> faults) {
    faults.addAll(
        VALIDATOR.faults(what + " " + resource.path("resourceType").asText(), resource.toString()));
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/CommunicationRequest.crs",
        "system/Communication.crs",
        "system/Composition.rs",
        "system/Task.rs",
        "system/AuditEvent.rs",
        "system/Subscription.crs",
        "system/Patient.rs",
        "system/Encounter.rs",
        "system/Observation.rs",
        "system/Provenance.rs",
        "system/DiagnosticReport.rs",
        "system/ServiceRequest.rs",
        "system/DocumentReference.rs",
        "system/Appointment.rs",
        "system/CareTeam.rs",
        "system/Group.rs",
        "system/Organization.rs",
        "system/Location.rs",
        "system/Practitioner.rs",
        "system/Endpoint.rs");
  }
}
