package org.wardline.store;

import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the database's clock every few seconds, and says so when the machine's differs. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class ClockReader {
  private static final Logger LOG = LoggerFactory.getLogger(ClockReader.class);
  private static final Duration WORTH_SAYING = Duration.ofSeconds(2);

  @Inject private SharedClock clock;
  @Inject private Database database;
  private boolean differs;

  @Schedule(hour = "*", minute = "*", second = "*/5", persistent = false)
  void read() {
    Duration ahead;
    try {
      ahead = clock.read(database);
    } catch (StoreException e) {
      LOG.debug("the database's clock cannot be read; it goes on from the last reading", e);
      return;
    }
    boolean now = ahead.abs().compareTo(WORTH_SAYING) > 0;
    if (now && !differs) {
      LOG.warn(
          "the clock of this machine differs from the database's by {} s: the database's is used",
          ahead.toSeconds());
    } else if (differs && !now) {
      LOG.info("the clock of this machine agrees with the database's again");
    }
    differs = now;
  }
}
