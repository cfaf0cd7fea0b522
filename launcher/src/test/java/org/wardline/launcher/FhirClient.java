package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A client of the FHIR door with all rights of the integration engine. */
final class FhirClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tokens are good for five minutes. */
  private static final Duration REUSED = Duration.ofMinutes(2);

  private static String token;
  private static Instant taken = Instant.MIN;

  private FhirClient() {}

  static JsonNode kept(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  /**
   * One that is fresh enough: each costs Keycloak a signature, and there are thousands of calls.
   */
  static synchronized String token() {
    if (token == null || taken.plus(REUSED).isBefore(Instant.now())) {
      taken = Instant.now();
      token = newToken();
    }
    return token;
  }

  private static String newToken() {
    return DemoSystem.token(
        "integration-engine",
        Stream.concat(
                Stream.of(
                    "system/CommunicationRequest.crs",
                    "system/Communication.crs",
                    "system/Binary.cr"),
                Stream.of(
                        "Patient",
                        "Encounter",
                        "Observation",
                        "DiagnosticReport",
                        "ServiceRequest",
                        "DocumentReference",
                        "Appointment",
                        "CareTeam",
                        "Organization",
                        "Location",
                        "Group",
                        "Practitioner",
                        "PractitionerRole")
                    .map(type -> "system/" + type + ".crus"))
            .toArray(String[]::new));
  }

  static HttpResponse<String> get(String path) {
    return DemoSystem.fhir(path, token());
  }

  static HttpResponse<String> post(String type, String body) {
    return send("POST", type, body);
  }

  static HttpResponse<String> send(String method, String path, String body, String... headers) {
    return sendAs(token(), method, path, body, headers);
  }

  static HttpResponse<String> sendAs(
      String token, String method, String path, String body, String... headers) {
    var all =
        new ArrayList<>(
            List.of(
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/fhir+json",
                "Prefer",
                "return=representation"));
    all.addAll(List.of(headers));
    return DemoSystem.send(
        method, DemoSystem.origin() + "/fhir/" + path, body, all.toArray(String[]::new));
  }

  /** Path and query of the next page, below the base; empty on the last page. */
  static String next(JsonNode page) {
    for (JsonNode link : page.path("link")) {
      if (link.path("relation").asText().equals("next")) {
        URI url = URI.create(link.path("url").asText());
        return url.getRawPath().replaceFirst("^/fhir/", "") + "?" + url.getRawQuery();
      }
    }
    return "";
  }
}
