package org.wardline.delivery.hl7v2;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.llp.MinLowerLayerProtocol;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.util.StandardSocketFactory;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination.Label;
import org.wardline.message.Destination.MllpEndpoint;
import org.wardline.message.Destination.Ordering;
import org.wardline.message.Destination.Profile;
import org.wardline.message.FilingRecord;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/** Our courier delivers to receivers that others wrote. */
@Timeout(60)
class ForeignReceiversIT {
  private static final String TEXT = "Kalium 6.8 – bitte sofort. أنا قادم";
  private static final UUID ID = new UUID(1, 2);
  private final MllpCourier courier =
      new MllpCourier(
          new Settings(
              key -> Optional.ofNullable(Map.of("wardline.zone", "Europe/Zurich").get(key))),
          new Keys(Clock.systemUTC()));

  @ParameterizedTest
  @ValueSource(strings = {"node-hl7-server", "simple-hl7"})
  void receivers_on_node_take_it_and_their_answer_counts(String kind) throws Exception {
    Path peers =
        Path.of(System.getProperty("wardline.root", "..")).resolve("peers").toAbsolutePath();
    Process process =
        new ProcessBuilder("node", "hl7-server.mjs", kind)
            .directory(peers.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      int port = line(said).path("port").asInt();
      for (int i = 0; i < 3; i++) {
        assertThat(courier.carry(record("CTL-" + i), endpoint(port)))
            .isInstanceOf(DeliveryOutcome.Accepted.class);
        // node-hl7-server 2.5.0 repeats what came before on a connection, and answers it again:
        // our courier drops those answers
        String came = line(said).path("message").asText();
        while (!came.contains("CTL-" + i)) {
          came = line(said).path("message").asText();
        }
        assertThat(came).contains("MDM^T02", TEXT);
      }
      assertThat(courier.probe(endpoint(port))).isEmpty();
    } finally {
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void hapis_server_takes_it_and_refuses_it_in_its_own_words() throws Exception {
    BlockingQueue<Message> came = new ArrayBlockingQueue<>(10);
    var context = new DefaultHapiContext();
    context.setValidationContext(ValidationContextFactory.noValidation());
    context.setLowerLayerProtocol(new MinLowerLayerProtocol(true)); // reads by MSH-18
    context.setSocketFactory(new Loopback());
    int port = freePort();
    HL7Service server = context.newServer(port, false);
    server.registerApplication(
        "MDM",
        "T02",
        new ReceivingApplication<Message>() {
          @Override
          public Message processMessage(Message message, Map<String, Object> metadata)
              throws HL7Exception {
            came.add(message);
            try {
              return came.size() == 1
                  ? message.generateACK()
                  : message.generateACK(
                      ca.uhn.hl7v2.AcknowledgmentCode.AE,
                      new HL7Exception("locked", ca.uhn.hl7v2.ErrorCode.APPLICATION_RECORD_LOCKED));
            } catch (IOException e) {
              throw new HL7Exception(e);
            }
          }

          @Override
          public boolean canProcess(Message message) {
            return true;
          }
        });
    server.startAndWait();
    try {
      assertThat(courier.carry(record("HAPI-1"), endpoint(port)))
          .isInstanceOf(DeliveryOutcome.Accepted.class);
      assertThat(came.element().encode()).contains("HAPI-1", TEXT);
      assertThat(courier.carry(record("HAPI-2"), endpoint(port)))
          .isInstanceOf(DeliveryOutcome.Deferred.class); // 206: locked for now
    } finally {
      server.stopAndWait();
      context.close();
    }
    assertThat(courier.probe(endpoint(port))).isPresent();
  }

  private static JsonNode line(BufferedReader said) throws IOException {
    String line = said.readLine();
    assertThat(line).as("the receiver ended").isNotNull();
    return new ObjectMapper().readTree(line);
  }

  private static MllpEndpoint endpoint(int port) {
    return new MllpEndpoint(
        new Label("peer", "Peer", Ordering.DESTINATION, "administrator", 0),
        "127.0.0.1",
        port,
        Duration.ofSeconds(10),
        new Profile(
            "2.5.1", "WARDLINE", "DEMO", "PEER", "DEMO", "UNICODE UTF-8", "P", null, null, null));
  }

  private static FilingRecord record(String controlId) {
    Instant at = Instant.parse("2026-06-01T10:00:00Z");
    var author =
        new Author(
            PartyRef.practitioner(ID), "dr.roe", "Roe, Rita", "physician", "", ID, "mfa", null);
    var patient = new PatientSnapshot(ID, "urn:oid:1.2.3", "A1", "Müller, Zoë", "1988-08-18");
    var header = new MessageHeader(ID, ID, ID, 1, author, patient, Priority.ROUTINE, at, null);
    return new FilingRecord(
        new ClinicalMessage(header, new MessageContent(TEXT)),
        "",
        Category.NOTIFICATION,
        null,
        List.of(),
        controlId,
        "DOC",
        null,
        null);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** HAPI's server would listen on all addresses. */
  private static final class Loopback extends StandardSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new ServerSocket() {
        @Override
        public void bind(SocketAddress endpoint) throws IOException {
          super.bind(
              new InetSocketAddress(
                  InetAddress.getLoopbackAddress(), ((InetSocketAddress) endpoint).getPort()));
        }
      };
    }
  }
}
