package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The FHIR door for machines: what is refused and how, the same act as a person's message, and
 * delivery through faults.
 */
@ExtendWith(DemoSystem.class)
class MachineDoorIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SEND = "system/Communication.crs";

  @Test
  void without_a_good_token_nothing_is_said() throws Exception {
    String good = DemoSystem.token("integration-engine", SEND);
    String[] parts = good.split("\\.", -1);
    String none =
        Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + parts[1]
            + ".";
    String tampered =
        parts[0] + "." + parts[1] + "." + parts[2].substring(0, parts[2].length() - 4) + "AAAA";
    for (String token : new String[] {"", "x", none, tampered}) {
      HttpResponse<String> answer = DemoSystem.fhir("Communication", token);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .hasValueSatisfying(h -> assertThat(h).startsWith("Bearer"));
      assertThat(JSON.readTree(answer.body()).path("resourceType").asText())
          .isEqualTo("OperationOutcome");
    }
    assertThat(DemoSystem.get(DemoSystem.origin() + "/fhir/Communication").statusCode())
        .isEqualTo(401);
    assertThat(DemoSystem.get(DemoSystem.origin() + "/api/inbox").statusCode()).isEqualTo(401);
  }

  @Test
  void a_scope_gives_no_more_than_it_names_and_a_refusal_is_on_record() throws Exception {
    String token = DemoSystem.token("integration-engine", "system/Patient.rs");
    HttpResponse<String> refused = DemoSystem.fhir("Communication", token);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("OperationOutcome").contains("system/Communication");
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(DemoSystem.fhir("AuditEvent?agent=integration-engine&_count=200", auditor).body())
        .contains("access-refused");
    assertThat(DemoSystem.fhir("Patient?name=Roe", auditor).statusCode()).isEqualTo(403);
  }

  @Test
  void what_is_wrong_with_a_message_is_said_where_it_is() throws Exception {
    assertRefused("{\"resourceType\":\"Communication\"", 400, "");
    assertRefused("{\"resourceType\":\"Patient\"}", 400, "");
    assertRefused("<not json>", 400, "");
    assertRefused(message("\"recipient\":[]", "text"), 422, "Communication.recipient");
    assertRefused(message(recipient("nobody.here"), "text"), 422, "recipient[0]");
    assertRefused(
        message(
            recipient("dr.adams")
                + ",\"subject\":{\"reference\":\"Patient/"
                + UUID.randomUUID()
                + "\"}",
            "text"),
        422,
        "subject");
    assertRefused(message(recipient("dr.adams"), "x".repeat(10_001)), 422, "payload");
    assertRefused(message(recipient("dr.adams"), "a\\u0000b"), 422, "payload");
    assertRefused(
        message(recipient("dr.adams") + ",\"sender\":" + person("dr.bianchi"), "text"), 403, "");
  }

  @Test
  void a_machine_may_write_for_a_person_when_it_has_the_right() throws Exception {
    String token = DemoSystem.token("ehr", SEND, "on-behalf-of");
    var sent =
        create(
            token,
            message(
                recipient("nurse.cole") + ",\"sender\":" + person("dr.adams"),
                "Please weigh daily."));
    assertThat(sent.statusCode()).isEqualTo(201);
    JsonNode read = JSON.readTree(DemoSystem.fhir(path(sent), token).body());
    assertThat(read.path("sender").path("display").asText()).isEqualTo("ehr for Adams, Anna");
    assertThat(read.path("sender").path("reference").asText()).startsWith("PractitionerRole/");
    assertThat(read.path("extension").toString()).contains("sent-by");
  }

  @Test
  void a_message_that_happened_elsewhere_is_recorded_and_not_sent() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    int before = JSON.readTree(DemoSystem.hospitalFhir().body()).path("entry").size();
    var sent =
        create(
            token,
            message(recipient("nurse.cole"), "Said by phone.").replace("in-progress", "completed"));
    assertThat(sent.statusCode()).isEqualTo(201);
    assertThat(JSON.readTree(DemoSystem.fhir(path(sent), token).body()).path("status").asText())
        .isEqualTo("completed");
    var after = create(token, message(recipient("nurse.cole"), "Sent after it."));
    await(
        "the one that was sent is filed",
        Duration.ofSeconds(20),
        () ->
            DemoSystem.hospitalFhir()
                .body()
                .contains(path(after).substring("Communication/".length())));
    assertThat(DemoSystem.hospitalFhir().body()).doesNotContain("Said by phone.");
    assertThat(JSON.readTree(DemoSystem.hospitalFhir().body()).path("entry").size())
        .isGreaterThan(before);
  }

  @Test
  void a_repeated_post_with_the_same_identifier_sends_once() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    String body =
        message(
            recipient("nurse.cole")
                + ",\"identifier\":[{\"system\":\"urn:it\",\"value\":\""
                + UUID.randomUUID()
                + "\"}]",
            "Once.");
    var first = create(token, body);
    var second = create(token, body);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(path(second)).isEqualTo(path(first));
  }

  @Test
  void a_message_about_another_patient_is_not_filed_into_a_conversation() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    String about = ",\"subject\":{\"identifier\":{\"value\":\"MRN1000";
    var first = create(token, message(recipient("nurse.cole") + about + "1\"}}", "About Greta."));
    JsonNode kept = JSON.readTree(DemoSystem.fhir(path(first), token).body());
    String thread =
        ",\"partOf\":[{\"reference\":\""
            + kept.path("partOf").path(0).path("reference").asText()
            + "\"}]";
    assertRefused(
        message(recipient("nurse.cole") + about + "2\"}}" + thread, "About Gerta."),
        422,
        "subject");
    var same =
        create(
            token,
            message(recipient("nurse.cole") + about + "1\"}}" + thread, "Again about Greta."));
    assertThat(same.statusCode()).as(same.body()).isEqualTo(201);
  }

  @Test
  void search_finds_by_all_its_parameters_and_pages_without_loss() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND, "system/Practitioner.rs");
    String topic = UUID.randomUUID().toString();
    for (int i = 0; i < 5; i++) {
      create(
          token,
          message(
              recipient("pharm.dietz") + ",\"topic\":{\"text\":\"" + topic + "\"}", "Page " + i));
    }
    String dietz =
        JSON.readTree(DemoSystem.fhir("Practitioner?identifier=pharm.dietz", token).body())
            .path("entry")
            .path(0)
            .path("resource")
            .path("id")
            .asText();
    var seen = new java.util.HashSet<String>();
    String next = "Communication?recipient=Practitioner/" + dietz + "&sent=gt2020-01-01&_count=2";
    for (int page = 0; page < 50 && !next.isEmpty(); page++) {
      JsonNode bundle = JSON.readTree(DemoSystem.fhir(next, token).body());
      bundle
          .path("entry")
          .forEach(e -> assertThat(seen.add(e.path("resource").path("id").asText())).isTrue());
      next = "";
      for (JsonNode link : bundle.path("link")) {
        if (link.path("relation").asText().equals("next")) {
          next = link.path("url").asText().substring((DemoSystem.origin() + "/fhir/").length());
        }
      }
    }
    assertThat(seen).hasSizeGreaterThanOrEqualTo(5);
    assertThat(DemoSystem.fhir("Communication?sent=lt2020-01-01", token).body())
        .doesNotContain("\"entry\"");
    assertThat(DemoSystem.fhir("Communication?nonsense=1", token).statusCode()).isEqualTo(400);
    assertThat(DemoSystem.fhir("metadata", token).body())
        .contains("CapabilityStatement")
        .contains("AuditEvent");
  }

  @Test
  void a_hospital_that_misbehaves_gets_each_message_once() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    for (String mode : new String[] {"REFUSE", "BUSY", "LATE", "STRANGER", "DROP"}) {
      DemoSystem.tellHospital("mllp", mode, 1);
      if (!mode.equals("STRANGER") && !mode.equals("DROP")) {
        DemoSystem.tellHospital("fhir", mode, 1);
      }
      String text = "Through " + mode + " " + UUID.randomUUID();
      assertThat(create(token, message(recipient("nurse.cole"), text)).statusCode()).isEqualTo(201);
      await(
          "filed in spite of " + mode,
          Duration.ofSeconds(60),
          () ->
              times(DemoSystem.hospitalHl7().body(), text) == 1
                  && times(DemoSystem.hospitalFhir().body(), text) == 1);
    }
  }

  @Test
  void what_the_hospital_refuses_is_parked_with_its_reason_and_holds_nobody_up() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    DemoSystem.tellHospital("mllp", "ERROR", 1);
    String refused = "Refused " + UUID.randomUUID();
    var first = create(token, message(recipient("nurse.cole"), refused));
    String next = "Next " + UUID.randomUUID();
    create(token, message(recipient("nurse.cole"), next));
    await(
        "the next one is filed",
        Duration.ofSeconds(30),
        () -> times(DemoSystem.hospitalHl7().body(), next) == 1);
    assertThat(times(DemoSystem.hospitalHl7().body(), refused)).isZero();
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    await(
        "its end is on record",
        Duration.ofSeconds(10),
        () ->
            DemoSystem.fhir("AuditEvent?entity=" + path(first), auditor).body().contains("AE 102"));
  }

  @Test
  void what_is_acknowledged_is_on_the_disk() throws Exception {
    for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
      try (var connection = DemoSystem.system().database("wardline");
          var statement = connection.createStatement();
          var row = statement.executeQuery("show " + setting)) {
        row.next();
        assertThat(row.getString(1)).as(setting).isEqualTo("on");
      }
    }
  }

  @Test
  void a_killed_application_loses_nothing_and_sends_nothing_twice() throws Exception {
    String token = DemoSystem.token("integration-engine", SEND);
    DemoSystem.tellHospital("mllp", "HANG", 1);
    DemoSystem.tellHospital("fhir", "HANG", 1);
    String text = "Survives " + UUID.randomUUID();
    assertThat(create(token, message(recipient("nurse.cole"), text)).statusCode()).isEqualTo(201);
    long pid = DemoSystem.system().processes().get("wardline");
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await("it is dead", Duration.ofSeconds(10), () -> ProcessHandle.of(pid).isEmpty());
    DemoSystem.system().close();
    DemoSystem.restart();
    await(
        "delivered after the new start",
        Duration.ofSeconds(90),
        () ->
            times(DemoSystem.hospitalHl7().body(), text) == 1
                && times(DemoSystem.hospitalFhir().body(), text) == 1);
    String fresh = DemoSystem.token("integration-engine", SEND);
    String next = "After it " + UUID.randomUUID();
    create(fresh, message(recipient("nurse.cole"), next));
    await(
        "and the next one, too",
        Duration.ofSeconds(30),
        () -> times(DemoSystem.hospitalHl7().body(), next) == 1);
    assertThat(times(DemoSystem.hospitalHl7().body(), text)).isEqualTo(1);
  }

  private static void assertRefused(String body, int status, String at) throws Exception {
    var answer = create(DemoSystem.token("integration-engine", SEND), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode outcome = JSON.readTree(answer.body());
    assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(outcome.path("issue").path(0).path("expression").toString()).contains(at);
  }

  private static HttpResponse<String> create(String token, String body) {
    return DemoSystem.post(
        DemoSystem.origin() + "/fhir/Communication",
        body,
        "Authorization",
        "Bearer " + token,
        "Content-Type",
        "application/fhir+json");
  }

  private static String path(HttpResponse<String> created) {
    String location =
        created
            .headers()
            .firstValue("Location")
            .orElse(created.headers().firstValue("Content-Location").orElse(""));
    String from = location.substring(location.indexOf("Communication/"));
    return from.substring(0, from.indexOf("/_history"));
  }

  private static String person(String username) {
    return "{\"identifier\":{\"system\":\"https://wardline.org/fhir/NamingSystem/username\",\"value\":\""
        + username
        + "\"}}";
  }

  private static String recipient(String username) {
    return "\"recipient\":[" + person(username) + "]";
  }

  private static String message(String members, String text) {
    return "{\"resourceType\":\"Communication\",\"status\":\"in-progress\","
        + members
        + ",\"payload\":[{\"contentString\":\""
        + text
        + "\"}]}";
  }

  private static int times(String body, String text) {
    return body.split(java.util.regex.Pattern.quote(text), -1).length - 1;
  }
}
