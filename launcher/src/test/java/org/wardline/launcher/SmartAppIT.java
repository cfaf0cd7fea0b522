package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A person's app (SMART App Launch, standalone): it may what it was let do, and no more. */
class SmartAppIT extends BrowserJourney {
  private static final String APP = "bedside-app";

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
    String token =
        SmartApp.registered(APP, List.of("user/Communication.rs", "user/Patient.rs"))
            .token(browser, "pharm.dietz", "openid user/Communication.rs");

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
}
