package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Photographs and documents: in as bytes or as resources, sealed, and out again as they came. */
@ExtendWith(DemoSystem.class)
class BinaryIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String NOBODY = "0190a000-0000-7000-8000-000000000000";
  private static final byte[] PHOTOGRAPH = bytes(300_000);

  @Test
  void a_photograph_comes_back_as_it_went_in_and_is_on_record() throws Exception {
    String patient = patient("BIN-1");
    var kept = up(PHOTOGRAPH, "image/jpeg", "X-Security-Context", "Patient/" + patient);
    assertThat(kept.statusCode())
        .as(new String(kept.body(), StandardCharsets.UTF_8))
        .isEqualTo(201);
    String location = kept.headers().firstValue("Location").orElseThrow();
    assertThat(location).endsWith("/_history/1").contains("/fhir/Binary/");
    String id = location.replaceFirst("^.*/Binary/", "").replaceFirst("/.*$", "");

    var down = down(id, "image/webp,image/*;q=0.8,*/*;q=0.5");
    assertThat(down.statusCode()).isEqualTo(200);
    assertThat(down.body()).isEqualTo(PHOTOGRAPH);
    assertThat(down.headers().firstValue("Content-Type")).contains("image/jpeg");
    assertThat(down.headers().firstValue("X-Security-Context")).contains("Patient/" + patient);
    // what somebody else sent never runs as a page of ours
    assertThat(down.headers().firstValue("Content-Disposition")).contains("attachment");
    assertThat(down.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("sandbox");

    JsonNode resource = JSON.readTree(FhirClient.get("Binary/" + id + "?_format=json").body());
    assertThat(resource.path("contentType").asText()).isEqualTo("image/jpeg");
    assertThat(resource.at("/securityContext/reference").asText()).isEqualTo("Patient/" + patient);
    assertThat(Base64.getDecoder().decode(resource.path("data").asText())).isEqualTo(PHOTOGRAPH);
    assertThat(FhirClient.get("Binary/" + id + "/_history/1").statusCode()).isEqualTo(200);
    assertThat(FhirClient.get("Binary/" + id + "/_history/2").statusCode()).isEqualTo(404);
    assertThat(recorded("create", id, patient)).isEqualTo(1);
    assertThat(recorded("read", id, patient)).isGreaterThanOrEqualTo(2);
  }

  @Test
  void a_document_and_its_bytes_come_together_in_a_transaction() throws Exception {
    String patient = patient("BIN-2");
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
          {"fullUrl":"urn:uuid:0c3b0f0e-51f5-4a53-a0a5-0a4c6f1a7d02","request":{"method":"POST","url":"DocumentReference"},"resource":
            {"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/%s"},
             "content":[{"attachment":{"contentType":"application/pdf","url":"urn:uuid:0c3b0f0e-51f5-4a53-a0a5-0a4c6f1a7d01"}}]}},
          {"fullUrl":"urn:uuid:0c3b0f0e-51f5-4a53-a0a5-0a4c6f1a7d01","request":{"method":"POST","url":"Binary"},"resource":
            {"resourceType":"Binary","contentType":"application/pdf","securityContext":{"identifier":{"system":"urn:it","value":"BIN-2"}},
             "data":"%s"}}]}"""
            .formatted(patient, Base64.getEncoder().encodeToString(PHOTOGRAPH));
    JsonNode answer = FhirClient.kept(FhirClient.post("", bundle), 200);
    String document = answer.at("/entry/0/response/location").asText().replaceFirst("/_his.*", "");
    String url =
        JSON.readTree(FhirClient.get(document).body()).at("/content/0/attachment/url").asText();
    assertThat(url).startsWith("Binary/");
    assertThat(down(url.substring(7), "application/pdf").body()).isEqualTo(PHOTOGRAPH);
  }

  @Test
  void a_resource_as_plain_json_is_a_resource_and_other_json_is_bytes() throws Exception {
    String patient = patient("BIN-3");
    String posted =
        "{\"resourceType\":\"Binary\",\"contentType\":\"image/jpeg\",\"securityContext\":{\"reference\":\"Patient/%s\"},\"data\":\"%s\"}"
            .formatted(patient, Base64.getEncoder().encodeToString(PHOTOGRAPH));
    String id = id(up(posted.getBytes(StandardCharsets.UTF_8), "application/json"));
    var down = down(id, "image/*");
    assertThat(down.body()).isEqualTo(PHOTOGRAPH);
    assertThat(down.headers().firstValue("X-Security-Context")).contains("Patient/" + patient);
    assertThat(JSON.readTree(down(id, "application/fhir+json").body()).path("contentType").asText())
        .isEqualTo("image/jpeg");
    byte[] other = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
    assertThat(down(id(up(other, "application/json")), "*/*").body()).isEqualTo(other);
  }

  @Test
  void its_bytes_are_sealed_where_they_are_kept() throws Exception {
    byte[] told =
        "Marker that nobody is to find in the database. "
            .repeat(800)
            .getBytes(StandardCharsets.UTF_8);
    String id = id(up(told, "text/plain; charset=utf-8"));
    assertThat(down(id, "*/*").body()).isEqualTo(told);
    try (var connection = DemoSystem.system().database("wardline");
        var found =
            connection.prepareStatement(
                "select position('Marker that'::bytea in sealed) as at, length(sealed) as size from chart_content where record_id = ?::uuid")) {
      found.setString(1, id);
      try (var rows = found.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt("at")).isZero();
        assertThat(rows.getInt("size")).isGreaterThan(told.length);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_is_wrong_is_refused() throws Exception {
    assertThat(up(PHOTOGRAPH, "nonsense").statusCode()).isEqualTo(422);
    assertThat(up(new byte[0], "image/jpeg").statusCode()).isEqualTo(422);
    assertThat(up(PHOTOGRAPH, "image/jpeg", "X-Security-Context", "Patient/" + NOBODY).statusCode())
        .isEqualTo(422);
    assertThat(up(PHOTOGRAPH, "image/jpeg", "X-Security-Context", "Device/1").statusCode())
        .isEqualTo(422);
    assertThat(down(NOBODY, "image/*").statusCode()).isEqualTo(404);
    assertThat(down("x", "image/*").statusCode()).isEqualTo(404);
    String id = id(up(PHOTOGRAPH, "image/jpeg"));
    assertThat(FhirClient.send("DELETE", "Binary/" + id, "").statusCode()).isBetween(400, 499);
    assertThat(
            FhirClient.send(
                    "PUT",
                    "Binary/" + id,
                    "{\"resourceType\":\"Binary\",\"id\":\"%s\",\"contentType\":\"image/jpeg\",\"data\":\"AAAA\"}"
                        .formatted(id))
                .statusCode())
        .isBetween(400, 499);
    String other = DemoSystem.token("integration-engine", "system/DocumentReference.crus");
    assertThat(send("Binary/" + id, other, request -> request.GET()).statusCode()).isEqualTo(403);
    assertThat(
            send(
                    "Binary",
                    other,
                    request ->
                        request
                            .header("Content-Type", "image/jpeg")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(PHOTOGRAPH)))
                .statusCode())
        .isEqualTo(403);
    assertThat(send("Binary/" + id, "none", request -> request.GET()).statusCode()).isEqualTo(401);
  }

  private static HttpResponse<byte[]> up(byte[] content, String type, String... headers) {
    return send(
        "Binary",
        token(),
        request -> {
          request
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofByteArray(content));
          if (headers.length > 0) {
            request.headers(headers);
          }
        });
  }

  private static HttpResponse<byte[]> down(String id, String accept) {
    return send("Binary/" + id, token(), request -> request.header("Accept", accept).GET());
  }

  private static HttpResponse<byte[]> send(
      String path, String token, java.util.function.Consumer<HttpRequest.Builder> asked) {
    var request =
        HttpRequest.newBuilder(URI.create(DemoSystem.origin() + "/fhir/" + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token);
    asked.accept(request);
    try {
      return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String token() {
    return DemoSystem.token("integration-engine", "system/Binary.cr");
  }

  private static String id(HttpResponse<byte[]> kept) {
    assertThat(kept.statusCode())
        .as(new String(kept.body(), StandardCharsets.UTF_8))
        .isEqualTo(201);
    return kept.headers()
        .firstValue("Location")
        .orElseThrow()
        .replaceFirst("^.*/Binary/", "")
        .replaceFirst("/.*$", "");
  }

  private static String patient(String number) throws IOException {
    return FhirClient.kept(
            FhirClient.post(
                "Patient",
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}]}"
                    .formatted(number)),
            201)
        .path("id")
        .asText();
  }

  private static int recorded(String subtype, String id, String patient) throws IOException {
    String auditor = DemoSystem.token("compliance-reporting", "system/AuditEvent.rs");
    String query = "AuditEvent?entity=Binary/%s&patient=Patient/%s&subtype=%s";
    return JSON.readTree(DemoSystem.fhir(query.formatted(id, patient, subtype), auditor).body())
        .path("entry")
        .size();
  }

  private static byte[] bytes(int length) {
    byte[] random = new byte[length];
    new Random(length).nextBytes(random);
    return random;
  }
}
