package org.wardline.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Makes what is read later, over FHIR. */
final class PostedResource {
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final String token;

  PostedResource(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /**
   * Makes one.
   *
   * @return such as {@code Communication/…}
   * @throws IOException when it is refused
   */
  String create(String type, String resource) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/fhir/" + type))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(resource))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 201) {
        throw new IOException("HTTP " + answer.statusCode());
      }
      return reference(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Type and id of what an answer says was made. */
  static String reference(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Location")
        .orElse("")
        .replaceFirst("^.*/fhir/", "")
        .replaceFirst("/_history.*$", "");
  }
}
