package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A person's app (SMART App Launch, standalone): it may what it was let do, and no more. */
class SmartAppIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String APP = "bedside-app";
  private static final String REDIRECT = "http://127.0.0.1:9/callback";
  private static final String VERIFIER = "a".repeat(43) + "-bedside";

  @Test
  void an_app_reads_a_persons_messages_by_its_scope_and_does_nothing_else() throws Exception {
    String text = "For the app " + System.nanoTime();
    FhirClient.kept(
        FhirClient.post(
            "Communication",
            """
            {"resourceType":"Communication","status":"in-progress",
             "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],
             "payload":[{"contentString":"%s"}]}"""
                .formatted(text)),
        201);
    new KeycloakAdmin()
        .createApp(APP, REDIRECT, List.of("user/Communication.rs", "user/Patient.rs"));
    JsonNode smart =
        JSON.readTree(
            DemoSystem.get(DemoSystem.origin() + "/fhir/.well-known/smart-configuration").body());
    String token = token(smart, "openid user/Communication.rs");

    HttpResponse<String> found = DemoSystem.fhir("Communication?_count=500", token);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(found.body()).contains(text);
    for (String other : List.of("Patient?name=Roe", "Task", "Practitioner")) {
      HttpResponse<String> refused = DemoSystem.fhir(other, token);
      assertThat(refused.statusCode()).as(other).isEqualTo(403);
      assertThat(refused.body()).as(other).contains("user/");
    }
    assertThat(FhirClient.sendAs(token, "POST", "Communication", reply()).statusCode())
        .isEqualTo(403);
    for (String own : List.of("inbox", "sessions", "accounts", "rights", "destinations")) {
      HttpResponse<String> refused =
          DemoSystem.get(DemoSystem.origin() + "/api/" + own, "Authorization", "Bearer " + token);
      assertThat(refused.statusCode()).as(own).isEqualTo(403);
    }
    assertThat(
            DemoSystem.fhir(
                    "AuditEvent?_count=500",
                    DemoSystem.token("compliance-reporting", "system/AuditEvent.rs"))
                .body())
        .contains("\"" + APP + "\"");
  }

  private static String reply() {
    return """
        {"resourceType":"Communication","status":"in-progress",
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"dr.bianchi"}}],
         "payload":[{"contentString":"not let"}]}""";
  }

  /** What the app does: sends the person to the sign-in, and gets a token for the code. */
  private String token(JsonNode smart, String scopes) throws Exception {
    String challenge =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
    String ask =
        smart.path("authorization_endpoint").asText()
            + "?response_type=code&state=s&client_id="
            + APP
            + "&redirect_uri="
            + encode(REDIRECT)
            + "&scope="
            + encode(scopes)
            + "&code_challenge_method=S256&code_challenge="
            + challenge;
    String code;
    try (BrowserPerson dietz = BrowserPerson.open(browser, 390, 844)) {
      Page page = dietz.page();
      page.route(
          url -> url.startsWith(REDIRECT),
          route -> route.fulfill(new Route.FulfillOptions().setBody("back in the app")));
      page.navigate(ask);
      BrowserPerson.password(page, "pharm.dietz");
      BrowserPerson.code(page, "pharm.dietz");
      page.waitForURL(url -> url.startsWith(REDIRECT));
      Matcher given =
          Pattern.compile("[?&]code=([^&]+)").matcher(URI.create(page.url()).toString());
      assertThat(given.find()).as(page.url()).isTrue();
      code = given.group(1);
    }
    HttpResponse<String> answer =
        DemoSystem.post(
            smart.path("token_endpoint").asText(),
            "grant_type=authorization_code&client_id="
                + APP
                + "&code="
                + code
                + "&redirect_uri="
                + encode(REDIRECT)
                + "&code_verifier="
                + VERIFIER,
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
