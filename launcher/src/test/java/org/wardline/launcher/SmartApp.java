package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
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

/**
 * An app of people that Keycloak knows (SMART App Launch, standalone).
 *
 * @param clientId its id
 */
record SmartApp(String clientId) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REDIRECT = "http://127.0.0.1:9/callback";
  private static final String VERIFIER = "a".repeat(43) + "-bedside";

  /** Registers an app that may ask for these scopes. */
  static SmartApp registered(String clientId, List<String> scopes) throws Exception {
    new KeycloakAdmin().createApp(clientId, REDIRECT, scopes);
    return new SmartApp(clientId);
  }

  /** What the app does: sends the person to the sign-in, and gets a token for the code. */
  String token(Browser browser, String username, String scopes) throws Exception {
    JsonNode smart =
        JSON.readTree(
            DemoSystem.get(DemoSystem.origin() + "/fhir/.well-known/smart-configuration").body());
    String challenge =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
    String ask =
        smart.path("authorization_endpoint").asText()
            + "?response_type=code&state=s&client_id="
            + clientId
            + "&redirect_uri="
            + encode(REDIRECT)
            + "&scope="
            + encode(scopes)
            + "&code_challenge_method=S256&code_challenge="
            + challenge;
    HttpResponse<String> answer =
        DemoSystem.post(
            smart.path("token_endpoint").asText(),
            "grant_type=authorization_code&client_id="
                + clientId
                + "&code="
                + code(browser, username, ask)
                + "&redirect_uri="
                + encode(REDIRECT)
                + "&code_verifier="
                + VERIFIER,
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  private static String code(Browser browser, String username, String ask) {
    try (BrowserPerson person = BrowserPerson.open(browser, 390, 844)) {
      Page page = person.page();
      page.route(
          url -> url.startsWith(REDIRECT),
          route -> route.fulfill(new Route.FulfillOptions().setBody("back in the app")));
      page.navigate(ask);
      BrowserPerson.password(page, username);
      BrowserPerson.code(page, username);
      page.waitForURL(url -> url.startsWith(REDIRECT));
      Matcher given =
          Pattern.compile("[?&]code=([^&]+)").matcher(URI.create(page.url()).toString());
      assertThat(given.find()).as(page.url()).isTrue();
      return given.group(1);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
