package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a search says twice is meant twice (FHIR R4 section 3.1.1.4.2), and what it asks for along
 * with what is found comes from there, too.
 */
@ExtendWith(DemoSystem.class)
class RepeatedParametersIT {
  private static final String TOPIC = "Twice" + UUID.randomUUID().toString().substring(0, 8);
  private static final String USERNAME = "https://wardline.org/fhir/NamingSystem/username";
  private static String both;
  private static String one;
  private static String conversation;

  @BeforeAll
  static void write() throws IOException {
    JsonNode sent = message(TOPIC, "operator.eng", "pharm.dietz");
    both = sent.path("id").asText();
    conversation = sent.at("/partOf/0/reference").asText();
    one = message(TOPIC, "operator.eng").path("id").asText();
  }

  private static JsonNode message(String topic, String... to) throws IOException {
    return message("in-progress", topic, List.of(to));
  }

  private static JsonNode message(String status, String topic, List<String> to) throws IOException {
    List<String> recipients = new ArrayList<>();
    for (String name : to) {
      recipients.add(
          "{\"identifier\":{\"system\":\"%s\",\"value\":\"%s\"}}".formatted(USERNAME, name));
    }
    return kept(
        post(
            "Communication",
            """
            {"resourceType":"Communication","status":"%s","topic":{"text":"%s"},"recipient":[%s],
             "payload":[{"contentString":"Both of you"}]}"""
                .formatted(status, topic, String.join(",", recipients))),
        201);
  }

  private static String tasks() {
    return DemoSystem.token(
        "integration-engine",
        "system/Task.rs",
        "system/Communication.crs",
        "system/CommunicationRequest.crs",
        "system/Practitioner.rs");
  }

  private static List<String> found(String search) throws IOException {
    List<String> ids = new ArrayList<>();
    page(search).path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  private static JsonNode page(String search) throws IOException {
    return kept(search.contains("Task?") ? DemoSystem.fhir(search, tasks()) : get(search), 200);
  }

  private static String person(String name) throws IOException {
    return kept(get("Practitioner?identifier=" + USERNAME + "%7C" + name), 200)
        .at("/entry/0/resource/id")
        .asText();
  }

  @Test
  void who_is_named_twice_must_both_be_recipients() throws Exception {
    String dietz = person("pharm.dietz");
    String engineer = person("operator.eng");
    String of = "Communication?topic=" + TOPIC;
    assertThat(found(of + "&recipient=" + engineer)).containsExactly(one, both);
    assertThat(found(of + "&recipient=" + engineer + "&recipient=Practitioner/" + dietz))
        .containsExactly(both);
    assertThat(found(of + "&recipient.identifier=operator.eng&recipient.identifier=pharm.dietz,x"))
        .containsExactly(both);
    assertThat(found(of + "&recipient=" + engineer + "&recipient.identifier=pharm.dietz"))
        .containsExactly(both);
    assertThat(found(of + "&recipient=" + engineer + "&recipient=" + UUID.randomUUID())).isEmpty();
    assertThat(found(of + "&part-of:missing=true&recipient=" + engineer + "&recipient=" + dietz))
        .containsExactly(conversation.replaceFirst(".*/", ""));
    JsonNode counted =
        kept(get(of + "&_summary=count&recipient=" + engineer + "&recipient=" + dietz), 200);
    assertThat(counted.path("total").asInt()).isEqualTo(1);
  }

  @Test
  void all_that_is_said_of_an_element_must_fit() throws Exception {
    String of = "Communication?topic=" + TOPIC;
    assertThat(found(of + "&category=notification&category=notification,alert")).hasSize(2);
    assertThat(found(of + "&category=notification&category=alert")).isEmpty();
    assertThat(found(of + "&category=notification&category:not=alert")).hasSize(2);
    assertThat(found(of + "&status=in-progress,completed&status:not=in-progress,completed"))
        .isEmpty();
    assertThat(found("Communication?_id=" + both + "," + one + "&_id=" + one)).containsExactly(one);
    assertThat(found("Communication?_id=" + both + "&_id=" + one)).isEmpty();
    assertThat(found("Task?focus=Communication/" + both + "&focus=Communication/" + one)).isEmpty();
    assertThat(found("Task?focus=" + both + "&status:not=completed&status:not=rejected"))
        .isNotEmpty();
  }

  @Test
  void an_audit_record_must_fit_all_that_is_said_of_it() throws Exception {
    String sent = "AuditEvent?entity=Communication/" + both + "&action=C";
    JsonNode record = audited(sent).at("/entry/0/resource");
    List<String> agents = new ArrayList<>();
    record.path("agent").forEach(agent -> agents.add(agent.at("/who/identifier/value").asText()));
    assertThat(agents).hasSizeGreaterThan(1);
    String id = record.path("id").asText();
    String acted = sent + "&agent=" + agents.get(0);
    assertThat(numbers(acted + "&agent=nobody," + agents.get(0))).containsExactly(id);
    assertThat(numbers(acted + "&agent=nobody")).isEmpty();
    assertThat(numbers("AuditEvent?agent=" + agents.get(0) + "&agent=nobody")).isEmpty();
    assertThat(numbers(sent + "&entity=Communication/" + one)).isEmpty();
    assertThat(numbers(sent + "&entity.identifier=urn:nobody%7Cnothing")).isEmpty();
    assertThat(numbers(sent + "&patient=" + UUID.randomUUID())).isEmpty();
    String subtypes = "";
    for (JsonNode subtype : record.path("subtype")) {
      subtypes += "&subtype=" + subtype.path("code").asText();
    }
    assertThat(record.path("subtype")).hasSizeGreaterThan(1);
    assertThat(numbers(sent + subtypes)).containsExactly(id);
    assertThat(numbers(sent + subtypes + "&subtype=search-type")).isEmpty();
    assertThat(numbers(sent + "&action=C,U&outcome=0&outcome:not=4")).containsExactly(id);
    assertThat(numbers(sent + "&action=U")).isEmpty();
    String when = "&date=ge2026-01-01";
    String type = "&entity-type=2";
    assertThat(numbers(sent + when + "&agent-name=nobody&agent-name=x")).isEmpty();
    assertThat(numbers(sent + when + type + type)).containsExactly(id);
    assertThat(audited(sent + subtypes + "&_summary=count").path("total").asInt()).isEqualTo(1);
    assertThat(
            DemoSystem.fhir(
                    "AuditEvent?source=a&source=b" + when,
                    DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
                .statusCode())
        .isEqualTo(400);
  }

  private static JsonNode audited(String search) throws IOException {
    return kept(
        DemoSystem.fhir(search, DemoSystem.token("compliance-reporting", "system/AuditEvent.rs")),
        200);
  }

  private static List<String> numbers(String search) throws IOException {
    List<String> ids = new ArrayList<>();
    audited(search).path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Communication?priority=routine&priority=stat",
        "Communication?topic=a&topic=b",
        "Communication?sender.identifier=a&sender.identifier=b",
        "Communication?_summary=bogus",
        "Communication?_total=bogus",
        "Communication?_count=-1",
        "Communication?sent=notadate",
        "Communication?_include:other=Communication:sender"
      })
  void what_cannot_be_heeded_is_refused(String search) throws Exception {
    JsonNode refused = kept(get(search), 400);
    assertThat(refused.at("/issue/0/code").asText()).isEqualTo("invalid");
    assertThat(refused.at("/issue/0/diagnostics").asText()).doesNotContain("body");
  }

  private static String alert() throws IOException {
    return kept(
            post(
                "CommunicationRequest",
                """
                {"resourceType":"CommunicationRequest","status":"active","recipient":[{"identifier":{"system":"%s","value":"operator.eng"}}],
                 "payload":[{"contentString":"Pump alarm"}]}"""
                    .formatted(USERNAME)),
            201)
        .path("id")
        .asText();
  }

  private static List<String> changes(String search) throws IOException {
    List<String> times = new ArrayList<>();
    List<String> met = new ArrayList<>();
    String next = search + "&_count=2";
    while (!next.isEmpty() && times.size() < 20) {
      JsonNode page = page(next);
      for (JsonNode entry : page.path("entry")) {
        met.add(entry.path("fullUrl").asText());
        times.add(entry.at("/resource/meta/lastUpdated").asText());
      }
      next = FhirClient.next(page);
    }
    assertThat(met).as(search).doesNotHaveDuplicates().isNotEmpty();
    return times;
  }

  @Test
  void alerts_and_receipts_come_in_the_order_of_changes() throws Exception {
    List<String> alerts = List.of(alert(), alert(), alert());
    String engineer = person("operator.eng");
    String about = "CommunicationRequest?_id=" + String.join(",", alerts);
    String owned = "Task?owner=" + engineer + "&focus=" + String.join(",", alerts);
    for (String search :
        List.of(
            about,
            "CommunicationRequest?recipient=" + engineer + "&_lastUpdated=gt2026-01-01",
            owned,
            "Task?owner=" + engineer + "&_lastUpdated=gt2026-01-01")) {
      assertThat(changes(search + "&_sort=_lastUpdated")).as(search).isSorted();
      assertThat(changes(search + "&_sort=-_lastUpdated"))
          .as(search)
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
    assertThat(changes(about + "&_sort=_lastUpdated")).hasSize(3);
    assertThat(changes(owned + "&_sort=modified")).hasSize(3).isSorted();
    assertThat(changes(owned + "&_sort=-modified"))
        .hasSize(3)
        .isSortedAccordingTo(Comparator.reverseOrder());
    for (String refused :
        List.of(
            "Task?_sort=modified",
            "Task?_sort=modified&_id=x",
            owned + "&_sort=modified&_cursor=x",
            owned + "&_sort=modified&_cursor=1.x")) {
      assertThat(DemoSystem.fhir(refused, tasks()).statusCode()).as(refused).isEqualTo(400);
    }
  }

  @Test
  void what_changed_last_comes_first_or_last() throws Exception {
    String topic = "Order" + UUID.randomUUID().toString().substring(0, 8);
    // on record, not sent: nothing of them changes while the pages are read
    String begun =
        message("completed", topic, List.of("operator.eng")).at("/partOf/0/reference").asText();
    String part =
        ",\"partOf\":[{\"reference\":\"%s\"}],\"recipient\":[{\"identifier\":{\"system\":\"%s\",\"value\":\"operator.eng\"}}]"
            .formatted(begun, USERNAME);
    for (int i = 0; i < 4; i++) {
      kept(
          post(
              "Communication",
              """
              {"resourceType":"Communication","status":"completed","payload":[{"contentString":"More"}]%s}"""
                  .formatted(part)),
          201);
    }
    String thread = "part-of=" + begun;
    String engineer = "recipient=" + person("operator.eng") + "&topic=" + topic;
    for (String search :
        List.of(
            "Communication?" + thread,
            "Communication?" + engineer,
            "Communication?_lastUpdated=gt2026-01-01&" + engineer,
            "Communication?part-of:missing=true&" + engineer)) {
      assertThat(changes(search + "&_sort=_lastUpdated")).as(search).isSorted();
      assertThat(changes(search + "&_sort=-_lastUpdated"))
          .as(search)
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
    assertThat(changes("Communication?" + thread + "&_sort=-_lastUpdated")).hasSize(5);
    assertThat(get("CommunicationRequest?_sort=-_lastUpdated").statusCode()).isEqualTo(400);
    assertThat(get("Communication?_sort=-_lastUpdated").statusCode()).isEqualTo(400);
    assertThat(get("Communication?" + thread + "&_sort=_lastUpdated&_cursor=1.x").statusCode())
        .isEqualTo(400);
  }

  @Test
  void what_is_given_along_is_asked_again() throws Exception {
    String alert = alert();
    JsonNode page =
        kept(
            DemoSystem.fhir(
                "CommunicationRequest?_id="
                    + alert
                    + "&_revinclude:iterate=Task:focus&_revinclude=Communication:based-on"
                    + "&_include:iterate=Communication:recipient",
                tasks()),
            200);
    List<String> types = page.findValuesAsText("resourceType");
    assertThat(types).contains("CommunicationRequest", "Communication", "Task");
    assertThat(types)
        .as("whom the message reached that was itself given along")
        .containsAnyOf("Practitioner", "HealthcareService");
  }

  @Test
  void the_capabilities_say_what_there_is_and_no_more() throws Exception {
    JsonNode statement = kept(get("metadata"), 200);
    assertThat(statement.at("/rest/0/security/service/0/coding/0/code").asText())
        .isEqualTo("SMART-on-FHIR");
    assertThat(statement.at("/rest/0/interaction").findValuesAsText("code"))
        .contains("batch", "transaction");
    for (JsonNode type : statement.at("/rest/0/resource")) {
      String name = type.path("type").asText();
      List<String> parameters = type.path("searchParam").findValuesAsText("name");
      assertThat(parameters).as(name).doesNotContain("_cursor").doesNotHaveDuplicates();
      for (JsonNode reverse : type.path("searchRevInclude")) {
        String search = name + "?_count=1&_revinclude=" + reverse.asText();
        assertThat(get(search).statusCode()).as(search).isIn(200, 403);
      }
      for (JsonNode include : type.path("searchInclude")) {
        String search = name + "?_count=1&_include=" + include.asText();
        assertThat(get(search).statusCode()).as(search).isIn(200, 403);
      }
    }
    assertThat(statement.toString()).contains("SearchParameter/Communication-priority");
  }

  @Test
  void a_search_for_people_tells_as_much_as_a_read() throws Exception {
    String number = UUID.randomUUID().toString();
    kept(
        post(
            "Practitioner",
            """
            {"resourceType":"Practitioner","identifier":[{"system":"urn:it:staff","value":"%s"}],"name":[{"family":"Told","given":["Tia"]}],
             "telecom":[{"system":"phone","value":"555"}],"qualification":[{"code":{"text":"MD"}}]}"""
                .formatted(number)),
        201);
    JsonNode found =
        kept(get("Practitioner?family=told&identifier=urn:it:staff%7C" + number), 200)
            .at("/entry/0/resource");
    assertThat(found).isEqualTo(kept(get("Practitioner/" + found.path("id").asText()), 200));
    assertThat(found.at("/qualification/0/code/text").asText()).isEqualTo("MD");
    assertThat(found("Practitioner?family=other&identifier=urn:it:staff%7C" + number)).isEmpty();
  }
}
