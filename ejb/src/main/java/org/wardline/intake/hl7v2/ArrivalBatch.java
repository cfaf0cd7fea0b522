package org.wardline.intake.hl7v2;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.wardline.census.Census;
import org.wardline.chart.ChartWriter;
import org.wardline.directory.People;
import org.wardline.intake.hl7v2.InboundStore.Earlier;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.Encounters;
import org.wardline.patient.PatientIndex;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;
import org.wardline.store.RowBatch;

/**
 * One transaction for many messages: each is kept as it came, with its audit record, the answer it
 * gets, and – where it was read – what it changes; or none of them is.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class ArrivalBatch {
  @Inject private Settings settings;
  @Inject private Keys keys;
  @Inject private InboundStore store;
  @Inject private PatientIndex index;
  @Inject private ChartWriter chart;
  @Inject private Census census;
  @Inject private Processing processing;
  @Inject private Locks locks;
  @Inject private Database database;

  /** Answers of each message, in their order. */
  public List<List<byte[]>> commit(List<Arrival> arrivals) {
    hold(settings.organization(), arrivals);
    return take(
        arrivals,
        store.earlier(
            arrivals.stream().map(Arrival::name).toList(),
            settings.duration("wardline.hl7.duplicate-window")));
  }

  /**
   * The same in one statement, for messages that are {@linkplain Arrival#keptAsItComes kept as they
   * come}: nobody is locked out, and nothing looked up.
   *
   * @throws org.wardline.store.StoreException {@linkplain
   *     org.wardline.store.StoreException#duplicate duplicate} when one of them may have been kept
   *     before: nothing was kept now
   */
  public List<List<byte[]>> commitUnseen(List<Arrival> arrivals) {
    return take(arrivals, new Earlier());
  }

  private List<List<byte[]>> take(List<Arrival> arrivals, Earlier earlier) {
    var changes =
        new Changes(
            new Changes.Ground(database, index, chart, store, census),
            settings.organization(),
            identifiers(arrivals));
    Map<Name, List<byte[]>> given = new HashMap<>();
    List<List<byte[]>> all = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      List<byte[]> answers = given.get(arrival.name());
      if (answers == null) {
        answers = earlier.answered(arrival.name());
      }
      if (answers == null) {
        answers = take(arrival, earlier, changes);
        given.put(arrival.name(), answers);
        earlier.used(arrival.name());
      }
      all.add(answers);
    }
    changes.finish();
    return all;
  }

  /**
   * All names in one call, so that batches of several nodes cannot wait for each other for ever.
   */
  private void hold(UUID organization, List<Arrival> arrivals) {
    var names = new ArrayList<>(lockNames(organization, arrivals));
    arrivals.forEach(a -> names.add(a.name().controlIdName()));
    locks.hold(names);
  }

  /** Of the patients, of stays, and of the directory when people who work here are told of. */
  static List<String> lockNames(UUID organization, List<Arrival> arrivals) {
    var names = new ArrayList<>(PatientIndex.lockNames(organization, identifiers(arrivals)));
    arrivals.stream()
        .flatMap(Arrival::stays)
        .forEach(stay -> names.add(Encounters.lockName(organization, stay)));
    if (arrivals.stream().anyMatch(Arrival::tellsOfStaff)) {
      names.add(People.lockName(organization));
    }
    return names;
  }

  static List<PatientIdentifier> identifiers(List<Arrival> arrivals) {
    return arrivals.stream().flatMap(a -> a.identifiers().stream()).distinct().toList();
  }

  private List<byte[]> take(Arrival arrival, Earlier earlier, Changes changes) {
    List<Hl7Fault> warnings = new ArrayList<>();
    if (earlier.controlIdUsed(arrival.name())) {
      if (arrival.source().strictControlIds()) {
        return refuseRepeated(arrival, changes.rows());
      }
      warnings.add(
          Hl7Fault.error(
              "MSH^1^10",
              Hl7Fault.DUPLICATE_KEY,
              "This control id was used for another message; taken as new"));
    }
    warnings.addAll(arrival.warnings());
    UUID inbound = keys.next();
    String outcome = "kept";
    if (!arrival.events().isEmpty()) {
      Processing.Result result = processing.apply(arrival, inbound, changes);
      warnings.addAll(result.warnings());
      outcome = result.outcome();
    } else if (arrival.toBeProcessed()) {
      store.addWork(changes.rows(), arrival, inbound);
    }
    List<byte[]> answers = new Replies(keys).positive(arrival.msh(), warnings);
    store.add(changes.rows(), arrival, inbound, outcome, answers);
    processing.recordReceived(arrival, inbound, Outcome.SUCCESS, "", changes.rows());
    return answers;
  }

  private List<byte[]> refuseRepeated(Arrival arrival, RowBatch rows) {
    Hl7Fault fault =
        Hl7Fault.reject(
            "MSH^1^10", Hl7Fault.DUPLICATE_KEY, "This control id was used for another message");
    processing.record(
        arrival, AuditAct.INTERFACE_RECEIVED, Outcome.REFUSED, fault.summary(), List.of(), rows);
    return new Replies(keys).negative(arrival.msh(), fault);
  }
}
