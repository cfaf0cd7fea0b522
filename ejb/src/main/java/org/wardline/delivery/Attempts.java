package org.wardline.delivery;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.delivery.Lanes.Lane;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.FilingRecord;
import org.wardline.message.FilingRecord.Answer;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.FilingRecord.Stay;
import org.wardline.message.FilingRecord.TakenBack;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Retraction;
import org.wardline.patient.Encounters;
import org.wardline.setting.Settings;

/**
 * The transactions before anything leaves: taking a lane, and putting on record what is going to be
 * tried.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  @Inject private Lanes lanes;
  @Inject private Outbox outbox;
  @Inject private SealedMessages messages;
  @Inject private Encounters encounters;
  @Inject private Answers answers;
  @Inject private Settlements settlements;
  @Inject private DeliveryRecords records;
  @Inject private Settings settings;

  /** What is to be carried now. */
  public record Attempt(Delivery delivery, FilingRecord record) {}

  /** Takes the most urgent lanes of a destination. */
  public List<Lane> claim(String destination, String worker, Duration lease, int most) {
    return lanes.claim(settings.organization(), destination, worker, lease, most);
  }

  /** Prolongs the lease; empty when it was lost to another worker. */
  public Optional<Lane> keep(Lane lane, Duration lease) {
    return lanes.keep(lane, lease);
  }

  /** What was begun and not carried, because the destination is away or this node stops. */
  public void giveBack(Collection<Attempt> attempts) {
    outbox.giveBack(attempts.stream().map(Attempt::delivery).toList());
  }

  /** Gives lanes back: due then, or at once. */
  public void release(Collection<Lane> held, @Nullable Instant dueAt) {
    if (dueAt == null) {
      lanes.release(held);
    } else {
      held.forEach(lane -> lanes.release(lane, dueAt));
    }
  }

  /**
   * Opens the next messages of lanes and puts the intent on record. What cannot be opened is never
   * sent: it is parked, and its lane goes on.
   *
   * @param most of each lane
   */
  public List<Attempt> begin(String destination, Collection<Lane> held, int most) {
    UUID organization = settings.organization();
    List<Delivery> next =
        outbox.next(organization, destination, held.stream().map(Lane::key).toList(), most);
    Map<UUID, Opened> opened = open(organization, destination, next);
    Map<UUID, List<Recipient>> addressees = messages.addressees(organization, opened.keySet());
    Map<UUID, Encounters.Stay> stays =
        encounters.current(
            organization,
            opened.values().stream().flatMap(o -> patient(o).stream()).distinct().toList());
    var attempts = new ArrayList<Attempt>();
    var waiting = new HashSet<String>(); // lanes in which something must be settled first
    for (Delivery delivery : next) {
      Opened message = opened.get(delivery.messageId());
      if (waiting.contains(delivery.lane())) {
        continue;
      }
      if (message == null) {
        settlements.rejected(delivery, "the message's seal is broken", "administrator");
      } else if (delivery.takesBack() && carries(attempts, delivery.messageId())) {
        waiting.add(delivery.lane());
      } else if (leaves(delivery, message.retraction())) {
        Stay stay = stay(message, stays);
        List<Recipient> to = addressees.getOrDefault(delivery.messageId(), List.of());
        record(delivery, message, stay, to)
            .ifPresentOrElse(
                record -> attempts.add(new Attempt(delivery, record)),
                () -> settlements.rejected(delivery, "nobody answered it", "administrator"));
      }
    }
    List<Delivery> first =
        attempts.stream().map(Attempt::delivery).filter(d -> !d.begun()).toList();
    outbox.begin(first);
    records.intended(first);
    return attempts;
  }

  private static boolean carries(List<Attempt> attempts, UUID message) {
    return attempts.stream().anyMatch(a -> a.delivery().messageId().equals(message));
  }

  /**
   * What was taken back before anybody tried to file it never leaves; a destination is told of it
   * only when it has the message, and after a person saw to a message that is parked.
   */
  private boolean leaves(Delivery delivery, @Nullable Retraction retraction) {
    if (retraction == null || delivery.documentsAnswer()) {
      return true;
    }
    if (!delivery.takesBack()) {
      boolean untried = !delivery.begun() && delivery.attempts() == 0;
      if (untried) {
        settlements.unneeded(delivery);
      }
      return !untried;
    }
    if (outbox.behindItsMessage(delivery)) {
      return false; // its turn comes after the message's
    }
    if (settlements.filed(delivery)) {
      return true;
    }
    if (settlements.parked(delivery)) {
      settlements.rejected(
          delivery, "taken back, while the message itself is parked", "administrator");
    } else {
      settlements.unneeded(delivery);
    }
    return false;
  }

  private static Optional<UUID> patient(Opened opened) {
    return Optional.ofNullable(opened.header().patient()).map(PatientSnapshot::patientId);
  }

  private static @Nullable Stay stay(Opened opened, Map<UUID, Encounters.Stay> stays) {
    return patient(opened)
        .map(stays::get)
        .map(s -> new Stay(s.patientClass(), s.location(), s.visitNumber()))
        .orElse(null);
  }

  /** Empty for an answer that nobody gave: a row that somebody else made. */
  private Optional<FilingRecord> record(
      Delivery delivery, Opened opened, @Nullable Stay stay, List<Recipient> addressees) {
    Retraction retraction = opened.retraction();
    Optional<Answer> answer =
        delivery.documentsAnswer() ? answers.of(delivery, retraction != null) : Optional.empty();
    if (delivery.documentsAnswer() && answer.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new FilingRecord(
            opened.message(),
            opened.topic(),
            opened.category(),
            stay,
            addressees,
            delivery.controlId(),
            delivery.documentId(),
            retraction == null || !delivery.takesBack()
                ? null
                : new TakenBack(
                    retraction, Outbox.documentId(delivery.messageId(), delivery.destination())),
            answer.orElse(null)));
  }

  private Map<UUID, Opened> open(UUID organization, String destination, List<Delivery> deliveries) {
    List<UUID> ids = deliveries.stream().map(Delivery::messageId).distinct().toList();
    Map<Boolean, List<Opened>> opened =
        messages.openThese(organization, ids).stream()
            .collect(Collectors.partitioningBy(Opened::whole));
    opened
        .getOrDefault(false, List.of())
        .forEach(
            broken ->
                LOG.error(
                    "delivery to {} parked: the seal of message {} is broken",
                    destination,
                    broken.header().messageId()));
    return byId(opened.getOrDefault(true, List.of()));
  }

  private static Map<UUID, Opened> byId(List<Opened> opened) {
    return opened.stream()
        .collect(Collectors.toMap(o -> o.header().messageId(), Function.identity()));
  }

  /**
   * Parks what waits for destinations that are not configured any more, so many at most; their
   * number.
   */
  public int parkStrays(Collection<String> configured, int most) {
    List<Delivery> strays = outbox.strays(settings.organization(), configured, most);
    strays.forEach(
        d -> settlements.rejected(d, "the destination is not configured", "administrator"));
    return strays.size();
  }
}
