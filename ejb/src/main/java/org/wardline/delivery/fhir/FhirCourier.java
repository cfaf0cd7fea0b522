package org.wardline.delivery.fhir;

import ca.uhn.fhir.context.FhirContext;
import jakarta.inject.Singleton;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hl7.fhir.r4.model.Communication;
import org.wardline.delivery.Courier;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.Destination.FhirEndpoint;
import org.wardline.message.FilingRecord;

/**
 * Files a message as a Communication by conditional create ({@code If-None-Exist} with our message
 * identifier), so that a repeated attempt after a lost answer finds the first one (FHIR R4, RESTful
 * API, section 3.1.0.8.1). That it was taken back updates that Communication, by the same
 * identifier (section 3.1.0.4.3).
 */
@Singleton
public class FhirCourier implements Courier {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Set<Integer> TEMPORARY = Set.of(401, 403, 408, 409, 425, 429);

  /** Whatever the message: our token is not taken, too many requests, or a gateway before it. */
  private static final Set<Integer> AWAY = Set.of(401, 403, 429, 502, 503, 504);

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  @Override
  public boolean serves(Destination destination) {
    return destination instanceof FhirEndpoint;
  }

  @Override
  public DeliveryOutcome carry(FilingRecord record, Destination destination) {
    if (record.answer() != null) { // it was an MLLP destination when somebody answered
      return new DeliveryOutcome.Rejected("answers are documented by HL7 v2 only");
    }
    var endpoint = (FhirEndpoint) destination;
    Communication communication = CommunicationMapper.toFiling(record);
    var identifier = communication.getIdentifierFirstRep();
    String condition =
        "identifier="
            + URLEncoder.encode(
                identifier.getSystem() + "|" + identifier.getValue(), StandardCharsets.UTF_8);
    var body =
        HttpRequest.BodyPublishers.ofString(
            FHIR.newJsonParser().encodeResourceToString(communication));
    String place = endpoint.base() + "/Communication";
    HttpRequest request =
        (record.takenBack() == null
                ? HttpRequest.newBuilder(URI.create(place))
                    .header("If-None-Exist", condition)
                    .POST(body)
                : HttpRequest.newBuilder(URI.create(place + "?" + condition)).PUT(body))
            .timeout(endpoint.timeout())
            .header("Content-Type", "application/fhir+json; charset=utf-8")
            .header("Accept", "application/fhir+json")
            .header("Prefer", "return=minimal")
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      // bounds the body, too: the request's own timeout ends with the headers
      return outcome(answer.get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      return e.getCause() instanceof ConnectException
          ? DeliveryOutcome.Deferred.destination("no connection to the server")
          : DeliveryOutcome.Deferred.message("no answer from the server");
    } catch (TimeoutException e) {
      answer.cancel(true);
      return DeliveryOutcome.Deferred.message(
          "no answer within " + endpoint.timeout().toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return DeliveryOutcome.Deferred.message("stopped");
    }
  }

  /** Asks for its CapabilityStatement (FHIR R4, RESTful API, section 3.1.0.4.5). */
  @Override
  public Optional<String> probe(Destination destination) {
    var endpoint = (FhirEndpoint) destination;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + "/metadata"))
            .timeout(endpoint.timeout())
            .header("Accept", "application/fhir+json")
            .GET()
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status / 100 == 2 ? Optional.empty() : Optional.of("HTTP " + status);
    } catch (ExecutionException e) {
      return Optional.of("no connection to the server");
    } catch (TimeoutException e) {
      answer.cancel(true);
      return Optional.of("no answer within " + endpoint.timeout().toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return Optional.of("stopped");
    }
  }

  private static DeliveryOutcome outcome(HttpResponse<Void> response) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return new DeliveryOutcome.Accepted(reference(response.headers().firstValue("Location")));
    }
    if (status >= 500 || TEMPORARY.contains(status)) {
      return new DeliveryOutcome.Deferred(
          "HTTP " + status,
          retryAfter(response.headers().firstValue("Retry-After")),
          AWAY.contains(status)
              ? DeliveryOutcome.Scope.DESTINATION
              : DeliveryOutcome.Scope.MESSAGE);
    }
    return new DeliveryOutcome.Rejected("HTTP " + status);
  }

  /** {@code Communication/123} out of the location of the created resource. */
  private static String reference(Optional<String> location) {
    return location
        .map(
            l -> {
              int at = l.indexOf("Communication/");
              String from = at < 0 ? "" : l.substring(at);
              int history = from.indexOf("/_history");
              return history < 0 ? from : from.substring(0, history);
            })
        .orElse("");
  }

  private static @org.jspecify.annotations.Nullable Duration retryAfter(Optional<String> header) {
    try {
      return header
          .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.strip())))
          .filter(wait -> !wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0)
          .orElse(null);
    } catch (NumberFormatException e) {
      return null; // a date: our own back-off is as good
    }
  }
}
