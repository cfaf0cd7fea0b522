package org.wardline.web.live;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.reading.Confirmations;
import org.wardline.reading.Confirmations.HandedOver;
import org.wardline.reading.LiveFeed;
import org.wardline.reading.LiveFeed.News;
import org.wardline.receipt.ReceiptBell;
import org.wardline.session.WebSessions;
import org.wardline.store.Keys;
import org.wardline.store.Migrator;

/**
 * Tells open pages that something changed; they fetch it themselves, with their own rights. Reads
 * what is new by sequence, so a commit of another node is seen, too. Numbers are given before
 * commits: the last {@value #OVERLAP} are looked at again, so that a late one is not missed.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class LiveHub {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);
  private static final int OVERLAP = 500;

  /** Commits that follow each other closely are looked at together. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(10);

  /** What other nodes committed is seen after so long at the latest. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Duration SESSION_CHECK = Duration.ofMillis(900);

  @Resource private ManagedThreadFactory threads;
  @Inject private Keys keys;
  @Inject private LiveFeed feed;
  @Inject private Migrator migrator;
  @Inject private ReceiptBell receipts;
  @Inject private Confirmations confirmations;
  @Inject private WebSessions sessions;

  private final Map<String, Set<LivePage>> pages = new ConcurrentHashMap<>();
  private final Semaphore doorbell = new Semaphore(0);
  private final Set<Long> seen = new HashSet<>();
  private final Deque<Long> seenInOrder = new ArrayDeque<>();
  private volatile boolean running = true;
  private long newest;
  private boolean watched;
  private @Nullable Thread reader;

  /** An open page. */
  public interface LivePage {
    /** Its browser session. */
    UUID sessionId();

    /** Tells the page that a conversation changed; false when it is gone. */
    boolean changed(UUID conversation);

    /** Ends it, because its session ended. */
    void close();
  }

  @PostConstruct
  void start() {
    migrator.awaitReady();
    newest = feed.newest();
    reader = threads.newThread(this::read);
    reader.start();
    receipts.wakes(doorbell::release);
  }

  @PreDestroy
  void stop() {
    running = false;
    if (reader != null) {
      reader.interrupt();
    }
  }

  public void open(String party, LivePage page) {
    pages.compute(
        party,
        (k, open) -> {
          Set<LivePage> all = open == null ? ConcurrentHashMap.newKeySet() : open;
          all.add(page);
          return all;
        });
  }

  public void closed(String party, LivePage page) {
    pages.computeIfPresent(
        party,
        (k, open) -> {
          open.remove(page);
          return open.isEmpty() ? null : open;
        });
  }

  private void read() {
    Instant nextCheck = keys.now();
    while (running) {
      try {
        if (doorbell.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          doorbell.drainPermits();
        }
        if (keys.now().isAfter(nextCheck)) {
          endStalePages();
          nextCheck = keys.now().plus(SESSION_CHECK);
        }
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.warn("live updates paused: {}", e.getClass().getSimpleName());
        }
      }
    }
  }

  /** Nobody is asked for what nobody watches: a page that opens reads for itself what is there. */
  private void look() throws InterruptedException {
    if (pages.isEmpty()) {
      watched = false;
      return;
    }
    if (!watched) {
      newest = feed.newest();
      watched = true;
    }
    LiveFeed.Look look = feed.after(Math.max(0, newest - OVERLAP), List.copyOf(pages.keySet()));
    newest = Math.max(newest, look.seen());
    tell(fresh(look.news()));
    TimeUnit.MILLISECONDS.sleep(LEAST_PAUSE.toMillis());
  }

  private List<News> fresh(List<News> found) {
    List<News> fresh = found.stream().filter(n -> !seen.contains(n.seq())).toList();
    for (News news : fresh) {
      if (seen.add(news.seq())) {
        seenInOrder.addLast(news.seq());
      }
    }
    while (seenInOrder.size() > 4 * OVERLAP) {
      seen.remove(seenInOrder.removeFirst());
    }
    return fresh;
  }

  /** Each page hears of a conversation once, however much happened in it. */
  private void tell(List<News> fresh) {
    Set<HandedOver> told = new LinkedHashSet<>();
    for (News news : fresh) {
      if (pages.containsKey(news.party())) {
        told.add(new HandedOver(news.organizationId(), news.party(), news.conversationId()));
      }
    }
    confirm(told.stream().filter(this::reached).toList());
  }

  /** One page's fault is no reason to leave the others without news. */
  private boolean reached(HandedOver one) {
    boolean reached = false;
    for (LivePage page : pages.getOrDefault(one.party(), Set.of())) {
      reached |= reached(page, one.conversation());
    }
    return reached;
  }

  /**
   * In one transaction: with one for each, news would wait for the receipts of others. What stops
   * one of them is no reason for the others to be without.
   */
  private void confirm(List<HandedOver> reached) {
    try {
      if (!reached.isEmpty()) {
        confirmations.handedOver(reached);
      }
    } catch (RuntimeException e) {
      LOG.warn("live update: {}", e.getClass().getSimpleName());
      if (reached.size() > 1) {
        reached.forEach(one -> confirm(List.of(one)));
      }
    }
  }

  private static boolean reached(LivePage page, UUID conversation) {
    try {
      return page.changed(conversation);
    } catch (RuntimeException e) {
      LOG.debug("a page is gone: {}", e.getClass().getSimpleName());
      return false;
    }
  }

  private void endStalePages() {
    List<LivePage> open = pages.values().stream().flatMap(Set::stream).toList();
    Set<UUID> holding =
        sessions.holding(open.stream().map(LivePage::sessionId).distinct().toList());
    open.stream().filter(page -> !holding.contains(page.sessionId())).forEach(LivePage::close);
  }
}
