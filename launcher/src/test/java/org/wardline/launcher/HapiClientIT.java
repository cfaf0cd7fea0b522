package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HAPI's own client, in JSON and XML: create, read, search, page, history, subscribe. */
@ExtendWith(DemoSystem.class)
class HapiClientIT {
  @Test
  void it_creates_reads_searches_and_pages() {
    IGenericClient client = client();
    assertThat(
            client
                .capabilities()
                .ofType(CapabilityStatement.class)
                .execute()
                .getFhirVersion()
                .toCode())
        .isEqualTo("4.0.1");
    String topic = "HAPI " + UUID.randomUUID();
    Set<String> sent = new LinkedHashSet<>();
    for (int i = 0; i < 5; i++) {
      IIdType id =
          (i % 2 == 0
                  ? client.create().resource(message(topic, i))
                  : client.create().resource(message(topic, i)).encodedXml())
              .execute()
              .getId();
      sent.add(id.getIdPart());
    }
    String first = sent.iterator().next();
    Communication read =
        client.read().resource(Communication.class).withId(first).encodedXml().execute();
    assertThat(read.getPayloadFirstRep().getContentStringType().getValue())
        .isEqualTo("Number 0 – é 😀");
    Communication early =
        client.read().resource(Communication.class).withIdAndVersion(first, "1").execute();
    assertThat(early.getStatus().toCode()).isEqualTo("in-progress");
    Bundle history =
        client
            .history()
            .onInstance(new IdType("Communication", first))
            .returnBundle(Bundle.class)
            .execute();
    assertThat(history.getEntry()).isNotEmpty();

    assertThat(pages(client, topic)).containsExactlyInAnyOrderElementsOf(sent);
    Bundle tasks =
        client
            .search()
            .forResource(Task.class)
            .where(Task.FOCUS.hasId("Communication/" + first))
            .returnBundle(Bundle.class)
            .execute();
    assertThat(tasks.getEntry()).hasSize(3);
  }

  @Test
  void it_subscribes_and_is_told() throws Exception {
    var told = new CopyOnWriteArrayList<Bundle>();
    HttpServer endpoint =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext(
        "/hook",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          told.add(FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, body));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    endpoint.start();
    try {
      IGenericClient client = client();
      var subscription = new Subscription();
      subscription
          .setStatus(Subscription.SubscriptionStatus.REQUESTED)
          .setReason("test")
          .setCriteria("Communication?priority=stat");
      subscription
          .getChannel()
          .setType(Subscription.SubscriptionChannelType.RESTHOOK)
          .setPayload("application/fhir+json")
          .setEndpoint("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/hook");
      IIdType subscribed =
          client.create().resource(subscription).execute().getId().toUnqualifiedVersionless();
      assertThat(
              client.read().resource(Subscription.class).withId(subscribed).execute().getCriteria())
          .isEqualTo("Communication?priority=stat");
      Communication stat = message("HAPI told", 1);
      stat.setPriority(Communication.CommunicationPriority.STAT);
      String sent = client.create().resource(stat).execute().getId().getIdPart();
      DemoSystem.await(
          "it was told",
          Duration.ofSeconds(40),
          () -> told.stream().anyMatch(notification -> speaksOf(notification, sent)));
      client.delete().resourceById(subscribed).execute();
    } finally {
      endpoint.stop(0);
    }
  }

  private static boolean speaksOf(Bundle notification, String id) {
    return FhirContext.forR4Cached()
        .newJsonParser()
        .encodeResourceToString(notification)
        .contains("Communication/" + id);
  }

  @Test
  void it_understands_what_is_refused() {
    IGenericClient client = client();
    assertThatThrownBy(
            () ->
                client
                    .create()
                    .resource(
                        new Communication().setStatus(Communication.CommunicationStatus.INPROGRESS))
                    .execute())
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("recipient");
    assertThatThrownBy(
            () ->
                client
                    .read()
                    .resource(Communication.class)
                    .withId(UUID.randomUUID().toString())
                    .execute())
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                client
                    .search()
                    .byUrl("Communication?favourite=1")
                    .returnBundle(Bundle.class)
                    .execute())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("favourite");
  }

  /** What three pages of two hold. */
  private static Set<String> pages(IGenericClient client, String topic) {
    Set<String> found = new LinkedHashSet<>();
    int pages = 0;
    Bundle page =
        client
            .search()
            .byUrl("Communication?topic=" + topic.replace(" ", "%20") + "&_count=2")
            .returnBundle(Bundle.class)
            .execute();
    while (page != null) {
      pages++;
      page.getEntry().forEach(e -> found.add(e.getResource().getIdElement().getIdPart()));
      page = page.getLink(Bundle.LINK_NEXT) == null ? null : client.loadPage().next(page).execute();
    }
    assertThat(pages).isEqualTo(3);
    return found;
  }

  private static Communication message(String topic, int number) {
    var message = new Communication();
    message.setStatus(Communication.CommunicationStatus.INPROGRESS);
    message.getTopic().setText(topic);
    message.addRecipient(
        new Reference()
            .setIdentifier(
                new Identifier()
                    .setSystem("https://wardline.org/fhir/NamingSystem/username")
                    .setValue("pharm.dietz")));
    message.addPayload().setContent(new StringType("Number " + number + " – é 😀"));
    return message;
  }

  private static IGenericClient client() {
    FhirContext fhir = FhirContext.forR4Cached();
    fhir.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    IGenericClient client = fhir.newRestfulGenericClient(DemoSystem.origin() + "/fhir");
    client.registerInterceptor(
        new BearerTokenAuthInterceptor(
            DemoSystem.token(
                "integration-engine",
                "system/Communication.crs",
                "system/Task.rs",
                "system/Subscription.cruds")));
    return client;
  }
}
