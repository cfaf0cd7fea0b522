package org.wardline.chart;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.wardline.crypto.DataKeys;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Makes the data key of charts before its month begins. A key is kept in a transaction of its own:
 * when all who write first in a month made it at once, each would hold one connection and wait for
 * another.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@SuppressWarnings("NullAway.Init")
public class KeysAhead {
  @Inject private DataKeys dataKeys;
  @Inject private Settings settings;
  @Inject private Keys keys;

  /** Daily; what is there stays. */
  @PostConstruct
  @Schedule(hour = "3", persistent = false)
  void make() {
    YearMonth now = YearMonth.from(keys.now().atOffset(ZoneOffset.UTC));
    for (YearMonth month : new YearMonth[] {now, now.plusMonths(1)}) {
      dataKeys.of(settings.organization(), ChartWriter.PURPOSE, month.toString());
    }
  }
}
