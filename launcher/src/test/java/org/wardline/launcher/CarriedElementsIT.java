package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client says of a message beyond what Wardline works with comes back, and finds it. */
@ExtendWith(DemoSystem.class)
class CarriedElementsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BESIDES =
      """
      "category":[{"coding":[{"system":"urn:it:kinds","code":"discharge-%1$s"}],"text":"Discharge"}],
      "medium":[{"coding":[{"system":"https://ehr.example/medium","code":"M-%1$s"}]}],
      "encounter":{"reference":"Encounter/e-%1$s","identifier":{"system":"urn:it:visits","value":"V-%1$s"}},
      "basedOn":[{"reference":"ServiceRequest/s-%1$s"}],
      "instantiatesCanonical":["http://example.org/PlanDefinition/%1$s|2.0"],
      "instantiatesUri":["http://example.org/protocol/%1$s"],
      "about":[{"reference":"#device"}],
      "contained":[{"resourceType":"Device","id":"device","serialNumber":"PUMP-%1$s"}],
      "reasonCode":[{"text":"Pump alarm"}],
      "reasonReference":[{"display":"the alarm of this morning"}],
      "note":[{"time":"2026-01-02T10:00:00Z","text":"Second call ☎"}],
      "topic":{"coding":[{"system":"urn:it:topics","code":"pump"}],"text":"Pump"},
      "extension":[{"url":"http://example.org/ward","valueString":"3 West"}],""";

  private static String message(String mark, String status, String more) {
    return """
        {"resourceType":"Communication","status":"%s",%s
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"operator.eng"}}],
         "payload":[{"contentString":"Words"}],"identifier":[{"system":"urn:it:carried","value":"%s"}]}"""
        .formatted(status, more, mark);
  }

  private static String mark() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  private static List<String> found(String search) throws IOException {
    List<String> ids = new ArrayList<>();
    kept(get("Communication?" + search), 200)
        .path("entry")
        .forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Test
  void it_comes_back_as_it_was_said() throws Exception {
    String mark = mark();
    String posted = message(mark, "in-progress", BESIDES.formatted(mark));
    JsonNode sent = kept(post("Communication", posted), 201);
    JsonNode back = kept(get("Communication/" + sent.path("id").asText()), 200);
    JsonNode said = JSON.readTree(posted);
    for (String name :
        List.of(
            "medium",
            "encounter",
            "basedOn",
            "instantiatesCanonical",
            "instantiatesUri",
            "about",
            "contained",
            "reasonCode",
            "reasonReference",
            "note",
            "topic")) {
      assertThat(back.path(name)).as(name).isEqualTo(said.path(name));
      assertThat(sent.path(name)).as("answered " + name).isEqualTo(said.path(name));
    }
    assertThat(back.path("category").get(0)).isEqualTo(said.path("category").get(0));
    assertThat(back.at("/category/1/coding/0/code").asText()).isEqualTo("notification");
    assertThat(back.path("extension").findValuesAsText("url"))
        .contains(
            "http://example.org/ward", "https://wardline.org/fhir/StructureDefinition/commitment");
  }

  private static List<String> leading(String mark) {
    return List.of(
        "encounter=Encounter/e-" + mark,
        "encounter=e-" + mark,
        "encounter=Encounter/nothing,Encounter/e-" + mark,
        "encounter:identifier=urn:it:visits%7CV-" + mark,
        "encounter=" + encoded(DemoSystem.origin() + "/fhir/Encounter/e-" + mark),
        "encounter:identifier=urn:it:visits%7C&identifier=" + mark,
        "category:not=other&encounter=e-" + mark,
        "encounter.identifier=V-" + mark,
        "based-on=ServiceRequest/s-" + mark,
        "based-on:ServiceRequest=s-" + mark,
        "medium=M-" + mark,
        "medium=&encounter=e-" + mark,
        "category=&encounter=e-" + mark,
        "category=urn:it:kinds%7C&encounter=e-" + mark,
        "medium=https://ehr.example/medium%7C&encounter=e-" + mark,
        "medium=https://ehr.example/medium%7CM-" + mark,
        "category=discharge-" + mark,
        "category=urn:it:kinds%7Cdischarge-" + mark,
        "category=reminder,urn:it:kinds%7Cdischarge-" + mark,
        "category=notification&encounter=e-" + mark,
        "instantiates-canonical=" + encoded("http://example.org/PlanDefinition/" + mark),
        "instantiates-canonical=" + encoded("http://example.org/PlanDefinition/" + mark + "|2.0"),
        "instantiates-uri=" + encoded("http://example.org/protocol/" + mark),
        "encounter:missing=false&identifier=" + mark,
        "medium:not=x&identifier=" + mark);
  }

  private static List<String> elsewhere(String mark, String id) {
    return List.of(
        "encounter=Encounter/x" + mark,
        "encounter=Patient/e-" + mark,
        "encounter=" + encoded("http://ehr.example/fhir/Encounter/e-" + mark),
        "category:not=discharge-" + mark + "&identifier=" + mark,
        "encounter:identifier=urn:other%7CV-" + mark,
        "based-on=CommunicationRequest/s-" + mark,
        "based-on=CommunicationRequest/" + id,
        "medium=urn:other%7CM-" + mark,
        "medium=urn:other%7C&encounter=e-" + mark,
        "category=urn:other%7C&encounter=e-" + mark,
        "category=urn:other%7Cdischarge-" + mark,
        "category:not=urn:it:kinds%7Cdischarge-" + mark + "&identifier=" + mark,
        "category=alert&encounter=e-" + mark,
        "medium:not=M-" + mark + "&identifier=" + mark,
        "medium:missing=true&identifier=" + mark,
        "encounter:missing=true&identifier=" + mark,
        "based-on:missing=true&identifier=" + mark,
        "instantiates-canonical=" + encoded("http://example.org/PlanDefinition/" + mark + "|3.0"));
  }

  @Test
  void it_leads_to_the_message() throws Exception {
    String mark = mark();
    JsonNode sent =
        kept(post("Communication", message(mark, "in-progress", BESIDES.formatted(mark))), 201);
    String id = sent.path("id").asText();
    for (String search : leading(mark)) {
      assertThat(found(search + "&_count=5")).as(search).contains(id);
    }
    for (String search : elsewhere(mark, id)) {
      assertThat(found(search)).as(search).doesNotContain(id);
    }
    for (String search :
        List.of(
            "encounter=e-" + mark,
            "encounter:identifier=urn:it:visits%7CV-" + mark,
            "medium=https://ehr.example/medium%7CM-" + mark,
            "category=urn:it:kinds%7Cdischarge-" + mark)) {
      JsonNode counted = kept(get("Communication?_summary=count&" + search), 200);
      assertThat(counted.path("total").asInt()).as(search).isEqualTo(1);
    }
  }

  @Test
  void what_is_put_on_record_was_sent_when_its_client_says() throws Exception {
    String mark = mark();
    String then =
        "\"sent\":\"2021-03-04T05:06:07+01:00\",\"received\":\"2021-03-04T05:07:00+01:00\",";
    JsonNode recorded = kept(post("Communication", message(mark, "completed", then)), 201);
    String id = recorded.path("id").asText();
    assertThat(recorded.path("sent").asText()).isEqualTo("2021-03-04T05:06:07+01:00");
    assertThat(recorded.path("received").asText()).isEqualTo("2021-03-04T05:07:00+01:00");
    String named = "&identifier=" + mark;
    assertThat(found("sent=2021-03-04" + named)).containsExactly(id);
    assertThat(found("sent=2021-03-04&_count=1000")).contains(id);
    assertThat(found("sent=lt2022&_sort=sent&_count=1000")).contains(id);
    assertThat(found("sent=ne2021-03-04" + named)).isEmpty();
    String today =
        Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(1)).toString();
    assertThat(found("sent=ge" + today + named)).isEmpty();
    assertThat(found("_lastUpdated=ge" + today + named)).containsExactly(id);
    JsonNode counted = kept(get("Communication?_summary=count&sent=lt2022" + named), 200);
    assertThat(counted.path("total").asInt()).isEqualTo(1);

    JsonNode sentNow = kept(post("Communication", message(mark(), "in-progress", then)), 201);
    assertThat(sentNow.path("sent").asText()).as("it is sent now").doesNotStartWith("2021");
    var future = post("Communication", message(mark(), "completed", "\"sent\":\"2999-01-01\","));
    assertThat(future.statusCode()).isEqualTo(422);
    assertThat(future.body()).contains("Communication.sent");
  }

  @Test
  void nothing_of_it_is_shown_once_the_message_was_taken_back() throws Exception {
    String mark = mark();
    JsonNode sent =
        kept(post("Communication", message(mark, "in-progress", BESIDES.formatted(mark))), 201);
    String path = "Communication/" + sent.path("id").asText();
    String token = DemoSystem.token("integration-engine", "system/Communication.crus");
    kept(
        FhirClient.sendAs(
            token,
            "PUT",
            path,
            "{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"entered-in-error\"}"
                .formatted(sent.path("id").asText())),
        200);
    for (String where : List.of(path, path + "/_history", path + "/_history/1")) {
      assertThat(get(where).body()).as(where).doesNotContain("Second call", "PUMP-", "Pump alarm");
    }
    for (String search :
        List.of(
            "encounter=e-" + mark,
            "encounter:identifier=V-" + mark,
            "based-on=ServiceRequest/s-" + mark,
            "category=discharge-" + mark,
            "category=reminder,discharge-" + mark,
            "medium=M-" + mark,
            "encounter:missing=false&identifier=" + mark)) {
      assertThat(found(search)).as("it says nothing of it: " + search).isEmpty();
    }
    assertThat(found("encounter:missing=true&identifier=" + mark)).hasSize(1);
    assertThat(found("medium:not=M-" + mark + "&identifier=" + mark)).hasSize(1);
  }

  @Test
  void xml_is_as_good_and_what_is_too_long_is_refused() throws Exception {
    String mark = mark();
    String posted =
        """
        <Communication xmlns="http://hl7.org/fhir"><identifier><system value="urn:it:carried"/><value value="%1$s"/></identifier>
        <status value="in-progress"/><encounter><reference value="Encounter/%1$s"/></encounter>
        <recipient><identifier><system value="https://wardline.org/fhir/NamingSystem/username"/><value value="operator.eng"/></identifier></recipient>
        <payload><contentString value="Words"/></payload><note><text value="By telephone"/></note></Communication>"""
            .formatted(mark);
    var answer =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication",
            posted,
            "Authorization",
            "Bearer " + FhirClient.token(),
            "Content-Type",
            "application/fhir+xml",
            "Accept",
            "application/fhir+xml",
            "Prefer",
            "return=representation");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).contains("By telephone");
    assertThat(found("encounter=Encounter/" + mark)).hasSize(1);
    String note = "\"note\":[{\"text\":\"" + "x".repeat(100_000) + "\"}],";
    assertThat(post("Communication", message(mark(), "in-progress", note)).statusCode())
        .isEqualTo(422);
  }
}
