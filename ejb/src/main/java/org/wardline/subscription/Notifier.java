package org.wardline.subscription;

import ca.uhn.fhir.context.FhirContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.wardline.mapping.fhir.SubscriptionMapper;
import org.wardline.mapping.fhir.SubscriptionMapper.Kind;
import org.wardline.mapping.fhir.SubscriptionView;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;
import org.wardline.subscription.NotificationSteps.Due;

/** Posts notifications (FHIR R4 Subscription, rest-hook). Follows no redirection. */
@Singleton
class Notifier {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private final Settings settings;
  private final Endpoints endpoints;
  private final Keys keys;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  @Inject
  Notifier(Settings settings, Endpoints endpoints, Keys keys) {
    this.settings = settings;
    this.endpoints = endpoints;
    this.keys = keys;
  }

  /**
   * One attempt.
   *
   * @return why it was not taken; empty when it was
   */
  Optional<String> tell(Due due) {
    SubscriptionView view = due.subscription().view();
    try {
      endpoints.check(view.endpoint(), due.subscription().headers()); // settings may have changed
    } catch (org.wardline.message.InvalidMessageException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    Duration timeout = settings.duration("wardline.subscription.timeout");
    var request = HttpRequest.newBuilder(URI.create(view.endpoint())).timeout(timeout);
    for (String header : due.subscription().headers()) {
      String[] parts = header.split(":", 2);
      request.header(parts[0].strip(), parts[1].strip());
    }
    if (view.content().equals("none")) {
      request.POST(HttpRequest.BodyPublishers.noBody());
    } else {
      String origin = settings.text("wardline.web.origins").split(",", 2)[0].strip();
      request
          .header("Content-Type", "application/fhir+json; charset=utf-8")
          .POST(
              HttpRequest.BodyPublishers.ofString(
                  FHIR.newJsonParser()
                      .encodeResourceToString(
                          SubscriptionMapper.notification(
                              view,
                              due.handshake() ? Kind.HANDSHAKE : Kind.EVENT_NOTIFICATION,
                              due.events(),
                              origin + "/fhir",
                              keys.now()))));
    }
    return answer(request.build(), timeout);
  }

  private Optional<String> answer(HttpRequest request, Duration timeout) {
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status / 100 == 2 ? Optional.empty() : Optional.of("HTTP " + status);
    } catch (ExecutionException e) {
      return Optional.of("no connection to the endpoint");
    } catch (TimeoutException e) {
      answer.cancel(true);
      return Optional.of("no answer within " + timeout.toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return Optional.of("stopped");
    }
  }
}
