package org.wardline.handover;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.compose.Draft;
import org.wardline.compose.OwnVoice;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.directory.OnDuty;
import org.wardline.directory.OnDuty.Found;
import org.wardline.handover.OpenItems.Item;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.routing.UnitRoles;
import org.wardline.store.Keys;
import org.wardline.store.LeasedLoop;
import org.wardline.store.Leases;

/**
 * Passes on what somebody who left had not read: a message in the same conversation to whoever
 * holds the role through which it was addressed, or is on duty where the patient lies, the
 * switchboard last; who from then on takes part in it. The authors see it there, and in the
 * receipts. What was written to him by name about no patient goes to nobody. One node at a time;
 * nothing is passed on twice.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class HandOver {
  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
  private static final String CLIENT = "wardline-hand-over";
  private static final String SYSTEM = "https://wardline.org/fhir/NamingSystem/hand-over";
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int LOUD_EVERY = 12; // looks: once a minute

  @Resource private ManagedThreadFactory threads;
  @Inject private OpenItems items;
  @Inject private UnitRoles units;
  @Inject private OnDuty duty;
  @Inject private OwnVoice voice;
  @Inject private Submissions submissions;
  @Inject private Leases leases;
  @Inject private Keys keys;

  private @Nullable LeasedLoop loop;
  private int looks;

  @PostConstruct
  void start() {
    loop = new LeasedLoop(leases, "hand-over", EVERY, this::look);
    loop.start(threads);
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  /** One that cannot be passed on is no reason to keep the others waiting. */
  private void look() {
    boolean loud = looks++ % LOUD_EVERY == 0;
    Set<UUID> tried = new HashSet<>();
    for (List<Item> found = items.waiting(tried); !found.isEmpty(); found = items.waiting(tried)) {
      for (Item item : found) {
        tried.add(item.conversation());
        String why = passOn(item);
        if (loud && !why.isEmpty()) {
          LOG.error("what waits for {} is not passed on: {}", item.person(), why);
        }
      }
    }
  }

  /**
   * Submitted under a name of its own: an attempt whose end was lost is not sent twice.
   *
   * @return why not; empty when it is done
   */
  private String passOn(Item item) {
    try {
      if (!item.handedOver()) {
        items.notPassedOn(item);
        return "";
      }
      String meant = item.role() == null ? units.of(item.location()).orElse(null) : item.role();
      Optional<Found> found = duty.find(item.organization(), meant);
      if (found.isEmpty()) {
        return "nobody is on duty, not even at the switchboard";
      }
      Submitted told =
          submissions.submit(
              voice.of(item.organization(), CLIENT, "Hand-over", item.key(), keys.now()),
              draft(item, found.get()));
      items.passedOn(item, told, found.get().role());
      return "";
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  private static Draft draft(Item item, Found found) {
    return new Draft(
        item.closed() ? null : item.conversation(),
        item.closed() ? item.patient() : null,
        item.closed() ? "Unread by " + item.name() : "",
        List.of(found.role().party()),
        Category.NOTIFICATION,
        item.priority(),
        new MessageContent(text(item, found)),
        null,
        null,
        false,
        List.of(new BusinessIdentifier(SYSTEM, item.key())));
  }

  private static String text(Item item, Found found) {
    int count = item.messages().size();
    var text = new StringBuilder(item.name()).append(" has left and had not read ");
    text.append(count == 1 ? "a message" : count + " messages");
    if (!item.closed()) {
      text.append(" of this conversation.");
    } else {
      text.append(" of a conversation that is closed");
      text.append(item.topic().isEmpty() ? "." : ": " + item.topic() + ".");
    }
    text.append(" Please look after ").append(count == 1 ? "it." : "them.");
    if (!found.passed().isEmpty()) {
      text.append("\n\nVacant now: ").append(String.join(", ", found.passed())).append('.');
    }
    return text.toString();
  }
}
