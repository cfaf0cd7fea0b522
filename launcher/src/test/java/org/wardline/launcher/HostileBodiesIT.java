package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies that are made to break parsers: refused with 4xx, quickly, and the server goes on. */
@ExtendWith(DemoSystem.class)
class HostileBodiesIT {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final String COMMUNICATION =
      "{\"resourceType\":\"Communication\",\"status\":\"in-progress\",\"recipient\":[{\"reference\":\"Practitioner/0190a000-0000-7000-8000-000000000000\"}],\"payload\":[{\"contentString\":%s}]%s}";

  @Test
  void what_is_no_sound_json_is_refused() throws Exception {
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("nothing", bytes(""));
    bodies.put("cut off", bytes("{\"resourceType\":\"Communication\",\"status\":"));
    bodies.put("no object", bytes("[]"));
    bodies.put("a number", bytes("42"));
    bodies.put("another type", bytes("{\"resourceType\":\"Starship\"}"));
    bodies.put("no type", bytes("{\"status\":\"in-progress\"}"));
    bodies.put("type of another path", bytes("{\"resourceType\":\"Patient\"}"));
    bodies.put(
        "deep",
        bytes(
            COMMUNICATION.formatted(
                "\"x\"", ",\"extension\":" + "[{\"url\":\"u\",\"extension\":".repeat(20_000))));
    bodies.put("deep arrays", bytes("[".repeat(200_000)));
    bodies.put("huge number", bytes(COMMUNICATION.formatted("1e999999999", "")));
    bodies.put("long number", bytes(COMMUNICATION.formatted("9".repeat(100_000), "")));
    bodies.put("twice", bytes(COMMUNICATION.formatted("\"x\"", ",\"status\":\"completed\"")));
    bodies.put("half a character", bytes(COMMUNICATION.formatted("\"\\ud800\"", "")));
    bodies.put("nul", bytes(COMMUNICATION.formatted("\"a\\u0000b\"", "")));
    bodies.put("broken utf-8", broken());
    bodies.put("wrong kind", bytes(COMMUNICATION.formatted("{\"a\":1}", "")));
    bodies.put("comments", bytes("/* x */ " + COMMUNICATION.formatted("\"x\"", "") + " trailing"));
    for (var each : bodies.entrySet()) {
      refused(each.getKey(), each.getValue(), "application/fhir+json");
    }
    goesOn();
  }

  @Test
  void what_is_no_sound_xml_is_refused_and_no_entity_is_read() throws Exception {
    String open = "<Communication xmlns=\"http://hl7.org/fhir\"><status value=\"in-progress\"/>";
    String laughs =
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">]>";
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("nothing", "");
    bodies.put("cut off", open);
    bodies.put("no namespace", "<Communication/>");
    bodies.put(
        "laughs",
        laughs + open + "<payload><contentString value=\"&f;\"/></payload></Communication>");
    bodies.put(
        "file",
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
            + open
            + "<payload><contentString value=\"&f;\"/></payload></Communication>");
    bodies.put(
        "address", "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">" + open + "</Communication>");
    bodies.put("deep", open + "<extension url=\"u\">".repeat(20_000));
    for (var each : bodies.entrySet()) {
      HttpResponse<String> answer =
          refused(each.getKey(), bytes(each.getValue()), "application/fhir+xml");
      assertThat(answer.body()).as(each.getKey()).doesNotContain("root:");
    }
    String number =
        "<Observation xmlns=\"http://hl7.org/fhir\"><status value=\"final\"/><code><text value=\"x\"/></code><valueQuantity><value value=\"1e99999999\"/></valueQuantity></Observation>";
    assertThat(refused("huge number", "Observation", bytes(number), "application/fhir+xml").body())
        .contains("beyond all measure");
    goesOn();
  }

  /**
   * Eight clients at once, each with nearly as much as a body may have, and what is worst in it.
   */
  @Test
  void long_bodies_at_once_do_not_fill_the_memory() throws Exception {
    String start = "{\"resourceType\":\"Patient\",\"name\":[";
    String entry =
        "{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"bogus\"},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}";
    List<byte[]> bodies =
        List.of(
            bytes(start + "{\"family\":\"x\"},".repeat(590_000) + "{}]}"),
            bytes(start + "{\"family\":\"" + "x".repeat(9_500_000) + "\"}]}"),
            bytes(start + "{\"given\":[" + "\"x\",".repeat(190_000) + "\"x\"]}]}"),
            bytes(start + "{},".repeat(190_000) + "{}]}"),
            bytes(
                "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                    + (entry + ",").repeat(39_000)
                    + entry
                    + "]}"));
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byte[] body = bodies.get(i % bodies.size());
        String path = i % bodies.size() == 4 ? "" : "Patient";
        answers.add(clients.submit(() -> posted(path, body)));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get(2, TimeUnit.MINUTES)).isIn(201, 400, 413, 422, 503);
      }
    } finally {
      clients.shutdownNow();
    }
    goesOn();
  }

  /** Nobody knows before how long these are. */
  @Test
  void a_body_of_unknown_length_is_bounded_like_any() throws Exception {
    byte[] tooLong = new byte[10_485_761];
    byte[] tooMany =
        bytes("{\"resourceType\":\"Patient\",\"name\":[" + "{},".repeat(200_000) + "{}]}");
    assertThat(streamed("Binary", "image/png", tooLong)).isEqualTo(413);
    assertThat(streamed("Patient", "application/fhir+json", tooLong)).isEqualTo(413);
    assertThat(streamed("Patient", "application/fhir+json", tooMany)).isEqualTo(413);
    byte[] xml =
        bytes(
            "<Binary xmlns=\"http://hl7.org/fhir\"><meta>"
                + "<tag><code value=\"x\"/></tag>".repeat(100_000)
                + "</meta></Binary>");
    assertThat(streamed("Binary", "text/xml", xml)).isEqualTo(413);
    for (int i = 0; i < 20; i++) { // each gives back what it took
      assertThat(streamed("Binary", "image/png", new byte[9_000_000])).isEqualTo(201);
    }
    goesOn();
  }

  @Test
  void who_is_not_signed_in_sends_nothing_long() throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/metadata"))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofMinutes(1))
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[100_000]))
            .build();
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isIn(401, 413);
  }

  private static int streamed(String path, String type, byte[] body) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + FhirClient.token())
                .header("Content-Type", type)
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static int posted(String path, byte[] body) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + FhirClient.token())
                .header("Content-Type", "application/fhir+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static void goesOn() {
    assertThat(DemoSystem.fhir("Communication?_count=1", FhirClient.token()).statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> refused(String what, byte[] body, String type)
      throws IOException, InterruptedException {
    return refused(what, "Communication", body, type);
  }

  private static HttpResponse<String> refused(
      String what, String resource, byte[] body, String type)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + resource))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + FhirClient.token())
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(what + ": " + answer.body()).isBetween(400, 499);
    assertThat(answer.body()).as(what).contains("OperationOutcome");
    return answer;
  }

  private static byte[] broken() {
    var out = new ByteArrayOutputStream();
    String[] parts = COMMUNICATION.formatted("\"@\"", "").split("@", 2);
    out.writeBytes(bytes(parts[0]));
    out.write(0xC3);
    out.write(0x28);
    out.writeBytes(bytes(parts[1]));
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
