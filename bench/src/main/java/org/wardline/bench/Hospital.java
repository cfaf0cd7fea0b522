package org.wardline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demo hospital's own address: what arrived there, and how it is to behave. */
final class Hospital {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String address;

  Hospital(int port) {
    address = "http://127.0.0.1:" + port;
  }

  void behave(String door, String mode, int times) throws IOException {
    send(
        HttpRequest.newBuilder(
                URI.create(
                    address
                        + "/behaviour?door="
                        + door
                        + "&mode="
                        + mode
                        + "&times="
                        + times
                        + "&delay=PT12S"))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** Texts that came as FHIR Communications. */
  List<String> communications() throws IOException {
    List<String> texts = new ArrayList<>();
    JsonNode bundle =
        JSON.readTree(
            send(
                HttpRequest.newBuilder(
                    URI.create(address + "/fhir/Communication?_count=1000000"))));
    bundle
        .path("entry")
        .forEach(
            e ->
                texts.add(
                    e.path("resource").path("payload").path(0).path("contentString").asText()));
    return texts;
  }

  /** What came as HL7 v2, in the order of arrival, as one text. */
  String documents() throws IOException {
    return send(HttpRequest.newBuilder(URI.create(address + "/hl7")));
  }

  private String send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> answer =
          http.send(
              request.timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("the hospital answers HTTP " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
