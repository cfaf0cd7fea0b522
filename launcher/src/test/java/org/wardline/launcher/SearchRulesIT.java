package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search says is heeded or refused: nothing of it is left out in silence. */
@ExtendWith(DemoSystem.class)
class SearchRulesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "Rules" + UUID.randomUUID();
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/communication-category";
  private static String message;
  private static String answer;
  private static String conversation;
  private static LocalDate day;

  @BeforeAll
  static void write() throws IOException {
    Hl7.taken(Hl7.message("ADT^A04", "SR-1", "RULES^^^IT^MR||Roe^Rue", ""));
    JsonNode first = send(TOPIC, "");
    message = first.path("id").asText();
    conversation = first.at("/partOf/0/reference").asText().replaceFirst(".*/", "");
    day = LocalDate.parse(first.path("sent").asText().substring(0, 10));
    answer =
        send(
                TOPIC,
                """
                ,"partOf":[{"reference":"Communication/%s"}],"inResponseTo":[{"reference":"Communication/%s"}]"""
                    .formatted(conversation, message))
            .path("id")
            .asText();
  }

  private static JsonNode send(String topic, String more) throws IOException {
    return FhirClient.kept(
        FhirClient.post(
            "Communication",
            """
            {"resourceType":"Communication","status":"in-progress","topic":{"text":"%s"},"subject":{"identifier":{"value":"RULES"}},
             "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
             "payload":[{"contentString":"By the rules"}]%s}"""
                .formatted(topic, more)),
        201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "HealthcareService",
        "Device",
        "Encounter",
        "Observation",
        "Communication",
        "Task",
        "Organization",
        "Location"
      })
  void the_next_page_holds_others(String type) throws Exception {
    JsonNode page = get(type + "?_count=1", type + ".rs");
    for (JsonNode link : page.path("link")) {
      if (link.path("relation").asText().equals("next")) {
        String next = link.path("url").asText().replaceFirst("^.*/fhir/", "");
        assertThat(ids(get(next, type + ".rs")))
            .isNotEmpty()
            .doesNotContainAnyElementsOf(ids(page));
      }
    }
  }

  @Test
  void people_are_found_by_key_by_user_name_and_not_by_that_of_another_system() throws Exception {
    String dietz = ids(get("Practitioner?identifier=pharm.dietz", "Practitioner.rs")).get(0);
    assertThat(ids(get("Practitioner?_id=" + dietz, "Practitioner.rs"))).containsExactly(dietz);
    assertThat(ids(get("Practitioner?identifier=urn:other%7Cpharm.dietz", "Practitioner.rs")))
        .isEmpty();
    assertThat(
            ids(
                get(
                    "PractitionerRole?practitioner.identifier=urn:o%7Cpharm.dietz",
                    "PractitionerRole.rs", "Practitioner.rs")))
        .isEmpty();
    assertThat(found("recipient.identifier=urn:other%7Cpharm.dietz")).isEmpty();
    assertThat(found("recipient.identifier=pharm.dietz")).hasSize(2);
  }

  @Test
  void what_changed_when_is_heeded_by_every_type_or_refused() throws Exception {
    for (String type : List.of("Patient", "Practitioner", "Observation", "Task", "Communication")) {
      assertThat(ids(get(type + "?_lastUpdated=gt2099", type + ".rs"))).as(type).isEmpty();
    }
    assertThat(ids(get("Patient?identifier=RULES&_lastUpdated=gt2020", "Patient.rs"))).hasSize(1);
    for (String type : List.of("HealthcareService", "Device", "PractitionerRole")) {
      assertThat(answer(type + "?_lastUpdated=gt2099", type + ".rs").statusCode())
          .as(type)
          .isEqualTo(400);
    }
    assertThat(ids(tasks("&modified=ge2020&_lastUpdated=lt2020"))).isEmpty();
    assertThat(ids(tasks("&modified=ge2020&_lastUpdated=ge2020"))).isNotEmpty();
  }

  @Test
  void a_day_is_no_longer_than_it_is() throws Exception {
    assertThat(found("sent=" + day)).contains(message);
    assertThat(found("sent=ne" + day)).doesNotContain(message);
    assertThat(found("sent=ne" + day.minusDays(1))).contains(message);
    assertThat(found("sent=lt" + day)).doesNotContain(message);
    assertThat(found("sent=le" + day)).contains(message);
    assertThat(found("sent=gt" + day)).doesNotContain(message);
    assertThat(found("sent=ge" + day.plusDays(1))).doesNotContain(message);
    assertThat(found("sent=" + day.minusDays(1))).doesNotContain(message);
    assertThat(found("sent=" + day.plusDays(1))).doesNotContain(message);
    assertThat(ids(tasks("&authored-on=ne" + day))).isEmpty();
    String sent = "AuditEvent?entity=Communication/" + message;
    assertThat(ids(trail(sent + "&date=" + day))).isNotEmpty();
    assertThat(ids(trail(sent + "&date=ne" + day))).isEmpty();
    assertThat(ids(trail(sent + "&date=ne" + day.minusDays(1)))).isNotEmpty();
  }

  @Test
  void records_are_found_by_what_they_are_not_and_lack() throws Exception {
    String sent = "AuditEvent?entity=Communication/" + message + "&subtype=message-sent";
    List<String> record = ids(trail(sent));
    assertThat(record).hasSize(1);
    for (String other :
        List.of(
            "&action:not=C",
            "&outcome:not=0",
            "&type:not=rest",
            "&patient:missing=true&date=" + day,
            "&agent:missing=true&date=" + day,
            "&site:missing=false&date=" + day)) {
      assertThat(ids(trail(sent + other))).as(other).isEmpty();
    }
    for (String same :
        List.of(
            "&action:not=R,U",
            "&type:not=urn:other%7Crest&date=" + day,
            "&patient:missing=false&date=" + day,
            "&site:not=radiology&date=" + day)) {
      assertThat(ids(trail(sent + same))).as(same).isEqualTo(record);
    }
    String both = "AuditEvent?subtype=message-sent&entity=Communication/";
    assertThat(ids(trail(both + message + ",Communication/" + answer))).hasSize(2);
    assertThat(ids(trail(both + message + "&agent=Device/none,integration-engine")))
        .isEqualTo(record);
    assertThat(ids(trail(sent + "&agent=&patient="))).isEqualTo(record);
    assertThat(ids(trail(sent + "&action:not=http://hl7.org/fhir/audit-event-action%7C")))
        .isEmpty();
    String reader = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    for (String dear : List.of("agent:missing=true", "site:not=x&date=ne1900-01-01")) {
      assertThat(DemoSystem.fhir("AuditEvent?" + dear, reader).statusCode())
          .as("each record would be looked into: " + dear)
          .isEqualTo(400);
    }
  }

  @Test
  void records_are_counted_over_all_pages() throws Exception {
    String both =
        "AuditEvent?subtype=message-sent&entity=Communication/"
            + message
            + ",Communication/"
            + answer;
    JsonNode page = trail(both + "&_count=1&_total=accurate");
    assertThat(ids(page)).hasSize(1);
    assertThat(page.path("total").asInt()).isEqualTo(2);
    JsonNode second = trail(next(page));
    assertThat(ids(second)).hasSize(1).doesNotContainAnyElementsOf(ids(page));
    assertThat(second.path("total").asInt()).isEqualTo(2);
    for (String number : List.of("&_count=0", "&_summary=count")) {
      JsonNode counted = trail(both + number);
      assertThat(counted.path("total").asInt()).as(number).isEqualTo(2);
      assertThat(counted.path("entry")).as(number).isEmpty();
    }
    assertThat(trail("AuditEvent?_count=0&date=ge" + day).path("total").asInt()).isGreaterThan(2);
    assertThat(trail("AuditEvent?_count=0&date=lt2020").path("total").asInt()).isZero();
    String reader = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(DemoSystem.fhir("AuditEvent?_summary=count", reader).statusCode()).isEqualTo(400);
  }

  private static String next(JsonNode page) {
    return StreamSupport.stream(page.path("link").spliterator(), false)
        .filter(link -> link.path("relation").asText().equals("next"))
        .map(link -> link.path("url").asText().replaceFirst("^.*/fhir/", ""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void values_by_comma_are_alternatives() throws Exception {
    String another = "Another " + TOPIC;
    String other = send(another, "").at("/partOf/0/reference").asText().replaceFirst(".*/", "");
    assertThat(found("part-of=" + conversation)).containsExactlyInAnyOrder(message, answer);
    assertThat(found("identifier=&part-of=&in-response-to=")).hasSize(2);
    assertThat(ids(messages("part-of=" + conversation + ",Communication/" + other))).hasSize(3);
    assertThat(found("in-response-to=" + message)).containsExactly(answer);
    assertThat(found("in-response-to=" + answer + "," + message)).containsExactly(answer);
    assertThat(ids(messages("identifier=urn:uuid:" + message + ",urn:uuid:" + answer)))
        .containsExactlyInAnyOrder(message, answer);
    assertThat(ids(messages("topic=Nothing,50%25_%5C!x," + TOPIC.toLowerCase(Locale.ROOT))))
        .contains(message, answer);
  }

  private static JsonNode trail(String search) throws IOException {
    HttpResponse<String> answer =
        DemoSystem.fhir(search, DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"));
    assertThat(answer.statusCode()).as(search + " " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  @Test
  void a_code_of_another_system_is_another_code() throws Exception {
    assertThat(found("category=urn:other%7Cnotification")).isEmpty();
    assertThat(found("category=" + CATEGORY + "%7Cnotification")).hasSize(2);
    assertThat(found("category=" + CATEGORY + "%7C")).hasSize(2);
    assertThat(found("category:not=urn:other%7Cnotification")).hasSize(2);
    assertThat(found("category=&status=")).hasSizeBetween(0, 2);
    assertThat(ids(tasks("&code=urn:other%7Creceipt"))).isEmpty();
    assertThat(ids(tasks("&business-status=urn:other%7Cread"))).isEmpty();
    assertThat(ids(tasks("&code=receipt"))).isNotEmpty();
  }

  @Test
  void receipts_are_found_by_what_other_systems_call_those_concerned() throws Exception {
    assertThat(ids(tasks("&patient.identifier=RULES"))).isNotEmpty();
    assertThat(ids(tasks("&subject.identifier=NOBODYS"))).isEmpty();
    assertThat(ids(tasks("&owner.identifier=pharm.dietz"))).hasSize(2);
    assertThat(ids(tasks("&owner.identifier=urn:other%7Cpharm.dietz"))).isEmpty();
    assertThat(ids(tasks("&requester.identifier=integration-engine"))).isNotEmpty();
    assertThat(ids(tasks("&requester.identifier=ehr"))).isEmpty();
  }

  @Test
  void a_search_that_can_find_nothing_needs_its_right_all_the_same() {
    for (String search :
        List.of(
            "Task?priority=stat",
            "Task?code=none",
            "Communication?medium=WRITTEN",
            "Communication?recipient.identifier=nobody",
            "Observation?patient.identifier=NOBODYS")) {
      assertThat(answer(search, "Patient.rs").statusCode()).as(search).isEqualTo(403);
    }
  }

  @Test
  void what_is_given_along_is_known_or_refused() throws Exception {
    String mine = "_id=" + answer + "&_include=Communication:";
    assertThat(ids(messages(mine + "in-response-to"))).contains(message);
    assertThat(ids(messages(mine + "*"))).contains(message, conversation);
    for (String wrong :
        List.of(
            "_include=Communication:recipent",
            "_include=Communication:topic",
            "_include=Letter:sender",
            "_include=sender",
            "_revinclude=Communication:sender",
            "recipient.identifier=urn:x%7C",
            "sender.identifier=%20",
            "part-of:missing=maybe")) {
      assertThat(answer("Communication?" + wrong, "Communication.rs").statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(
            ids(
                messages(
                    "part-of:missing=true&_id="
                        + conversation
                        + "&_sort=-sent&_revinclude=Communication:part-of")))
        .containsExactlyInAnyOrder(conversation, message, answer);
  }

  @Test
  void none_at_all_is_their_number_and_what_is_never_kept_is_not_that() throws Exception {
    JsonNode counted = messages("_count=0&topic=" + TOPIC);
    assertThat(counted.path("total").asInt()).isEqualTo(2);
    assertThat(counted.path("entry")).isEmpty();
    assertThat(found("medium:not=WRITTEN")).hasSize(2);
    assertThat(found("sender:missing=true")).isEmpty();
    assertThat(found("sender:missing=false&received:missing=true")).hasSize(2);
    assertThat(found("received:missing=false")).isEmpty();
    assertThat(found("recipient:missing=true")).isEmpty();
    assertThat(found("recipient:missing=false")).hasSize(2);
    assertThat(ids(tasks("&period=ge2020"))).isNotEmpty();
    assertThat(ids(tasks("&period=lt2020"))).isEmpty();
    assertThat(ids(tasks("&owner:missing=true"))).isEmpty();
    assertThat(
            messages("_count=0&_summary=count&_elements=id&topic=" + TOPIC).path("total").asInt())
        .isEqualTo(2);
    assertThat(answer("Patient?_count=0", "Patient.rs").statusCode()).isEqualTo(400);
  }

  @Test
  void an_alert_is_withdrawn_in_the_version_that_is_known_and_leads_to_its_message()
      throws Exception {
    String body =
        """
        {"resourceType":"CommunicationRequest"%s,"status":"%s","priority":"asap",
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
         "payload":[{"contentString":"A pump stands still"}]}""";
    assertThat(
            FhirClient.send(
                    "POST",
                    "CommunicationRequest",
                    body.formatted("", "active"),
                    "If-None-Exist",
                    "identifier=urn:it|not-carried")
                .statusCode())
        .isEqualTo(400);
    String ward = "ward-" + UUID.randomUUID();
    JsonNode raised =
        FhirClient.kept(
            FhirClient.post(
                "CommunicationRequest",
                body.formatted(
                    ",\"requester\":{\"identifier\":{\"system\":\"urn:wards\",\"value\":\""
                        + ward
                        + "\"}}",
                    "active")),
            201);
    String asked = "CommunicationRequest?requester:identifier=";
    assertThat(ids(JSON.readTree(FhirClient.get(asked + "urn:wards%7C" + ward).body())))
        .containsExactly(raised.path("id").asText());
    assertThat(ids(JSON.readTree(FhirClient.get(asked + "urn:other%7C" + ward).body()))).isEmpty();
    String id = raised.path("id").asText();
    String blind = DemoSystem.token("integration-engine", "system/CommunicationRequest.c");
    assertThat(
            FhirClient.sendAs(blind, "POST", "CommunicationRequest", body.formatted("", "active"))
                .statusCode())
        .as("who may not read it hears that it was raised")
        .isEqualTo(201);
    JsonNode along =
        JSON.readTree(
            FhirClient.get("CommunicationRequest?_id=" + id + "&_revinclude=Communication:based-on")
                .body());
    assertThat(along.path("entry")).hasSize(2);
    assertThat(along.at("/entry/1/resource/basedOn/0/reference").asText())
        .isEqualTo("CommunicationRequest/" + id);
    String token = DemoSystem.token("ehr", "system/CommunicationRequest.crus");
    String revoked = body.formatted(",\"id\":\"" + id + "\"", "revoked");
    String path = "CommunicationRequest/" + id;
    assertThat(FhirClient.sendAs(token, "PUT", path, revoked, "If-Match", "W/\"99\"").statusCode())
        .isEqualTo(412);
    HttpResponse<String> withdrawn = FhirClient.sendAs(token, "PUT", path, revoked);
    assertThat(FhirClient.kept(withdrawn, 200).path("status").asText()).isEqualTo("revoked");
    assertThat(withdrawn.headers().firstValue("ETag")).isPresent();
  }

  private static JsonNode tasks(String more) throws IOException {
    return get(
        "Task?focus=Communication/" + message + ",Communication/" + answer + more, "Task.rs");
  }

  private static JsonNode messages(String query) throws IOException {
    return get("Communication?" + query, "Communication.rs");
  }

  private static List<String> found(String query) throws IOException {
    return ids(messages("topic=" + TOPIC + "&" + query));
  }

  private static List<String> ids(JsonNode bundle) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .map(e -> e.path("resource").path("id").asText())
        .toList();
  }

  private static JsonNode get(String path, String... rights) throws IOException {
    return FhirClient.kept(answer(path, rights), 200);
  }

  private static HttpResponse<String> answer(String path, String... rights) {
    return DemoSystem.fhir(
        path,
        DemoSystem.token(
            "integration-engine",
            Arrays.stream(rights).map(r -> "system/" + r).toArray(String[]::new)));
  }
}
