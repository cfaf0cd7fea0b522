package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is not let in, and how it is said: through the real pages and sockets. */
class RefusalsIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOBODY = "00000000-0000-7000-8000-000000000000";

  /** What everybody who is signed in may ask for; all else needs a right. */
  private static final Set<String> FOR_ALL =
      Set.of("/api/me", "/api/inbox", "/api/sessions", "/api/recipients");

  @Test
  void a_wrong_code_and_a_used_one_open_nothing() {
    try (BrowserPerson first = BrowserPerson.open(browser, 1024, 768);
        BrowserPerson second = BrowserPerson.open(browser, 1024, 768)) {
      String code = BrowserPerson.freshCode("auditor.fisk");
      enter(first.page(), DemoSystem.origin(), "auditor.fisk", code);
      first.page().waitForURL(DemoSystem.origin() + "/**");
      enter(second.page(), DemoSystem.origin(), "auditor.fisk", code);
      assertThat(second.page().getByText("Invalid authenticator code")).isVisible();
      assertThat(signedIn(second)).isFalse();
    }
  }

  @Test
  void the_password_alone_opens_nothing_once_the_right_to_enrol_is_gone() throws Exception {
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.gray", 1440, 900);
        BrowserPerson hale = BrowserPerson.open(browser, 390, 844)) {
      stepUp(gray);
      String id = DemoDatabase.query("select id from practitioner where username = 'patient.hale'");
      var allowed =
          DemoSystem.post(
              DemoSystem.origin() + "/api/accounts/" + id + "/enrolment",
              "{\"factor\":\"code\",\"lost\":true}",
              "Cookie",
              "__Host-wardline=" + gray.sessionToken(),
              "Content-Type",
              "application/json",
              "X-Wardline",
              "1");
      assertThat(allowed.statusCode()).as(allowed.body()).isEqualTo(200);
      DemoDatabase.execute("update enrolment set until = now() - interval '1 second'");
      await(
          "the right is gone",
          Duration.ofSeconds(20),
          () -> AccountsIT.waiting("enrolment") == 0 && AccountsIT.waiting("identity_task") == 0);
      Page page = hale.page();
      page.navigate(DemoSystem.origin() + "/");
      BrowserPerson.password(page, "patient.hale");
      page.waitForLoadState();
      assertThat(page.url()).contains("/realms/wardline/");
      assertThat(page.locator("#totp")).hasCount(0); // no enrolment is offered
      assertThat(signedIn(hale)).isFalse();
    }
  }

  @Test
  void a_sign_in_without_pkce_and_a_direct_grant_are_refused_by_the_realm() throws Exception {
    String realm = DemoSystem.installation().issuer() + "/protocol/openid-connect/";
    String callback =
        URLEncoder.encode(DemoSystem.origin() + "/auth/callback", StandardCharsets.UTF_8);
    HttpResponse<String> asked =
        DemoSystem.get(
            realm
                + "auth?client_id=wardline-web&response_type=code&scope=openid&state=s&redirect_uri="
                + callback);
    assertThat(asked.statusCode()).isEqualTo(302);
    String location = asked.headers().firstValue("Location").orElse("");
    assertThat(location).contains("error=invalid_request").contains("code_challenge");
    assertThat(DemoSystem.get(location).statusCode()).isEqualTo(400);

    HttpResponse<String> direct =
        DemoSystem.post(
            realm + "token",
            "grant_type=password&client_id=wardline-web&username=nurse.cole&password=Wardline-demo-cole",
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(direct.statusCode()).isIn(400, 401);
    assertThat(direct.body()).doesNotContain("access_token");
  }

  @Test
  void a_session_that_somebody_chose_beforehand_is_not_taken_over() {
    try (BrowserPerson cole = BrowserPerson.open(browser, 1024, 768)) {
      String origin = DemoSystem.installation().httpsOrigin();
      cole.context()
          .addCookies(
              List.of(
                  new Cookie("__Host-wardline", "chosen-by-another")
                      .setUrl(origin)
                      .setSecure(true)));
      enter(cole.page(), origin, "nurse.cole", BrowserPerson.freshCode("nurse.cole"));
      cole.page().waitForURL(origin + "/**");
      assertThat(cole.sessionToken()).isNotEqualTo("chosen-by-another");
    }
  }

  @Test
  void no_path_is_open_to_who_is_not_signed_in_and_few_to_who_has_no_right() throws Exception {
    List<String> paths = paths();
    assertThat(paths).hasSizeGreaterThanOrEqualTo(12);
    for (String path : paths) {
      HttpResponse<String> refused = DemoSystem.get(DemoSystem.origin() + path);
      assertThat(refused.statusCode()).as(path).isEqualTo(401);
      assertThat(refused.headers().firstValue("Content-Security-Policy")).as(path).isPresent();
    }
    try (BrowserPerson eng = BrowserPerson.signIn(browser, "pharm.dietz", 1024, 768)) {
      String cookie = "__Host-wardline=" + eng.sessionToken();
      for (String path : paths) {
        int status = DemoSystem.get(DemoSystem.origin() + path, "Cookie", cookie).statusCode();
        assertThat(status).as(path).isIn(FOR_ALL.contains(path) ? List.of(200) : List.of(403, 404));
      }
    }
    String weak = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    for (String resource :
        List.of(
            "Communication",
            "CommunicationRequest",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "Encounter",
            "Observation",
            "DiagnosticReport",
            "ServiceRequest",
            "DocumentReference",
            "Binary",
            "Appointment",
            "CareTeam",
            "Organization",
            "Location",
            "Group",
            "Composition",
            "Provenance",
            "HealthcareService",
            "Device",
            "Endpoint")) {
      assertThat(DemoSystem.fhir(resource, "none").statusCode()).as(resource).isEqualTo(401);
      assertThat(DemoSystem.fhir(resource, weak).statusCode()).as(resource).isIn(400, 403);
      assertThat(DemoSystem.fhir(resource + "/" + NOBODY, weak).statusCode())
          .as(resource)
          .isEqualTo(403);
    }
  }

  @Test
  void who_asks_too_much_or_sends_too_much_is_told_so() {
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      String cookie = "__Host-wardline=" + cole.sessionToken();
      HttpResponse<String> answer = null;
      for (int i = 0; i < 2_000 && (answer == null || answer.statusCode() == 200); i++) {
        answer = DemoSystem.get(DemoSystem.origin() + "/api/me", "Cookie", cookie);
      }
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(answer.body()).contains("Too many requests");
    }
    String token = DemoSystem.token("integration-engine", "system/Communication.crs");
    HttpResponse<String> long11 =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication",
            "x".repeat(11_000_000),
            "Authorization",
            "Bearer " + token,
            "Content-Type",
            "application/fhir+json");
    assertThat(long11.statusCode()).isEqualTo(413);
    assertThat(long11.body()).contains("OperationOutcome").contains("too-long");
  }

  @Test
  void while_keycloak_is_away_sessions_go_on_and_new_ones_are_refused_clearly() {
    try (BrowserPerson cole = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768);
        BrowserPerson late = BrowserPerson.open(browser, 390, 844)) {
      String token = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
      assertThat(DemoSystem.fhir("AuditEvent?_count=1", token).statusCode()).isEqualTo(200);
      DemoSystem.system().stopIdentityProvider();
      try {
        assertThat(signedIn(cole)).isTrue();
        assertThat(DemoSystem.fhir("AuditEvent?_count=1", token).statusCode()).isEqualTo(200);
        await(
            "a page says that nobody can sign in now",
            Duration.ofSeconds(15),
            () -> {
              late.page().navigate(DemoSystem.origin() + "/");
              return late.page().getByText("The sign-in service does not answer").isVisible();
            });
        assertThat(DemoSystem.fhir("AuditEvent?_count=1", token + "x").statusCode()).isIn(401, 503);
      } finally {
        DemoSystem.system().startIdentityProvider();
      }
      await(
          "one can sign in again",
          Duration.ofSeconds(20),
          () -> {
            late.page().navigate(DemoSystem.origin() + "/");
            return late.page().locator("#password").isVisible();
          });
    }
  }

  /** All that can be read, as the server itself describes it. */
  private static List<String> paths() throws Exception {
    JsonNode description =
        JSON.readTree(
            DemoSystem.get(DemoSystem.origin() + "/openapi", "Accept", "application/json").body());
    var paths = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
      if (path.getValue().has("get")) {
        paths.add(path.getKey().replaceAll("\\{[^}]*}", NOBODY));
      }
    }
    return paths;
  }

  private static boolean signedIn(BrowserPerson person) {
    return person.context().cookies().stream()
        .filter(c -> c.name.equals("__Host-wardline"))
        .anyMatch(
            c ->
                DemoSystem.get(
                            DemoSystem.origin() + "/api/me", "Cookie", "__Host-wardline=" + c.value)
                        .statusCode()
                    == 200);
  }

  private static void enter(Page page, String origin, String username, String code) {
    page.navigate(origin + "/");
    BrowserPerson.password(page, username);
    page.locator("#otp").fill(code);
    page.locator("#kc-login").click();
  }

  private static void stepUp(BrowserPerson person) {
    Page page = person.page();
    page.navigate(DemoSystem.origin() + "/auth/sign-in?level=fresh&back=/me");
    BrowserPerson.code(page, "admin.gray");
    page.waitForURL(DemoSystem.origin() + "/me");
  }
}
