package org.wardline.intake.hl7v2;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.census.Census;
import org.wardline.chart.ChartWriter;
import org.wardline.crypto.SealBrokenException;
import org.wardline.intake.hl7v2.InboundStore.Work;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.patient.PatientIndex;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;

/**
 * Processes messages that were kept and acknowledged before: a batch in one transaction, in the
 * order in which they came. What cannot be processed is parked for a person and holds nobody up.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class KeptBatch {
  private static final Logger LOG = LoggerFactory.getLogger(KeptBatch.class);

  /** Most messages in a transaction. */
  static final int AT_ONCE = 50;

  @Inject private Settings settings;
  @Inject private InboundStore store;
  @Inject private Sources sources;
  @Inject private PatientIndex index;
  @Inject private ChartWriter chart;
  @Inject private Census census;
  @Inject private Processing processing;
  @Inject private Locks locks;
  @Inject private Database database;

  private record ReadWork(Work work, Arrival arrival) {}

  /** Processes the next ones, so many at most; their number. */
  public int process(int most) {
    List<Work> next = store.work(most);
    if (next.isEmpty()) {
      return 0;
    }
    UUID organization = settings.organization();
    var faults = new RowBatch();
    var readable = new ArrayList<ReadWork>();
    next.forEach(work -> read(work, faults).ifPresent(readable::add));
    List<Arrival> arrivals = readable.stream().map(ReadWork::arrival).toList();
    locks.hold(ArrivalBatch.lockNames(organization, arrivals));
    var changes =
        new Changes(
            new Changes.Ground(database, index, chart, store, census),
            organization,
            ArrivalBatch.identifiers(arrivals));
    for (ReadWork each : readable) {
      processing.apply(each.arrival(), each.work().inbound(), changes);
    }
    changes.finish();
    database.write(faults);
    store.removeWork(next);
    return next.size();
  }

  private Optional<ReadWork> read(Work work, RowBatch rows) {
    try {
      byte[] raw = store.open(work);
      Msh msh = Msh.read(raw);
      Arrival unread =
          Arrival.unread(
              msh, sources.named(work.source()).orElseThrow(), work.name(), raw, work.peer());
      try {
        Arrival arrival = unread.read();
        return Optional.of(new ReadWork(work, arrival));
      } catch (Hl7FaultException e) {
        processing.recordReceived(
            unread, work.inbound(), Outcome.FAILED, e.fault().summary(), rows);
        store.addReview(rows, work.name().organization(), work.inbound(), e.fault().summary());
      }
    } catch (SealBrokenException e) {
      LOG.error("inbound {} parked: its seal is broken", work.inbound());
      store.addReview(rows, work.name().organization(), work.inbound(), "the seal is broken");
    } catch (Hl7FaultException | RuntimeException e) {
      LOG.error("inbound {} parked: {}", work.inbound(), e.getClass().getSimpleName());
      store.addReview(rows, work.name().organization(), work.inbound(), "cannot be processed");
    }
    return Optional.empty();
  }

  /** Parks the next one for a person: what came after it goes on. */
  public void parkNext(String reason) {
    for (Work work : store.work(1)) {
      var rows = new RowBatch();
      store.addReview(rows, work.name().organization(), work.inbound(), reason);
      database.write(rows);
      store.removeWork(List.of(work));
    }
  }

  /** Forgets the keys of messages that are older than the window of the duplicate check. */
  public void prune() {
    store.prune(settings.duration("wardline.hl7.duplicate-window"));
  }
}
