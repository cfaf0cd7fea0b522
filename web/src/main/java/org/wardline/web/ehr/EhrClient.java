package org.wardline.web.ehr;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an EHR; nothing of what it answers, and nothing of the patient, is logged. */
@Singleton
class EhrClient {
  private static final Logger LOG = LoggerFactory.getLogger(EhrClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A Patient with a photograph may be long; more than this is no answer (bytes). */
  private static final int LONGEST = 2_000_000;

  /** For the body of an answer. */
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** Where its users and clients are authorised. */
  record Endpoints(URI authorization, URI token) {}

  /** Its discovery document (SMART App Launch 2.2, 3.0.3), asked for anew: a launch is rare. */
  Endpoints endpoints(EhrSystem ehr) throws LaunchFailedException {
    JsonNode found = send(ehr, get(URI.create(ehr.base() + "/.well-known/smart-configuration")));
    return new Endpoints(
        address(found, "authorization_endpoint"), address(found, "token_endpoint"));
  }

  /** The patient who is open there, as FHIR R4. */
  JsonNode patient(EhrSystem ehr, String id, String token) throws LaunchFailedException {
    URI address =
        URI.create(ehr.base() + "/Patient/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    JsonNode found = send(ehr, get(address).header("Authorization", "Bearer " + token));
    if (!found.path("resourceType").asText().equals("Patient")) {
      throw invalid();
    }
    return found;
  }

  /** The answer of its token endpoint (RFC 6749, 5.1), by a form that proves who asks. */
  JsonNode token(EhrSystem ehr, URI endpoint, String form) throws LaunchFailedException {
    return send(
        ehr,
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private JsonNode send(EhrSystem ehr, HttpRequest.Builder request) throws LaunchFailedException {
    try {
      HttpResponse<InputStream> response =
          http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        response.body().close();
        LOG.warn("{} answered a launch with HTTP {}", ehr.name(), response.statusCode());
        throw new LaunchFailedException("The hospital's record system did not open Wardline.");
      }
      return JSON.readTree(body(response.body()));
    } catch (JacksonException e) {
      throw invalid();
    } catch (IOException e) {
      LOG.warn("{} does not answer: {}", ehr.name(), e.getClass().getSimpleName());
      throw new LaunchFailedException(
          "The hospital's record system does not answer. Please try again in a moment.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchFailedException("Wardline is stopping. Please try again in a moment.");
    }
  }

  /** The whole of it; one that is too long or takes too long is closed, and then cannot be read. */
  private static byte[] body(InputStream body) throws IOException, LaunchFailedException {
    CompletableFuture.delayedExecutor(WHOLE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> close(body));
    try (body) {
      byte[] read = body.readNBytes(LONGEST + 1);
      if (read.length > LONGEST) {
        throw invalid();
      }
      return read;
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      LOG.debug("an answer was closed before its end");
    }
  }

  private static HttpRequest.Builder get(URI address) {
    return HttpRequest.newBuilder(address)
        .header("Accept", "application/fhir+json, application/json");
  }

  private static URI address(JsonNode found, String member) throws LaunchFailedException {
    try {
      URI address = URI.create(found.path(member).asText(""));
      if (address.getHost() != null && EhrSystem.safe(address)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is no address", member);
    }
    throw invalid();
  }

  private static LaunchFailedException invalid() {
    return new LaunchFailedException("The answer of the hospital's record system is not valid.");
  }
}
