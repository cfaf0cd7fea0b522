package org.wardline.delivery;

import jakarta.annotation.PreDestroy;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.store.Leases;
import org.wardline.store.StoreException;

/**
 * Tells the other nodes that this one lives, and frees the lanes of one that died, long before
 * their leases end: these must last for a slow destination, and are what keeps the order when this
 * judgement is wrong.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final String NODE = "node/";

  @Inject private Leases leases;
  @Inject private Lanes lanes;

  /** Since when it was heard without a break; 0 when it was not. */
  private long heardSince;

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void beat() {
    try {
      leases.hold(NODE + Leases.node());
      if (heardSince == 0) {
        heardSince = System.nanoTime();
      }
      // when the database was away nobody was heard: the others get the time of a lease
      if (System.nanoTime() - heardSince > Leases.LASTS.toNanos()) {
        free();
      }
    } catch (StoreException | jakarta.ejb.EJBException e) {
      heardSince = 0;
      LOG.debug("no heartbeat: the database is away", e);
    }
  }

  private void free() {
    List<String> dead = leases.removeEnded(NODE);
    if (!dead.isEmpty()) {
      LOG.warn("{} nodes ended without a word; {} lanes freed", dead.size(), lanes.freeOf(dead));
    }
  }

  @PreDestroy
  void stop() {
    try {
      leases.release(NODE + Leases.node());
    } catch (StoreException | jakarta.ejb.EJBException e) {
      LOG.debug("the lease ends by itself", e);
    }
  }
}
