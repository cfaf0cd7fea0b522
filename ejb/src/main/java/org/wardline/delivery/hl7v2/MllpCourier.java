package org.wardline.delivery.hl7v2;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.Courier;
import org.wardline.mapping.hl7.Answer;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.MdmMapper;
import org.wardline.mapping.hl7.OruMapper;
import org.wardline.message.DeliveryOutcome;
import org.wardline.message.Destination;
import org.wardline.message.Destination.MllpEndpoint;
import org.wardline.message.FilingRecord;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Files a message as MDM^T02 over MLLP, and documents an answer as ORU^R01. The control id is the
 * same on each attempt; after a timeout the connection is closed, so that a late answer can never
 * be taken for the next message's; an answer whose MSA-2 is another one is dropped.
 */
@Singleton
public class MllpCourier implements Courier {
  private static final Logger LOG = LoggerFactory.getLogger(MllpCourier.class);
  private static final int STRANGERS = 10;

  private final Settings settings;
  private final Keys keys;
  private final Map<String, Deque<MllpConnection>> idle = new ConcurrentHashMap<>();

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
      message =
          record.answer() == null
              ? MdmMapper.toHl7(record, endpoint.profile(), keys.now(), settings.zone())
              : OruMapper.toHl7(record, endpoint.profile(), keys.now(), settings.zone());
    } catch (Hl7FaultException e) {
      return DeliveryOutcome.Deferred.destination(
          "the destination's profile is faulty: " + e.fault().text());
    }
    MllpConnection connection;
    try {
      connection = connection(endpoint);
    } catch (IOException e) {
      return DeliveryOutcome.Deferred.destination("no connection: " + e.getMessage());
    }
    try {
      connection.send(message);
      DeliveryOutcome outcome = answer(connection, record.controlId(), endpoint);
      giveBack(endpoint, connection);
      return outcome;
    } catch (SocketTimeoutException e) {
      connection.close();
      return DeliveryOutcome.Deferred.message(
          "no answer within " + endpoint.timeout().toSeconds() + " s");
    } catch (IOException e) {
      connection.close();
      return DeliveryOutcome.Deferred.message("connection: " + e.getMessage());
    }
  }

  /** Connects, and sends nothing: HL7 v2 has no message that asks whether somebody is there. */
  @Override
  public Optional<String> probe(Destination destination) {
    try (var connection = new MllpConnection((MllpEndpoint) destination)) {
      return connection.usable() ? Optional.empty() : Optional.of("it closed the connection");
    } catch (IOException e) {
      return Optional.of("no connection: " + e.getMessage());
    }
  }

  private MllpConnection connection(MllpEndpoint endpoint) throws IOException {
    Deque<MllpConnection> kept =
        idle.computeIfAbsent(endpoint.name(), n -> new ConcurrentLinkedDeque<>());
    for (MllpConnection one = kept.pollFirst(); one != null; one = kept.pollFirst()) {
      if (one.usable()) {
        return one;
      }
      one.close();
    }
    return new MllpConnection(endpoint);
  }

  private void giveBack(MllpEndpoint endpoint, MllpConnection connection) {
    idle.computeIfAbsent(endpoint.name(), n -> new ConcurrentLinkedDeque<>()).addFirst(connection);
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
              ? DeliveryOutcome.Deferred.message(answer.summary())
              : new DeliveryOutcome.Rejected(answer.summary());
      default ->
          answer.temporary()
              ? DeliveryOutcome.Deferred.message(answer.summary())
              : new DeliveryOutcome.Rejected(answer.summary());
    };
  }

  @PreDestroy
  void closeAll() {
    idle.values().forEach(kept -> kept.forEach(MllpConnection::close));
  }
}
