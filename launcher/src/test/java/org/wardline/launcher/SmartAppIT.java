package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A person's app (SMART App Launch, standalone): it may what it was let do, and no more. */
class SmartAppIT extends BrowserJourney {
  private static final String APP = "bedside-app";

  @Test
  void an_app_reads_a_persons_messages_by_its_scope_and_does_nothing_else() throws Exception {
    String text = "For the app " + System.nanoTime();
    String his = send(text, "pharm.dietz");
    String anothers = send(text, "dr.bianchi");
    String token =
        SmartApp.registered(APP, List.of("user/Communication.rs", "user/Patient.rs"))
            .token(browser, "pharm.dietz", "openid user/Communication.rs");

    HttpResponse<String> found = DemoSystem.fhir("Communication?_count=500", token);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(found.body()).contains(text);
    String topic = "topic=" + text.replace(" ", "%20");
    for (String asked :
        List.of(
            topic,
            topic + "&_lastUpdated=ge2020",
            topic + "&_lastUpdated=ge" + Instant.now().minus(Duration.ofHours(1)),
            topic + "&recipient.identifier=pharm.dietz,dr.bianchi",
            topic + "&identifier=urn:uuid:" + his + ",urn:uuid:" + anothers,
            topic + "&priority=routine&category=notification")) {
      for (String number : List.of("_count=0", "_summary=count", "_count=1&_total=accurate")) {
        String counted = DemoSystem.fhir("Communication?" + asked + "&" + number, token).body();
        assertThat(counted)
            .as(asked + number)
            .contains("\"total\":1")
            .doesNotContain("\"id\":\"" + anothers);
      }
    }
    assertThat(DemoSystem.fhir("Communication?part-of:missing=true&" + topic, token).body())
        .as("conversations")
        .contains("\"total\":1");
    assertThat(DemoSystem.fhir("Communication/" + anothers, token).statusCode()).isEqualTo(403);
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

  @Test
  void everything_of_a_patient_leaks_no_conversation_of_others() throws Exception {
    String patient = Samples.patient();
    String his = about(patient, "pharm.dietz");
    String anothers = about(patient, "dr.bianchi");
    String result = Samples.posted("Observation", Samples.of("Observation", patient));
    String stranger = Samples.patient();
    String secret = Samples.posted("Observation", Samples.of("Observation", stranger));
    List<String> scopes =
        List.of(
            "user/Patient.rs", "user/Communication.cruds", "user/Observation.rs", "user/Task.rs");
    String token =
        SmartApp.registered("everything-app", scopes)
            .token(browser, "pharm.dietz", "openid " + String.join(" ", scopes));

    for (String path :
        List.of(
            "Patient/" + patient + "/$everything",
            "Patient/" + patient + "/$everything?_count=500",
            "Patient/" + patient + "/$everything?_type=Communication,Observation",
            "Communication?patient=" + patient + "&_revinclude=Task:focus&_include=Communication:*",
            "Communication?_id=" + his + "," + anothers,
            "Task?patient=" + patient)) {
      HttpResponse<String> answer = DemoSystem.fhir(path, token);
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
      assertThat(answer.body()).as(path).contains(his);
      String given =
          answer.body().substring(answer.body().indexOf("\"entry\"")); // not what he asked
      assertThat(given).as(path).doesNotContain(anothers, stranger, secret);
      if (path.contains("everything")) {
        assertThat(answer.body()).as(path).contains(result);
      }
    }
    for (String closed :
        List.of(
            "Patient/" + stranger + "/$everything",
            "Observation?patient=" + stranger,
            "Observation/" + secret,
            "Communication/" + anothers,
            "Communication/" + anothers + "/_history",
            "Communication/" + anothers + "/_history/1")) {
      HttpResponse<String> refused = DemoSystem.fhir(closed, token);
      assertThat(refused.statusCode()).as(closed + refused.body()).isEqualTo(403);
      assertThat(refused.body()).as(closed).doesNotContain("about him");
    }

    // he writes by the app as on the page: as himself, where he takes part, and takes his own back
    String written =
        FhirClient.kept(FhirClient.sendAs(token, "POST", "Communication", aboutAs(patient)), 201)
            .at("/sender/reference")
            .asText();
    assertThat(written).startsWith("PractitionerRole/");
    HttpResponse<String> anothersBack =
        FhirClient.sendAs(
            token,
            "PUT",
            "Communication/" + anothers,
            "{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"entered-in-error\"}"
                .formatted(anothers));
    assertThat(anothersBack.statusCode()).isEqualTo(403);
  }

  private static String about(String patient, String to) throws IOException {
    return Samples.posted(
        "Communication",
        Samples.of("Communication", patient)
            .replace("operator.eng", to)
            .replace("words", "about him"));
  }

  private static String aboutAs(String patient) {
    return Samples.of("Communication", patient).replace("operator.eng", "dr.adams");
  }

  private static String send(String text, String to) throws IOException {
    return FhirClient.kept(
            FhirClient.post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","topic":{"text":"%1$s"},
                 "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"%2$s"}}],
                 "payload":[{"contentString":"%1$s"}]}"""
                    .formatted(text, to)),
            201)
        .path("id")
        .asText();
  }

  private static String reply() {
    return """
        {"resourceType":"Communication","status":"in-progress",
         "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"dr.bianchi"}}],
         "payload":[{"contentString":"not let"}]}""";
  }
}
