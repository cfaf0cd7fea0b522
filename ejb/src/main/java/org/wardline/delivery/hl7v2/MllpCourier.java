package org.wardline.delivery.hl7v2;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.Courier;
import org.wardline.mapping.hl7.Answer;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.MdmMapper;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.Destination.MllpEndpoint;
import org.wardline.message.FilingRecord;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Files a message as MDM^T02 over MLLP. The control id is the same on each attempt; after a timeout
 * the connection is closed, so that a late answer can never be taken for the next message's; an
 * answer whose MSA-2 is another one is dropped.
 */
@Singleton
public class MllpCourier implements Courier {
  private static final Logger LOG = LoggerFactory.getLogger(MllpCourier.class);
  private static final int STRANGERS = 10;

  private final Settings settings;
  private final Keys keys;
  private final Map<String, MllpConnection> idle = new ConcurrentHashMap<>();

  @Inject
  public MllpCourier(Settings settings, Keys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  @Override
  public boolean serves(Destination destination) {
    return destination instanceof MllpEndpoint;
  }

  @Override
  public DeliveryOutcome carry(FilingRecord record, Destination destination) {
    var endpoint = (MllpEndpoint) destination;
    byte[] message;
    try {
      message = MdmMapper.toHl7(record, endpoint.profile(), keys.now(), settings.zone());
    } catch (Hl7FaultException e) {
      return new DeliveryOutcome.Deferred(
          "the destination's profile is faulty: " + e.fault().text(), null);
    }
    MllpConnection connection = null;
    try {
      connection = connection(endpoint);
      connection.send(message);
      DeliveryOutcome outcome = answer(connection, record.controlId(), endpoint);
      MllpConnection other = idle.put(endpoint.name(), connection);
      close(other);
      return outcome;
    } catch (SocketTimeoutException e) {
      close(connection);
      return new DeliveryOutcome.Deferred(
          "no answer within " + endpoint.timeout().toSeconds() + " s", null);
    } catch (IOException e) {
      close(connection);
      return new DeliveryOutcome.Deferred("connection: " + e.getMessage(), null);
    }
  }

  private MllpConnection connection(MllpEndpoint endpoint) throws IOException {
    MllpConnection kept = idle.remove(endpoint.name());
    if (kept != null && kept.usable()) {
      return kept;
    }
    close(kept);
    return new MllpConnection(endpoint);
  }

  private static DeliveryOutcome answer(
      MllpConnection connection, String controlId, MllpEndpoint endpoint) throws IOException {
    long deadline = System.nanoTime() + endpoint.timeout().toNanos();
    for (int i = 0; i < STRANGERS; i++) {
      Optional<Answer> answer = Answer.read(connection.receive(deadline));
      if (answer.isPresent() && answer.get().controlId().equals(controlId)) {
        return outcome(answer.get());
      }
      LOG.warn("{}: an answer to another message was dropped", endpoint.name());
    }
    throw new IOException("only answers to other messages came");
  }

  /** Which answers are final: the table of {@link DeliveryOutcome}. */
  static DeliveryOutcome outcome(Answer answer) {
    return switch (answer.code()) {
      case "AA", "CA" ->
          new DeliveryOutcome.Accepted(
              answer.text().isEmpty() ? answer.code() : answer.code() + " " + answer.text());
      case "AR", "CR" ->
          answer.errorCode().isEmpty() || answer.temporary()
              ? new DeliveryOutcome.Deferred(answer.summary(), null)
              : new DeliveryOutcome.Rejected(answer.summary());
      default ->
          answer.temporary()
              ? new DeliveryOutcome.Deferred(answer.summary(), null)
              : new DeliveryOutcome.Rejected(answer.summary());
    };
  }

  @PreDestroy
  void closeAll() {
    idle.values().forEach(MllpConnection::close);
  }

  private static void close(@org.jspecify.annotations.Nullable MllpConnection connection) {
    if (connection != null) {
      connection.close();
    }
  }
}
