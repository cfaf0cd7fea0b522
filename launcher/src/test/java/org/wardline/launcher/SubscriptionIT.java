package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients are told what happens: in order, by number, none missed while either side is away. */
@ExtendWith(DemoSystem.class)
class SubscriptionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String TOPIC = "https://wardline.org/fhir/SubscriptionTopic/";

  private final List<JsonNode> came = new CopyOnWriteArrayList<>();
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private HttpServer endpoint;

  @BeforeEach
  void listen() throws IOException {
    open(0);
  }

  private void open(int port) throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    endpoint.createContext(
        "/hook",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (status == 200) {
            secrets.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            came.add(body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body));
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    endpoint.start();
  }

  @AfterEach
  void close() {
    endpoint.stop(0);
  }

  @Test
  void messages_are_told_by_number_and_nothing_of_their_content() throws Exception {
    String subject = "Told " + UUID.randomUUID();
    JsonNode made =
        subscribe(byTopic("message", "Communication?topic=" + subject.replace(" ", "%20")));
    assertThat(made.path("status").asText()).isEqualTo("requested");
    assertThat(made.toString()).doesNotContain("s3cret");
    await("the handshake came", SOON, () -> kinds().contains("handshake"));
    List<String> sent = List.of(send(subject, "one"), send("Other", "two"), send(subject, "three"));
    await("both came", SOON, () -> focuses().size() == 2);
    assertThat(focuses())
        .containsExactly("Communication/" + sent.get(0), "Communication/" + sent.get(2));
    assertThat(numbers()).containsExactly(1L, 2L);
    assertThat(secrets).containsOnly("Bearer s3cret");
    assertThat(came.toString()).doesNotContain("one", "three", subject);
    String id = made.path("id").asText();
    JsonNode now = JSON.readTree(get("Subscription/" + id).body());
    assertThat(now.path("status").asText()).isEqualTo("active");

    JsonNode status = JSON.readTree(get("Subscription/" + id + "/$status").body());
    assertThat(status.path("entry").path(0).path("resource").toString())
        .contains("query-status", "\"2\"");
    JsonNode events =
        JSON.readTree(get("Subscription/" + id + "/$events?eventsSinceNumber=2").body());
    assertThat(events.toString()).contains(sent.get(2)).doesNotContain(sent.get(0));
  }

  @Test
  void receipts_and_audit_are_told_too_and_a_search_may_be_the_criteria() throws Exception {
    subscribe(byTopic("receipt", "Task?business-status=filed"));
    await("the handshake came", SOON, () -> kinds().contains("handshake"));
    String id = send("Receipts", "filed in both");
    await(
        "both filings came",
        SOON,
        () -> focuses().stream().filter(f -> f.contains(id)).count() == 2);
    came.clear();
    JsonNode plain =
        subscribe(
            """
            {"resourceType":"Subscription","status":"requested","reason":"test","criteria":"AuditEvent?subtype=message-sent",
             "channel":{"type":"rest-hook","endpoint":"%s"}}"""
                .formatted(address()));
    await(
        "the handshake came, without a body",
        SOON,
        () -> came.stream().anyMatch(JsonNode::isEmpty));
    assertThat(plain.path("criteria").asText()).isEqualTo("AuditEvent?subtype=message-sent");
    came.clear();
    send("Audit", "on record");
    await("it is told, without a body", SOON, () -> came.stream().anyMatch(JsonNode::isEmpty));
  }

  @Test
  void nothing_is_missed_while_the_endpoint_is_away_or_refuses_or_we_start_again()
      throws Exception {
    String subject = "Away " + UUID.randomUUID();
    subscribe(byTopic("message", "Communication?topic=" + subject.replace(" ", "%20")));
    await("the handshake came", SOON, () -> kinds().contains("handshake"));
    status = 503;
    List<String> sent = new ArrayList<>();
    sent.add("Communication/" + send(subject, "refused"));
    int port = endpoint.getAddress().getPort();
    endpoint.stop(0);
    sent.add("Communication/" + send(subject, "away"));
    long pid = DemoSystem.system().processes().get("wardline");
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await("it is dead", Duration.ofSeconds(10), () -> ProcessHandle.of(pid).isEmpty());
    DemoSystem.system().close();
    DemoSystem.restart();
    sent.add("Communication/" + send(subject, "after the start"));
    status = 200;
    open(port);
    await("all came", Duration.ofSeconds(90), () -> focuses().size() >= 3);
    assertThat(focuses()).isEqualTo(sent);
    assertThat(numbers()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void what_cannot_be_is_refused_and_one_client_sees_nothing_of_the_other() throws Exception {
    String good = byTopic("message", "Communication?priority=stat");
    String[][] wrong = {
      {good.replace(address(), "http://169.254.169.254/latest"), "channel.endpoint"},
      {good.replace("http://127.0.0.1", "http://127.0.0.1@evil.example"), "channel.endpoint"},
      {good.replace("/hook", "/hook/%2e%2e/admin"), "channel.endpoint"},
      {good.replace("priority=stat", "favourite=1"), "Subscription.criteria"},
      {good.replace("priority=stat", "part-of=nobody"), "Subscription.criteria"},
      {good.replace("priority=stat", "topic=Sepsis,"), "Subscription.criteria"},
      {good.replace("rest-hook", "email"), "channel.type"},
      {good.replace("id-only", "full-resource"), "channel.payload"},
      {good.replace("Authorization: Bearer s3cret", "Host: evil"), "channel.header"},
      {good.replace(TOPIC + "message", "http://example.org/other-topic"), "Subscription.criteria"},
    };
    for (String[] each : wrong) {
      HttpResponse<String> answer = post(each[0], token());
      assertThat(answer.statusCode()).as(each[0] + answer.body()).isEqualTo(422);
      assertThat(answer.body()).contains(each[1]);
    }
    String narrow = DemoSystem.token("integration-engine", "system/Subscription.cruds");
    assertThat(post(good, narrow).statusCode()).isEqualTo(403);

    String id = subscribe(good).path("id").asText();
    String other = DemoSystem.token("ehr", "system/Subscription.cruds", "system/Communication.rs");
    assertThat(DemoSystem.fhir("Subscription/" + id, other).statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(DemoSystem.fhir("Subscription", other).body()).path("entry"))
        .isEmpty();
    assertThat(FhirClient.sendAs(other, "DELETE", "Subscription/" + id, "").statusCode())
        .isEqualTo(404);
    HttpResponse<String> off =
        FhirClient.sendAs(
            token(),
            "PUT",
            "Subscription/" + id,
            good.replace("\"requested\"", "\"off\"")
                .replace(
                    "{\"resourceType\":\"Subscription\"",
                    "{\"resourceType\":\"Subscription\",\"id\":\"" + id + "\""));
    assertThat(JSON.readTree(off.body()).path("status").asText()).as(off.body()).isEqualTo("off");
    assertThat(FhirClient.sendAs(token(), "DELETE", "Subscription/" + id, "").statusCode())
        .isIn(200, 204);
    assertThat(get("Subscription/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void an_alert_tells_its_reporter_of_each_receipt() throws Exception {
    String alerts =
        DemoSystem.token(
            "integration-engine", "system/Subscription.cruds", "system/CommunicationRequest.crs");
    JsonNode made = JSON.readTree(post(byTopic("alert", "CommunicationRequest?"), alerts).body());
    assertThat(made.path("status").asText()).as(made.toString()).isEqualTo("requested");
    await("the handshake came", SOON, () -> kinds().contains("handshake"));
    String id =
        JSON.readTree(
                FhirClient.sendAs(
                        alerts,
                        "POST",
                        "CommunicationRequest",
                        """
                        {"resourceType":"CommunicationRequest","status":"active","recipient":[{"identifier":
                          {"system":"https://wardline.org/fhir/NamingSystem/on-call-role","value":"switchboard"}}],
                         "payload":[{"contentString":"told of its receipts"}]}""")
                    .body())
            .path("id")
            .asText();
    await("its filing came", SOON, () -> focuses().contains("CommunicationRequest/" + id));
    HttpResponse<String> status =
        DemoSystem.fhir("Subscription/" + made.path("id").asText() + "/$status", alerts);
    assertThat(status.body()).contains("searchset", "\"active\"");
    tellsOfTheWithdrawal(alerts, id);
  }

  private void tellsOfTheWithdrawal(String alerts, String id) throws IOException {
    JsonNode made =
        JSON.readTree(
            post(byTopic("alert", "CommunicationRequest?status=revoked&_id=" + id), alerts).body());
    assertThat(made.path("status").asText()).as(made.toString()).isEqualTo("requested");
    String events = "Subscription/" + made.path("id").asText() + "/$events";
    String alert = DemoSystem.fhir("CommunicationRequest/" + id, alerts).body();
    HttpResponse<String> withdrawn =
        FhirClient.sendAs(
            DemoSystem.token("integration-engine", "system/CommunicationRequest.crus"),
            "PUT",
            "CommunicationRequest/" + id,
            alert.replaceFirst("\"status\" ?: ?\"active\"", "\"status\":\"revoked\""));
    assertThat(withdrawn.statusCode()).as(withdrawn.body()).isEqualTo(200);
    await(
        "the withdrawal came",
        SOON,
        () -> DemoSystem.fhir(events, alerts).body().contains("CommunicationRequest/" + id));
  }

  private String address() {
    return "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/hook";
  }

  private String byTopic(String topic, String filter) {
    return """
        {"resourceType":"Subscription","meta":{"profile":["http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription"]},
         "status":"requested","reason":"test","criteria":"%s",
         "_criteria":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria","valueString":"%s"}]},
         "channel":{"type":"rest-hook","endpoint":"%s","header":["Authorization: Bearer s3cret"],"payload":"application/fhir+json",
          "_payload":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content","valueCode":"id-only"}]}}}"""
        .formatted(TOPIC + topic, filter, address());
  }

  private JsonNode subscribe(String body) throws IOException {
    HttpResponse<String> made = post(body, token());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return JSON.readTree(made.body());
  }

  private static HttpResponse<String> post(String body, String token) {
    return FhirClient.sendAs(token, "POST", "Subscription", body);
  }

  private static HttpResponse<String> get(String path) {
    return DemoSystem.fhir(path, token());
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/Subscription.cruds",
        "system/Communication.crs",
        "system/Task.rs",
        "system/AuditEvent.rs");
  }

  private static String send(String topic, String text) throws IOException {
    return JSON.readTree(
            FhirClient.sendAs(
                    DemoSystem.token("integration-engine", "system/Communication.crs"),
                    "POST",
                    "Communication",
                    """
                    {"resourceType":"Communication","status":"in-progress","topic":{"text":"%s"},"recipient":[{"identifier":
                     {"system":"https://wardline.org/fhir/NamingSystem/username","value":"pharm.dietz"}}],"payload":[{"contentString":"%s"}]}"""
                        .formatted(topic, text))
                .body())
        .path("id")
        .asText();
  }

  private List<String> kinds() {
    return came.stream().map(n -> parameter(n, "type")).toList();
  }

  private List<String> focuses() {
    var found = new ArrayList<String>();
    for (JsonNode notification : came) {
      for (JsonNode entry : notification.path("entry")) {
        String url = entry.path("fullUrl").asText();
        if (url.contains("/fhir/")) {
          found.add(url.substring(url.indexOf("/fhir/") + 6));
        }
      }
    }
    return found;
  }

  private List<Long> numbers() {
    var found = new ArrayList<Long>();
    for (JsonNode notification : came) {
      for (JsonNode parameter :
          notification.path("entry").path(0).path("resource").path("parameter")) {
        if (parameter.path("name").asText().equals("notification-event")) {
          found.add(parameter.path("part").path(0).path("valueString").asLong());
        }
      }
    }
    return found;
  }

  private static String parameter(JsonNode notification, String name) {
    for (JsonNode parameter :
        notification.path("entry").path(0).path("resource").path("parameter")) {
      if (parameter.path("name").asText().equals(name)) {
        return parameter.path("valueCode").asText();
      }
    }
    return "";
  }
}
