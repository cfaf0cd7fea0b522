package org.wardline.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A record system opens Wardline for the patient who is open there (SMART EHR launch). */
class EhrLaunchIT extends BrowserJourney {
  private static final Pattern PATIENT = Pattern.compile(".*/p/[0-9a-f-]{36}$");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void the_patient_of_the_record_system_is_opened_and_written_about() {
    try (BrowserPerson cole = BrowserPerson.open(browser, 1440, 900)) {
      Page opened = open(cole, "MRN10003");
      BrowserPerson.password(opened, "nurse.cole");
      BrowserPerson.code(opened, "nurse.cole");
      opened.waitForURL(PATIENT);
      assertThat(opened.locator(".patient-head h1")).hasText("Okonkwo, Chidi Emeka");
      assertThat(opened.locator(".patient-head")).containsText("MRN10003");
      PageChecks.check(opened, "patient-empty-1440");

      button(opened, "New message about this patient").click();
      assertThat(opened.locator(".conversation-head h1")).hasText("Okonkwo, Chidi Emeka");
      opened
          .getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("To"))
          .pressSequentially("Dietz");
      opened
          .getByRole(AriaRole.OPTION)
          .filter(new Locator.FilterOptions().setHasText("Dietz"))
          .click();
      opened.getByLabel("Write a message").fill("Opened from the record: dose to be checked.");
      button(opened, "Send to Dietz, Paul").click();
      opened.locator(".bubble-text").waitFor();

      button(opened, "All about this patient").click();
      opened.waitForURL(PATIENT);
      assertThat(opened.locator(".page .row")).hasCount(1);
      assertThat(opened.locator(".page .row")).containsText("Opened from the record");
      PageChecks.check(opened, "patient-1440");
      opened.setViewportSize(360, 740);
      PageChecks.check(opened, "patient-360");
      opened.locator(".page .row").click();
      assertThat(opened.locator(".bubble-text"))
          .hasText("Opened from the record: dose to be checked.");
    }
  }

  @Test
  void who_is_signed_in_goes_straight_to_the_patient() {
    try (BrowserPerson adams = BrowserPerson.signIn(browser, "nurse.cole", 1024, 768)) {
      Page opened = open(adams, "MRN10002");
      opened.waitForURL(PATIENT);
      assertThat(opened.locator(".patient-head h1")).hasText("Hoffman, Gerta");
    }
  }

  @Test
  void a_patient_whom_wardline_does_not_know_is_not_mistaken_for_another() {
    // somebody else here has the social security number that the record system knows him by
    Hl7.taken(
        Hl7.message("ADT^A04", "EHR-1", "EHR-SS^^^IT^MR~756.0000.0000.01^^^AHV^SS||Roe^Same", ""));
    try (BrowserPerson dietz = BrowserPerson.signIn(browser, "pharm.dietz", 1024, 768)) {
      Page opened = open(dietz, "unknown");
      assertThat(opened.getByRole(AriaRole.ALERT))
          .hasText("Wardline does not know the patient who is open in Demo record system.");
      PageChecks.check(opened, "launch-unknown");
      opened.navigate(DemoSystem.origin() + "/p/01900000-0000-7000-8000-00000000dead");
      assertThat(opened.getByRole(AriaRole.ALERT)).hasText("There is nothing here.");
    }
  }

  @Test
  void only_listed_systems_open_wardline_and_only_for_who_began() throws Exception {
    HttpResponse<String> foreign = launch("https://evil.example/fhir", "x");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(foreign.body()).contains("This system may not open Wardline.");
    assertThat(get("/auth/launch?launch=x", "").statusCode()).isEqualTo(400);

    HttpResponse<String> begun = launch(iss(), "x");
    assertThat(begun.statusCode()).isEqualTo(302);
    assertThat(begun.headers().firstValue("Location").orElse(""))
        .startsWith(iss().replace("/fhir", "/authorize") + "?")
        .contains("code_challenge_method=S256", "launch=x", "scope=launch+patient%2FPatient.r");
    String cookie = begun.headers().firstValue("Set-Cookie").orElse("").split(";", 2)[0];
    assertThat(cookie).startsWith("__Host-wardline-launch=");

    assertThat(get("/auth/launched?code=c&state=s", "").body()).contains("not opened from");
    assertThat(get("/auth/launched?code=c&state=s", cookie).body()).contains("not opened from");
    String state =
        begun.headers().firstValue("Location").orElse("").replaceFirst(".*state=([^&]+).*", "$1");
    HttpResponse<String> wrongCode = get("/auth/launched?code=c&state=" + state, cookie);
    assertThat(wrongCode.statusCode()).isEqualTo(403);
    assertThat(wrongCode.body()).contains("did not open Wardline");
  }

  @Test
  void a_window_opens_the_patient_of_its_own_launch_only() throws Exception {
    try (BrowserPerson dietz = BrowserPerson.signIn(browser, "pharm.dietz", 1024, 768)) {
      String session = "__Host-wardline=" + dietz.sessionToken();
      assertThat(post("/api/launch", "{}", session).statusCode()).isEqualTo(422);

      String opened =
          location(
              http.send(absolute(DemoSystem.hospital() + "/ehr/open?patient=MRN10001"), text()));
      HttpResponse<String> begun = get(opened.substring(opened.indexOf("/auth/launch")), "");
      HttpResponse<String> granted = http.send(absolute(location(begun)), text());
      String back = location(granted).substring(location(granted).indexOf("/auth/launched"));
      HttpResponse<String> arrived = get(back, cookie(begun));
      assertThat(location(arrived)).contains("/launch/");
      String key = location(arrived).replaceFirst(".*/launch/", "");
      String both = session + "; " + cookie(arrived);

      assertThat(post("/api/launch", "{\"key\":\"another\"}", both).statusCode()).isEqualTo(422);
      // what is under way says nothing of a patient
      assertThat(
              post("/api/launch", "{\"key\":\"" + key + "\"}", session + "; " + cookie(begun))
                  .statusCode())
          .isEqualTo(422);
      assertThat(post("/api/launch", "{\"key\":\"" + key + "\"}", cookie(arrived)).statusCode())
          .isEqualTo(401);
      HttpResponse<String> right = post("/api/launch", "{\"key\":\"" + key + "\"}", both);
      assertThat(right.statusCode()).as(right.body()).isEqualTo(200);
      assertThat(right.body()).contains("patientId");
      // a code is good once
      assertThat(get(back, cookie(begun)).statusCode()).isEqualTo(403);
    }
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  /** The last one that was set. */
  private static String cookie(HttpResponse<String> answer) {
    List<String> set = answer.headers().allValues("Set-Cookie");
    return set.get(set.size() - 1).split(";", 2)[0];
  }

  private static HttpRequest absolute(String address) {
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static Page open(BrowserPerson person, String number) {
    Page records = person.page();
    records.navigate(DemoSystem.hospital() + "/ehr/");
    return records.waitForPopup(
        () -> records.locator("a[href='/ehr/open?patient=" + number + "']").click());
  }

  private static String iss() {
    return DemoSystem.hospital().replace("127.0.0.1", "localhost") + "/ehr/fhir";
  }

  private HttpResponse<String> launch(String iss, String launch)
      throws IOException, InterruptedException {
    return get(
        "/auth/launch?iss=" + URLEncoder.encode(iss, StandardCharsets.UTF_8) + "&launch=" + launch,
        "");
  }

  private HttpResponse<String> get(String path, String cookie)
      throws IOException, InterruptedException {
    return http.send(request(path, cookie).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, String cookie)
      throws IOException, InterruptedException {
    return http.send(
        request(path, cookie).POST(HttpRequest.BodyPublishers.ofString(body)).build(), text());
  }

  private static HttpRequest.Builder request(String path, String cookie) {
    return HttpRequest.newBuilder(URI.create(DemoSystem.origin() + path))
        .timeout(Duration.ofSeconds(20))
        .header("X-Wardline", "1")
        .header("Content-Type", "application/json")
        .header("Cookie", cookie);
  }
}
