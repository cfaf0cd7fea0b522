package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Searching messages, conversations and receipts as FHIR describes it. */
@ExtendWith(DemoSystem.class)
class FhirSearchIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "Search " + UUID.randomUUID();
  private static final List<String> SENT = new ArrayList<>();
  private static String conversation;
  private static String patient;

  @BeforeAll
  static void write() throws IOException {
    Hl7.taken(Hl7.message("ADT^A04", "FS-1", "SEARCHED^^^IT^MR||Roe^Sid", ""));
    patient = ids(get("Patient?identifier=SEARCHED", "Patient.rs")).get(0);
    for (int i = 0; i < 5; i++) {
      String answers =
          i == 4
              ? ",\"inResponseTo\":[{\"reference\":\"Communication/%s\"}]".formatted(SENT.get(0))
              : "";
      if (i == 3) {
        answers =
            ",\"note\":[{\"text\":\"By telephone.\"}],\"about\":[{\"reference\":\"%s/fhir/Group/1\"}]"
                .formatted(DemoSystem.origin());
      }
      JsonNode made =
          JSON.readTree(
              FhirClient.sendAs(
                      token("Communication.crs"),
                      "POST",
                      "Communication",
                      """
                      {"resourceType":"Communication","status":"in-progress","priority":"%s","subject":{"reference":"Patient/%s"},"topic":{"text":"%s"},
                       "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/communication-category","code":"%s"}]}],
                       "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}]%s%s,
                       "payload":[{"contentString":"Number %d"}]}"""
                          .formatted(
                              i == 1 ? "urgent" : "routine",
                              patient,
                              TOPIC,
                              i == 2 ? "reminder" : "notification",
                              conversation == null
                                  ? ""
                                  : ",\"partOf\":[{\"reference\":\"Communication/%s\"}]"
                                      .formatted(conversation),
                              answers,
                              i))
                  .body());
      SENT.add(made.path("id").asText());
      conversation = last(made.path("partOf").path(0).path("reference").asText());
    }
  }

  @Test
  void a_conversation_is_the_header_that_its_messages_are_part_of() throws Exception {
    JsonNode header = get("Communication/" + conversation, "Communication.rs");
    assertThat(header.path("topic").path("text").asText()).isEqualTo(TOPIC);
    assertThat(header.has("partOf")).isFalse();
    assertThat(header.has("payload")).isFalse();
    assertThat(header.path("subject").path("reference").asText()).isEqualTo("Patient/" + patient);
    assertThat(header.path("recipient").toString()).contains("Dietz", "Device/");
    assertThat(found("part-of:missing=true&patient=Patient/" + patient))
        .containsExactly(conversation);
    assertThat(found("_id=" + conversation + "," + SENT.get(0)))
        .containsExactlyInAnyOrder(conversation, SENT.get(0));
    assertThat(
            answer("Communication?part-of:missing=true&status=completed", "Communication.rs")
                .statusCode())
        .isEqualTo(400);
    assertThat(found("part-of:missing=false&patient=Patient/" + patient)).hasSize(5);
    assertThat(found("part-of=Communication/" + conversation)).hasSize(5);
  }

  /** A page is written straight to JSON, a message that is read by the library. */
  @Test
  void a_page_says_of_a_message_what_a_read_says() {
    await(
        "the same of all, when none of them changes",
        Duration.ofSeconds(30),
        () -> page().equals(SENT.stream().map(FhirSearchIT::read).toList()));
    assertThat(SENT).hasSize(5);
  }

  private static List<JsonNode> page() {
    try {
      return StreamSupport.stream(
              get("Communication?_sort=sent&patient=Patient/" + patient, "Communication.rs")
                  .path("entry")
                  .spliterator(),
              false)
          .map(entry -> entry.path("resource"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String message) {
    try {
      return get("Communication/" + message, "Communication.rs");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void each_parameter_finds_what_it_says() throws Exception {
    String mine = "topic=" + enc(TOPIC) + "&";
    assertThat(found(mine + "priority=urgent")).containsExactly(SENT.get(1));
    assertThat(found(mine + "priority:not=urgent")).hasSize(4).doesNotContain(SENT.get(1));
    assertThat(found(mine + "category=reminder")).containsExactly(SENT.get(2));
    assertThat(found(mine + "in-response-to=Communication/" + SENT.get(0)))
        .containsExactly(SENT.get(4));
    assertThat(found(mine + "in-response-to:missing=true")).hasSize(4);
    assertThat(found(mine + "based-on:missing=false")).isEmpty();
    assertThat(found(mine + "medium=http://x|WRITTEN")).isEmpty();
    assertThat(found(mine + "medium:missing=true")).hasSize(5);
    assertThat(found(mine + "recipient.identifier=pharm.dietz")).hasSize(5);
    assertThat(
            found(
                mine
                    + "recipient:identifier=https://wardline.org/fhir/NamingSystem/username|pharm.dietz"))
        .hasSize(5);
    assertThat(found(mine + "recipient.identifier=nobody")).isEmpty();
    assertThat(found(mine + "sender.identifier=integration-engine")).hasSize(5);
    assertThat(found(mine + "patient.identifier=SEARCHED")).hasSize(5);
    assertThat(found(mine + "patient.identifier=NOBODY")).isEmpty();
    assertThat(found(mine + "_id=" + SENT.get(0) + "," + SENT.get(3))).hasSize(2);
    assertThat(found(mine + "sent=gt2020-01-01&_lastUpdated=gt2020")).hasSize(5);
    assertThat(found(mine + "sent=lt2020")).isEmpty();
    assertThat(found(mine + "received=lt2020")).isEmpty();
    assertThat(found(mine + "status=not-done,stopped,entered-in-error")).isEmpty();
    assertThat(found(mine + "status:not=not-done")).hasSize(5);
    HttpResponse<String> posted =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication/_search",
            mine + "priority=urgent",
            "Authorization",
            "Bearer " + token("Communication.rs"),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(ids(JSON.readTree(posted.body()))).containsExactly(SENT.get(1));
  }

  @Test
  void order_pages_and_totals_are_as_asked() throws Exception {
    String mine = "topic=" + enc(TOPIC) + "&_count=2";
    List<String> newest = new ArrayList<>(SENT);
    java.util.Collections.reverse(newest);
    assertThat(pages("Communication?" + mine)).isEqualTo(newest);
    assertThat(pages("Communication?_sort=sent&" + mine)).isEqualTo(SENT);
    assertThat(
            get("Communication?_total=accurate&" + mine, "Communication.rs").path("total").asInt())
        .isEqualTo(5);
    JsonNode count = get("Communication?_summary=count&" + mine, "Communication.rs");
    assertThat(count.path("total").asInt()).isEqualTo(5);
    assertThat(count.has("entry")).isFalse();
    assertThat(answer("Communication?_sort=topic", "Communication.rs").statusCode()).isEqualTo(400);
    for (String wrong :
        List.of("recipient:text=x", "topic:exact=x", "status:text=x", "_sort=-_lastUpdated")) {
      assertThat(answer("Communication?" + wrong, "Communication.rs").statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    JsonNode some = get("Communication?_elements=status&" + mine, "Communication.rs");
    assertThat(some.path("entry").path(0).path("resource").has("payload")).isFalse();
  }

  @Test
  void an_unknown_parameter_is_named_or_left_out_as_the_client_prefers() throws Exception {
    HttpResponse<String> strict = answer("Communication?favourite=yes", "Communication.rs");
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(strict.body()).contains("OperationOutcome", "favourite");
    HttpResponse<String> lenient =
        DemoSystem.get(
            DemoSystem.origin() + "/fhir/Communication?favourite=yes&topic=" + enc(TOPIC),
            "Authorization",
            "Bearer " + token("Communication.rs"),
            "Prefer",
            "handling=lenient");
    assertThat(ids(JSON.readTree(lenient.body()))).hasSize(5);
    assertThat(lenient.body()).doesNotContain("favourite");
  }

  @Test
  void what_is_referred_to_is_given_along_to_who_may_read_it() throws Exception {
    String search =
        "Communication?_id="
            + SENT.get(0)
            + "&_include=Communication:subject&_include=Communication:recipient&_include=Communication:part-of&_revinclude=Task:focus";
    JsonNode all = get(search, "Communication.rs", "Patient.rs", "Practitioner.rs", "Task.rs");
    assertThat(types(all)).contains("Communication", "Patient", "Practitioner", "Task");
    assertThat(all.path("entry").toString())
        .contains("\"mode\":\"include\"", "\"id\":\"" + conversation);
    JsonNode few = get(search, "Communication.rs");
    assertThat(types(few)).containsOnly("Communication");
    HttpResponse<String> wrong =
        answer("Communication?_revinclude=Patient:link", "Communication.rs");
    assertThat(wrong.statusCode()).isEqualTo(400);
  }

  @Test
  void receipts_are_tasks_that_tell_each_step() throws Exception {
    String focus = "Task?focus=Communication/" + SENT.get(0);
    await(
        "it is filed in both",
        Duration.ofSeconds(30),
        () -> quiet(focus + "&status=completed").size() == 2);
    JsonNode tasks = get(focus, "Task.rs");
    assertThat(ids(tasks)).hasSize(3);
    JsonNode filed =
        get(focus + "&owner.identifier=ehr-hl7", "Task.rs").path("entry").path(0).path("resource");
    assertThat(filed.path("businessStatus").path("coding").path(0).path("code").asText())
        .isEqualTo("filed");
    assertThat(filed.path("output").findValues("code").stream().map(JsonNode::asText).toList())
        .contains("queued", "sent", "filed");
    assertThat(filed.path("executionPeriod").has("end")).isTrue();
    assertThat(filed.path("for").path("reference").asText()).isEqualTo("Patient/" + patient);
    JsonNode waiting =
        get(focus + "&business-status=queued", "Task.rs").path("entry").path(0).path("resource");
    assertThat(waiting.path("owner").path("display").asText()).contains("Dietz");
    assertThat(waiting.path("status").asText()).isEqualTo("requested");
    String id = waiting.path("id").asText();
    assertThat(get("Task/" + id, "Task.rs")).isEqualTo(waiting);
    assertThat(ids(get("Task?_id=" + id, "Task.rs"))).containsExactly(id);
    List<String> all = ids(tasks);
    assertThat(pages("Task?_count=1&_id=" + String.join(",", all) + "," + id))
        .as("each once, and the pages end")
        .isEqualTo(all);
    assertThat(pages("Task?_count=4&patient=Patient/" + patient))
        .hasSize(15)
        .doesNotHaveDuplicates();
    assertThat(answer("Task/" + id, "Communication.rs").statusCode()).isEqualTo(403);
    String other = id.substring(0, id.length() - 1) + (id.endsWith("x") ? "y" : "x");
    assertThat(answer("Task/" + other, "Task.rs").statusCode()).isEqualTo(404);
    assertThat(ids(get(focus + "&status=draft", "Task.rs"))).isEmpty();
    assertThat(ids(get(focus + "&status:not=requested", "Task.rs"))).hasSize(2);
  }

  @Test
  void what_is_sealed_is_searched_by_the_parameters_of_its_type() throws Exception {
    String subject = "\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
    for (String kind : List.of("laboratory", "vital-signs")) {
      FhirClient.kept(
          FhirClient.post(
              "Observation",
              "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"%s\"}]}],\"code\":{\"text\":\"x\"},%s}"
                  .formatted(kind, subject)),
          201);
    }
    String mine = "Observation?patient=Patient/" + patient;
    assertThat(ids(get(mine, "Observation.rs"))).hasSize(2);
    assertThat(ids(get(mine + "&category=laboratory", "Observation.rs"))).hasSize(1);
    assertThat(ids(get(mine + "&category:not=laboratory", "Observation.rs"))).hasSize(1);
    assertThat(ids(get(mine + "&performer:missing=true", "Observation.rs"))).hasSize(2);
    assertThat(ids(get(mine + "&status:not=final", "Observation.rs"))).isEmpty();
    assertThat(ids(get(mine + "&value-concept=http://x%7Cy", "Observation.rs"))).isEmpty();
    assertThat(ids(get(mine + "&date:missing=true", "Observation.rs"))).hasSize(2);
    for (String wrong :
        List.of(
            "category:text=x",
            "performer.identifier=x",
            "value-date=yesterday",
            "_include=Observation:date")) {
      assertThat(answer(mine + "&" + wrong, "Observation.rs").statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(types(get(mine + "&_include=Observation:subject", "Observation.rs", "Patient.rs")))
        .contains("Patient");
  }

  @Test
  void a_page_does_not_give_its_own_size_for_the_total() throws Exception {
    String query = "Communication?topic=" + enc(TOPIC);
    JsonNode first = get(query + "&_count=2", "Communication.rs");
    assertThat(first.has("total")).as("a page of several").isFalse();
    String next = first.path("link").findValuesAsText("url").get(1);
    JsonNode second = get(next.substring(next.indexOf("/fhir/") + 6), "Communication.rs");
    assertThat(second.path("entry")).isNotEmpty();
    assertThat(second.has("total")).as("a later page").isFalse();
    assertThat(get(query + "&_count=500", "Communication.rs").path("total").asInt())
        .as("all on one page")
        .isEqualTo(SENT.size());
    assertThat(get(query + "&_count=2&_total=accurate", "Communication.rs").path("total").asInt())
        .isEqualTo(SENT.size());
  }

  @Test
  void parameters_of_our_own_are_published() throws Exception {
    JsonNode own = get("SearchParameter/Communication-topic", "Communication.rs");
    assertThat(own.path("url").asText())
        .isEqualTo("https://wardline.org/fhir/SearchParameter/Communication-topic");
    assertThat(ids(get("SearchParameter", "Communication.rs"))).hasSize(3);
    String capability = DemoSystem.get(DemoSystem.origin() + "/fhir/metadata").body();
    assertThat(capability).contains("\"in-response-to\"", "\"Task\"");
  }

  private static List<String> quiet(String path) {
    try {
      return ids(get(path, "Task.rs"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> pages(String path) throws IOException {
    List<String> all = new ArrayList<>();
    String next = DemoSystem.origin() + "/fhir/" + path;
    while (!next.isEmpty()) {
      JsonNode page =
          JSON.readTree(
              DemoSystem.get(
                      next, "Authorization", "Bearer " + token("Communication.rs", "Task.rs"))
                  .body());
      all.addAll(ids(page));
      next = "";
      for (JsonNode link : page.path("link")) {
        next = link.path("relation").asText().equals("next") ? link.path("url").asText() : next;
      }
    }
    return all;
  }

  private static List<String> found(String query) throws IOException {
    return ids(get("Communication?" + query.replace("|", "%7C"), "Communication.rs"));
  }

  private static List<String> ids(JsonNode bundle) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .map(e -> e.path("resource").path("id").asText())
        .toList();
  }

  private static List<String> types(JsonNode bundle) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .map(e -> e.path("resource").path("resourceType").asText())
        .toList();
  }

  private static JsonNode get(String path, String... rights) throws IOException {
    HttpResponse<String> answer = answer(path, rights);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> answer(String path, String... rights) {
    return DemoSystem.fhir(path, token(rights));
  }

  private static String token(String... rights) {
    return DemoSystem.token(
        "integration-engine",
        java.util.Arrays.stream(rights).map(r -> "system/" + r).toArray(String[]::new));
  }

  private static String enc(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String last(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }
}
