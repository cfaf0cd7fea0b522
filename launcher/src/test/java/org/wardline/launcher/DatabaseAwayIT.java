package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wardline.launcher.DemoSystem.await;

import com.microsoft.playwright.PlaywrightException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** While the database is away the server says so, accepts nothing, and goes on by itself. */
class DatabaseAwayIT extends BrowserJourney {

  @Test
  void nothing_is_accepted_that_cannot_be_kept_and_afterwards_all_goes_on() throws Exception {
    String token = DemoSystem.token("integration-engine", "system/Communication.crs");
    String id = UUID.randomUUID().toString();
    assertThat(create(token, "Before " + id, id + "-0").statusCode()).isEqualTo(201);
    DemoSystem.system().stopDatabase();
    try {
      HttpResponse<String> refused = create(token, "During " + id, id + "-1");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("OperationOutcome").doesNotContain("During " + id);
      assertThat(DemoSystem.get(DemoSystem.origin() + "/health/ready").statusCode()).isEqualTo(503);
      assertThatThrownBy(() -> admit("AWAY-1"))
          .as("no answer at all: engines send again")
          .isInstanceOf(IOException.class);
    } finally {
      DemoSystem.system().startDatabase();
    }
    await(
        "it takes messages again",
        Duration.ofSeconds(30),
        () -> create(token, "During " + id, id + "-1").statusCode() / 100 == 2);
    assertThat(create(token, "During " + id, id + "-1").statusCode())
        .as("repeated, not sent twice")
        .isEqualTo(200);
    assertThat(admit("AWAY-1")).isTrue();
    await(
        "what came before and after is filed, once",
        Duration.ofSeconds(60),
        () ->
            times("Before " + id) == 1
                && times("During " + id) == 1
                && DemoSystem.get(DemoSystem.origin() + "/health/ready").statusCode() == 200);
    // Keycloak finds out one by one that connections which it kept are gone: each costs somebody a
    // second attempt
    for (String person : List.of("nurse.cole", "auditor.fisk", "nurse.baker")) {
      await("people sign in again", Duration.ofMinutes(2), () -> signsIn(person));
    }
  }

  private static boolean signsIn(String person) {
    try (BrowserPerson there = BrowserPerson.signIn(browser, person, 1024, 768)) {
      return there.call("GET", "me").status() == 200;
    } catch (PlaywrightException e) {
      return false;
    }
  }

  private static int times(String text) {
    return DemoSystem.hospitalFhir().body().split(text, -1).length - 1;
  }

  private static boolean admit(String id) throws IOException {
    Installation at = DemoSystem.installation();
    try (var client = new MllpClient(at.address(), at.port("mllp"), Duration.ofSeconds(30))) {
      return client
          .send(
              ("MSH|^~\\&|ADT1|H|WARDLINE|H|20261101||ADT^A04|"
                      + id
                      + "|P|2.5.1\rEVN||20261101\rPID|1||"
                      + id
                      + "^^^IT^MR||Roe^Away||1980|F\r")
                  .getBytes(StandardCharsets.UTF_8))
          .positive();
    }
  }

  private static HttpResponse<String> create(String token, String text, String identifier) {
    return DemoSystem.post(
        DemoSystem.origin() + "/fhir/Communication",
        """
        {"resourceType":"Communication","status":"in-progress","identifier":[{"system":"urn:it","value":"%s"}],
          "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
          "payload":[{"contentString":"%s"}]}"""
            .formatted(identifier, text),
        "Authorization",
        "Bearer " + token,
        "Content-Type",
        "application/fhir+json");
  }
}
