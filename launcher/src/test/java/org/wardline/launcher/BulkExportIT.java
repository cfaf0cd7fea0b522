package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages and audit records in bulk (FHIR Bulk Data Access 2.0). */
@ExtendWith(DemoSystem.class)
class BulkExportIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ASYNC = "respond-async";

  @Test
  void what_is_not_asked_for_rightly_is_refused() {
    assertThat(begin(archive(), "$export", "return=minimal").statusCode()).isEqualTo(400);
    for (String wrong :
        List.of(
            "$export?_type=Patient",
            "$export?_type=Communication,",
            "$export?_outputFormat=text/csv",
            "$export?_since=yesterday",
            "$export?_sinc=2026-01-01T00:00:00Z",
            "$export?_typeFilter=Communication%3Fstatus%3Dcompleted")) {
      assertThat(begin(archive(), wrong, ASYNC).statusCode()).as(wrong).isEqualTo(400);
    }
    assertThat(begin(token("system/Communication.rs"), "$export", ASYNC).statusCode())
        .isEqualTo(403);
    String half = token("system/Communication.rs", "bulk-export");
    assertThat(begin(half, "$export?_type=AuditEvent", ASYNC).statusCode()).isEqualTo(403);
    assertThat(begin(half, "$export?_elements=id", ASYNC).statusCode()).isEqualTo(400);
    String other = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(begin(other, "$export?_type=AuditEvent", ASYNC).statusCode()).isEqualTo(403);
    assertThat(get(archive(), "$export-status?export=1").statusCode()).isEqualTo(404);
    assertThat(get(archive(), "$export-file").statusCode()).isEqualTo(404);
  }

  @Test
  void without_types_a_client_gets_those_that_it_may_have() throws Exception {
    String half = token("system/Communication.rs", "bulk-export");
    HttpResponse<String> asked =
        begin(half, "$export?_outputFormat=application/fhir+ndjson", ASYNC);
    JsonNode manifest = manifest(half, asked);
    assertThat(manifest.findValuesAsText("type")).isNotEmpty().containsOnly("Communication");
    assertThat(manifest.path("output").path(0).path("count").asInt()).isPositive();
    List<JsonNode> messages = resources(manifest, "Communication");
    assertThat(ids(messages)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void so_many_at_a_time_and_no_more() {
    List<HttpResponse<String>> taken = new ArrayList<>();
    try {
      HttpResponse<String> last = begin(archive(), "$export", ASYNC);
      for (int i = 0; i < 20 && last.statusCode() == 202; i++) {
        taken.add(last);
        last = begin(archive(), "$export", ASYNC);
      }
      assertThat(last.statusCode()).isEqualTo(429);
      assertThat(last.headers().firstValue("Retry-After")).isPresent();
      assertThat(last.body()).contains("OperationOutcome");
      assertThat(taken).hasSizeGreaterThanOrEqualTo(10);
    } finally {
      taken.forEach(asked -> assertThat(end(archive(), asked).statusCode()).isEqualTo(202));
    }
  }

  @Test
  void all_messages_and_records_come_once_and_are_on_record() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    List<String> sent = new ArrayList<>();
    for (String text : List.of("first of the export", "second of the export")) {
      sent.add(message(text));
    }
    for (int i = 0; i < 30; i++) {
      assertThat(FhirClient.get("Communication/" + sent.get(0)).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> asked = begin(archive(), "$export?_since=" + before, ASYNC);
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    JsonNode manifest = manifest(archive(), asked);
    assertThat(Instant.parse(manifest.path("transactionTime").asText())).isAfter(before);
    assertThat(manifest.path("requiresAccessToken").asBoolean()).isTrue();
    assertThat(manifest.path("request").asText()).endsWith("/fhir/$export?_since=" + before);
    List<JsonNode> messages = resources(manifest, "Communication");
    assertThat(ids(messages)).doesNotHaveDuplicates().containsSubsequence(sent);
    assertThat(messages)
        .filteredOn(m -> m.path("id").asText().equals(sent.get(0)))
        .singleElement()
        .extracting(m -> m.at("/payload/0/contentString").asText())
        .isEqualTo("first of the export");
    List<JsonNode> records = resources(manifest, "AuditEvent");
    assertThat(ids(records)).doesNotHaveDuplicates().isSorted();
    assertThat(files(manifest, "AuditEvent")).hasSizeGreaterThan(1); // 25 in each here
    assertThat(records.toString()).contains("Communication/" + sent.get(1));

    String export = asked.headers().firstValue("Content-Location").orElseThrow();
    String basic = "Basic/" + export.replaceFirst("^.*export=", "");
    JsonNode found =
        JSON.readTree(
            DemoSystem.fhir("AuditEvent?_count=1000&entity=" + basic, token("system/AuditEvent.rs"))
                .body());
    assertThat(found.findValuesAsText("code")).contains("export-begun", "export-fetched", "110106");
    assertThat(found.path("entry")).hasSize(1 + manifest.path("output").size());
  }

  @Test
  void since_gives_what_changed_and_a_deleted_one_is_gone() throws Exception {
    String early = message("before the second export");
    await("it is filed in both, and changes no more", SOON, () -> done(early) == 2);
    Instant since = Instant.now();
    String late = message("after the first export");
    HttpResponse<String> asked =
        begin(archive(), "$export?_type=Communication&_since=" + since, ASYNC);
    JsonNode manifest = manifest(archive(), asked);
    List<JsonNode> messages = resources(manifest, "Communication");
    assertThat(ids(messages)).contains(late);
    assertThat(messages.toString()).doesNotContain("before the second export");
    String file = path(files(manifest, "Communication").get(0).path("url").asText());
    assertThat(get(FhirClient.token(), file).statusCode()).isEqualTo(403);
    assertThat(end(archive(), asked).statusCode()).isEqualTo(202);
    assertThat(end(archive(), asked).statusCode()).isEqualTo(404);
    assertThat(get(archive(), file).statusCode()).isEqualTo(404);
    assertThat(get(archive(), path(location(asked))).statusCode()).isEqualTo(404);
  }

  private static String message(String text) throws IOException {
    JsonNode made =
        FhirClient.kept(
            FhirClient.post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","payload":[{"contentString":"%s"}],
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}]}"""
                    .formatted(text)),
            201);
    return made.path("id").asText();
  }

  private static int done(String message) {
    String search = "Task?focus=Communication/" + message + "&status=completed";
    try {
      String token = DemoSystem.token("integration-engine", "system/Task.rs");
      return JSON.readTree(DemoSystem.fhir(search, token).body()).path("entry").size();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String archive() {
    return token("system/Communication.rs", "system/AuditEvent.rs", "bulk-export");
  }

  private static String token(String... scopes) {
    return DemoSystem.token("archive", scopes);
  }

  private static HttpResponse<String> begin(String token, String path, String prefer) {
    return DemoSystem.get(
        DemoSystem.origin() + "/fhir/" + path,
        "Authorization",
        "Bearer " + token,
        "Accept",
        "application/fhir+json",
        "Prefer",
        prefer);
  }

  private static HttpResponse<String> get(String token, String path) {
    return DemoSystem.fhir(path, token);
  }

  private static HttpResponse<String> end(String token, HttpResponse<String> asked) {
    return DemoSystem.send("DELETE", location(asked), "", "Authorization", "Bearer " + token);
  }

  private static String location(HttpResponse<String> asked) {
    return asked.headers().firstValue("Content-Location").orElseThrow();
  }

  private static String path(String address) {
    return address.replaceFirst("^.*/fhir/", "");
  }

  private static JsonNode manifest(String token, HttpResponse<String> asked) throws IOException {
    String status = path(location(asked));
    HttpResponse<String> first = get(token, status);
    if (first.statusCode() == 202) {
      assertThat(first.headers().firstValue("X-Progress")).isPresent();
      assertThat(first.headers().firstValue("Retry-After")).isPresent();
    }
    await("the files are known", SOON, () -> get(token, status).statusCode() == 200);
    return JSON.readTree(get(token, status).body());
  }

  private static List<JsonNode> files(JsonNode manifest, String type) {
    return StreamSupport.stream(manifest.path("output").spliterator(), false)
        .filter(file -> file.path("type").asText().equals(type))
        .toList();
  }

  /** Fetches all files of a type; each must hold as many as was said. */
  private static List<JsonNode> resources(JsonNode manifest, String type) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode file : files(manifest, type)) {
      HttpResponse<String> answer = get(archive(), path(file.path("url").asText()));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/fhir+ndjson");
      List<String> lines = answer.body().lines().toList();
      if (file.has("count")) {
        assertThat(lines).hasSize(file.path("count").asInt());
      }
      for (String line : lines) {
        JsonNode resource = JSON.readTree(line);
        assertThat(resource.path("resourceType").asText()).isEqualTo(type);
        found.add(resource);
      }
    }
    return found;
  }

  private static List<String> ids(List<JsonNode> resources) {
    return resources.stream().map(r -> r.path("id").asText()).toList();
  }
}
