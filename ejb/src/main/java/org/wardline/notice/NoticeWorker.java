package org.wardline.notice;

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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.notice.Notices.Waiting;
import org.wardline.setting.Settings;
import org.wardline.store.LeasedLoop;
import org.wardline.store.Leases;

/**
 * Sends what waits, one node at a time, within a second or two of what happened; again and again
 * while the mail server takes none. A server that is to send notices and cannot, since a setting is
 * wrong, does not start.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class NoticeWorker {
  private static final Logger LOG = LoggerFactory.getLogger(NoticeWorker.class);
  private static final String LEASE = "notices";
  private static final Duration EVERY = Duration.ofSeconds(1);

  @Resource private ManagedThreadFactory threads;
  @Inject private Notices notices;
  @Inject private NoticeSteps steps;
  @Inject private Leases leases;
  @Inject private Settings settings;

  private @Nullable LeasedLoop loop;

  @PostConstruct
  void start() {
    Optional<Mailer> wanted =
        notices.wanted() ? Optional.of(new Mailer(settings)) : Optional.empty();
    int given = steps.readdress();
    if (given > 0) {
      LOG.warn("{} notices are not sent any more: their addresses were taken away", given);
    }
    if (wanted.isPresent()) {
      Mailer mailer = wanted.get();
      loop = new LeasedLoop(leases, LEASE, EVERY, () -> look(mailer));
      loop.start(threads);
    }
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  private void look(Mailer mailer) {
    while (!Thread.currentThread().isInterrupted() && leases.hold(LEASE)) {
      Optional<Waiting> next = notices.take();
      if (next.isEmpty()) {
        return;
      }
      send(next.get(), mailer);
    }
  }

  private void send(Waiting notice, Mailer mailer) {
    Optional<String> fault = mailer.send(notice);
    if (fault.isEmpty()) {
      steps.sent(notice);
    } else {
      LOG.warn("notice {} is not sent yet: {}", notice.id(), fault.get());
      notices.failed(notice);
    }
  }
}
