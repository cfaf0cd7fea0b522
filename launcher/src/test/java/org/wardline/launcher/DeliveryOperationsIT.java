package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Playwright;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holding a destination, a destination that is away, and putting back what was parked. */
@ExtendWith(DemoSystem.class)
class DeliveryOperationsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Playwright playwright;
  private static BrowserPerson admin;

  @BeforeAll
  static void open() {
    playwright = Playwright.create();
    admin = BrowserPerson.signIn(Browsers.launch(playwright), "admin.gray", 1280, 800);
  }

  @AfterAll
  static void close() {
    admin.close();
    playwright.close();
  }

  @Test
  void a_paused_destination_gets_nothing_and_then_everything_in_order() throws Exception {
    assertThat(admin.call("POST", "destinations/ehr-hl7/pause").status()).isEqualTo(204);
    List<String> texts = List.of("First " + UUID.randomUUID(), "Second " + UUID.randomUUID());
    texts.forEach(DeliveryOperationsIT::send);
    await("they wait", SOON, () -> destination("ehr-hl7").path("waiting").asInt() >= 2);
    assertThat(destination("ehr-hl7").path("state").asText()).isEqualTo("paused");
    assertThat(
            DemoSystem.fhir(
                    "Endpoint?status=suspended",
                    DemoSystem.token("integration-engine", "system/Endpoint.rs"))
                .body())
        .contains("ehr-hl7")
        .doesNotContain("ehr-fhir");
    await(
        "metrics say so",
        SOON,
        () ->
            DemoSystem.get(DemoSystem.origin() + "/metrics")
                .body()
                .lines()
                .anyMatch(l -> l.matches("wardline_delivery_held\\{.*\"ehr-hl7\".*} 1(\\.0)?")));
    assertThat(DemoSystem.hospitalHl7().body()).doesNotContain(texts.get(0));
    assertThat(admin.call("POST", "destinations/ehr-hl7/resume").status()).isEqualTo(204);
    await("both are filed", SOON, () -> times(DemoSystem.hospitalHl7().body(), texts.get(1)) == 1);
    assertThat(times(DemoSystem.hospitalHl7().body(), texts.get(0))).isEqualTo(1);
    await("nothing waits", SOON, () -> destination("ehr-hl7").path("waiting").asInt() == 0);
    assertThat(destination("ehr-hl7").path("state").asText()).isEqualTo("well");
  }

  @Test
  void a_destination_that_is_away_is_left_alone_and_gets_each_message_once_when_it_is_back() {
    DemoSystem.tellHospital("fhir", "BUSY", 2);
    List<String> texts = List.of("Away " + UUID.randomUUID(), "Away too " + UUID.randomUUID());
    texts.forEach(DeliveryOperationsIT::send);
    await("it is away", SOON, () -> destination("ehr-fhir").path("state").asText().equals("away"));
    assertThat(destination("ehr-fhir").path("reason").asText()).contains("503");
    await(
        "both are filed, once",
        Duration.ofSeconds(60),
        () -> texts.stream().allMatch(t -> times(DemoSystem.hospitalFhir().body(), t) == 1));
    await("it is well", SOON, () -> destination("ehr-fhir").path("state").asText().equals("well"));
  }

  @Test
  void what_was_parked_is_put_back_once_and_filed_once() throws Exception {
    DemoSystem.tellHospital("mllp", "ERROR", 1);
    String text = "Parked " + UUID.randomUUID();
    String message = send(text);
    await("it is parked", SOON, () -> !letter(message).isMissingNode());
    JsonNode letter = letter(message);
    assertThat(letter.path("owner").asText()).isEqualTo("administrator");
    assertThat(letter.path("reason").asText()).contains("102");
    assertThat(letter.path("dueAt").asText()).isNotEmpty();
    assertThat(letter.toString()).doesNotContain(text);
    String replay = "dead-letters/" + letter.path("id").asText() + "/replay";
    assertThat(admin.call("POST", replay).status()).isEqualTo(204);
    assertThat(admin.call("POST", replay).status()).isEqualTo(404);
    await("it is filed", SOON, () -> times(DemoSystem.hospitalHl7().body(), text) == 1);
    assertThat(letter(message).isMissingNode()).isTrue();
    assertThat(DemoSystem.hospitalHl7().body()).contains(letter.path("controlId").asText());
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    assertThat(DemoSystem.fhir("AuditEvent?entity=Communication/" + message, auditor).body())
        .contains("delivery-replayed");
  }

  @Test
  void only_an_administrator_may() throws Exception {
    try (var nurse = BrowserPerson.signIn(admin.context().browser(), "nurse.cole", 800, 600)) {
      assertThat(nurse.call("GET", "destinations").status()).isEqualTo(403);
      assertThat(nurse.call("GET", "dead-letters").status()).isEqualTo(403);
      assertThat(nurse.call("POST", "destinations/ehr-hl7/pause").status()).isEqualTo(403);
    }
    assertThat(admin.call("POST", "destinations/unknown/pause").status()).isEqualTo(404);
    assertThat(destination("ehr-hl7").path("state").asText()).isNotEqualTo("paused");
  }

  private static JsonNode json(String path) {
    BrowserPerson.Answer answer = admin.call("GET", path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode destination(String name) {
    return found(json("destinations"), "name", name);
  }

  private static JsonNode letter(String message) {
    return found(json("dead-letters"), "messageId", message);
  }

  private static JsonNode found(JsonNode list, String member, String value) {
    for (JsonNode each : list) {
      if (each.path(member).asText().equals(value)) {
        return each;
      }
    }
    return JSON.missingNode();
  }

  /** Sends a message and gives its id. */
  private static String send(String text) {
    var sent =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication",
            """
            {"resourceType":"Communication","status":"in-progress","recipient":[{"identifier":
              {"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
              "payload":[{"contentString":"%s"}]}"""
                .formatted(text),
            "Authorization",
            "Bearer " + DemoSystem.token("integration-engine", "system/Communication.crs"),
            "Content-Type",
            "application/fhir+json");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
    String location = sent.headers().firstValue("Location").orElseThrow();
    String from =
        location.substring(location.indexOf("Communication/") + "Communication/".length());
    return from.substring(0, from.indexOf('/'));
  }

  private static int times(String body, String text) {
    return body.split(Pattern.quote(text), -1).length - 1;
  }
}
