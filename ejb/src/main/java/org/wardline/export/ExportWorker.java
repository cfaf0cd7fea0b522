package org.wardline.export;

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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.export.ExportView.File;
import org.wardline.reading.BulkRange;
import org.wardline.reading.BulkReading;
import org.wardline.reading.BulkReading.Slice;
import org.wardline.setting.Settings;
import org.wardline.store.LeasedLoop;
import org.wardline.store.Leases;

/**
 * Divides what was asked for into files. One node at a time; one that takes over goes on behind the
 * last file that is known.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class ExportWorker {
  private static final Logger LOG = LoggerFactory.getLogger(ExportWorker.class);
  private static final String LEASE = "exports";
  private static final Duration EVERY = Duration.ofSeconds(1);

  @Resource private ManagedThreadFactory threads;
  @Inject private ExportStore store;
  @Inject private BulkReading reading;
  @Inject private Leases leases;
  @Inject private Settings settings;

  private @Nullable LeasedLoop loop;

  @PostConstruct
  void start() {
    int most = settings.number("wardline.export.file-entries");
    Duration settled = settings.duration("wardline.export.settle");
    loop = new LeasedLoop(leases, LEASE, EVERY, () -> look(most, settled));
    loop.start(threads);
  }

  @PreDestroy
  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  /** A file of each in turn, so that a large one does not keep the small ones waiting. */
  private void look(int most, Duration settled) {
    store.removeOld();
    for (List<ExportStore.Open> all = store.open(settled);
        !all.isEmpty() && leases.hold(LEASE);
        all = store.open(settled)) {
      all.forEach(open -> tryNext(open, most));
    }
  }

  /** One that fails is no reason to keep the others waiting. */
  private void tryNext(ExportStore.Open open, int most) {
    try {
      next(open, most);
    } catch (RuntimeException e) {
      LOG.error("export {}: {}", open.export().id(), e.getClass().getSimpleName());
      store.failed(open.export().id());
    }
  }

  private void next(ExportStore.Open open, int most) {
    ExportView export = open.export();
    List<File> files = export.files();
    File last = files.isEmpty() ? null : files.get(files.size() - 1);
    int type = last == null ? 0 : export.types().indexOf(last.type());
    UUID after = last == null ? null : last.last();
    while (type < export.types().size()) {
      BulkType now = export.types().get(type);
      var range =
          new BulkRange(open.organization(), export.since(), export.until(), null, after, null);
      Optional<Slice> slice =
          now == BulkType.COMMUNICATION
              ? reading.messageSlice(range, most)
              : reading.recordSlice(range, most);
      if (slice.isPresent()) {
        int number = files.size() + 1;
        Slice found = slice.get();
        store.add(export.id(), new File(number, now, found.first(), found.last(), found.entries()));
        return;
      }
      type++;
      after = null;
    }
    store.finished(export.id());
  }
}
