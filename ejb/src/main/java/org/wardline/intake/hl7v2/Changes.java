package org.wardline.intake.hl7v2;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.wardline.census.Census;
import org.wardline.chart.ChartWriter;
import org.wardline.chart.ChartWriter.Told;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.IndexChanges;
import org.wardline.patient.PatientIndex;
import org.wardline.store.Database;
import org.wardline.store.RowBatch;

/**
 * What a transaction has changed and not written yet. Most messages are laid over each other and
 * written together; one that moves or merges what is there already is written in its own turn. Not
 * for use by two threads.
 */
final class Changes {
  /** So many rows count the same: few of the transactions at a time meet in one. */
  private static final int PLACES = 16;

  private final Ground ground;
  private final UUID organization;
  private final List<PatientIdentifier> about;
  private RowBatch rows = new RowBatch();
  private IndexChanges index;
  private final Map<UUID, Told> chart = new LinkedHashMap<>();
  private final Map<Segment, Met> unmapped = new LinkedHashMap<>();
  private final Set<UUID> readmitted = new LinkedHashSet<>();
  private final Map<UUID, String> reviews = new LinkedHashMap<>();

  /** What it writes with. */
  record Ground(
      Database database,
      PatientIndex patients,
      ChartWriter chart,
      InboundStore store,
      Census census) {}

  /** A segment without a rule, of one kind of message of one source. */
  record Segment(String source, String messageType, String name) {}

  /** How often one was met, and in which message last. */
  record Met(int times, UUID last) {}

  /**
   * Begins.
   *
   * @param about whose records the messages are about; the transaction holds their names
   */
  Changes(Ground ground, UUID organization, List<PatientIdentifier> about) {
    this.ground = ground;
    this.organization = organization;
    this.about = List.copyOf(about);
    this.index = ground.patients().begin(organization, this.about);
  }

  RowBatch rows() {
    return rows;
  }

  IndexChanges index() {
    return index;
  }

  /** Something was told of a patient; told twice, the later counts. */
  void tell(Told told) {
    chart.put(told.record().id(), told);
  }

  /** Segments without a rule were met. */
  void unmapped(Arrival arrival, UUID inbound, Map<String, Integer> segments) {
    segments.forEach(
        (name, count) -> {
          var segment =
              new Segment(
                  arrival.source().name(),
                  arrival.msh().messageType() + "^" + arrival.msh().triggerEvent(),
                  name);
          unmapped.merge(
              segment,
              new Met(count, inbound),
              (earlier, later) -> new Met(earlier.times() + later.times(), later.last()));
        });
  }

  /** Somebody must look at a message; for several reasons, once. */
  void review(UUID inbound, String reason) {
    reviews.merge(inbound, reason, (a, b) -> a.contains(b) ? a : a + "; " + b);
  }

  /** He is here, again or still. */
  void readmitted(UUID patient) {
    readmitted.add(patient);
  }

  /** Writes what there is; what comes after it sees it. */
  void flush() {
    write();
    rows = new RowBatch();
    index = ground.patients().begin(organization, about);
  }

  /**
   * Writes the last of it; counters last and in one order, as others may count in the same rows.
   */
  void finish() {
    int place = ThreadLocalRandom.current().nextInt(PLACES);
    reviews.forEach(
        (inbound, reason) -> ground.store().addReview(rows, organization, inbound, reason));
    unmapped.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(Segment::toString)))
        .forEach(
            met ->
                ground
                    .store()
                    .addUnmapped(rows, organization, met.getKey(), met.getValue(), place));
    write();
  }

  private void write() {
    index.addTo(rows);
    ground.chart().add(rows, organization, chart.values());
    ground.database().write(rows);
    ground.census().readmitted(organization, readmitted);
    chart.clear();
    readmitted.clear();
  }
}
