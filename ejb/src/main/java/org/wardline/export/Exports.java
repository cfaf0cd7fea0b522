package org.wardline.export;

import jakarta.ejb.ApplicationException;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessDecision;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditSearch.Found;
import org.wardline.audit.AuditTrail;
import org.wardline.export.ExportView.File;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.reading.BulkRange;
import org.wardline.reading.BulkReading;
import org.wardline.setting.Settings;

/**
 * The door to what is had in bulk (FHIR Bulk Data Access 2.0). Who fetches a file is on record
 * before its first line is read; an export is its client's alone.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class Exports {
  /** Most exports of a client that are under way at a time. */
  public static final int MOST = 10;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private ExportStore store;
  @Inject private BulkReading reading;
  @Inject private AuditTrail audit;
  @Inject private Settings settings;

  /** A client has too many of them under way. */
  @ApplicationException(rollback = true)
  public static final class TooManyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyException() {
      super(MOST + " exports are under way already: wait for one of them, or delete it.");
    }
  }

  /**
   * Begins one.
   *
   * @param named what it wants; empty for all that it may have
   * @param request as it was asked
   * @return its id
   * @throws org.wardline.access.AccessDeniedException when it may not have one of these types, or
   *     none at all
   * @throws TooManyException when it has too many already
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public UUID begin(Actor actor, List<BulkType> named, @Nullable Instant since, String request) {
    List<BulkType> types = named.isEmpty() ? permitted(actor) : named;
    for (BulkType type : types) {
      gate.pass(policy.decideExport(actor, type.fhirType()), actor, new Entity.Query(request));
    }
    String client = actor.party().toString();
    if (store.number(actor.organizationId(), client) >= MOST) {
      throw new TooManyException();
    }
    UUID id =
        store.add(
            new ExportStore.Asked(actor.organizationId(), client, request, types, since),
            settings.duration("wardline.export.kept"));
    audit.record(
        actor,
        AuditAct.EXPORT_BEGUN,
        new Entity.Data("Basic/" + id, List.of()),
        new Entity.Query(request));
    return id;
  }

  /** What it may have; all when it may have nothing, so that it is told why. */
  private List<BulkType> permitted(Actor actor) {
    List<BulkType> all = Arrays.asList(BulkType.values());
    List<BulkType> permitted =
        all.stream()
            .filter(t -> policy.decideExport(actor, t.fhirType()) instanceof AccessDecision.Permit)
            .toList();
    return permitted.isEmpty() ? all : permitted;
  }

  /** One of its own; empty when there is none. */
  public Optional<ExportView> byId(Actor actor, UUID id) {
    gate.pass(policy.decideExports(actor), actor);
    return store.find(actor.organizationId(), actor.party().toString(), id);
  }

  /** Ends one of its own and forgets it; false when there is none. */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public boolean remove(Actor actor, UUID id) {
    gate.pass(policy.decideExports(actor), actor);
    return store.remove(actor.organizationId(), actor.party().toString(), id);
  }

  /**
   * It is about to fetch this file of its own.
   *
   * @return how to read it; empty when there is none
   */
  public Optional<Reading> fetch(Actor actor, UUID id, int number) {
    Optional<ExportView> export = byId(actor, id);
    Optional<File> file =
        export.flatMap(e -> e.files().stream().filter(f -> f.number() == number).findFirst());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    File wanted = file.get();
    gate.pass(
        policy.decideExport(actor, wanted.type().fhirType()),
        actor,
        new Entity.Query(export.get().request()));
    audit.record(
        actor,
        AuditAct.EXPORT_FETCHED,
        new Entity.Data(
            "Basic/" + id,
            List.of(
                new Detail("file", String.valueOf(number), false),
                new Detail("type", wanted.type().fhirType(), false),
                new Detail("entries", String.valueOf(wanted.entries()), false),
                new Detail("first", wanted.first().toString(), false),
                new Detail("last", wanted.last().toString(), false))),
        new Entity.Query(export.get().request()));
    return Optional.of(
        new Reading(
            wanted.type(),
            new BulkRange(
                actor.organizationId(),
                export.get().since(),
                export.get().until(),
                wanted.first(),
                null,
                wanted.last())));
  }

  /** A file that was put on record. */
  public record Reading(BulkType type, BulkRange range) {}

  /** The next page of a file of messages, from the range's beginning. */
  public List<CommunicationView> messages(Actor actor, BulkRange range, int limit) {
    gate.pass(policy.decideExport(actor, BulkType.COMMUNICATION.fhirType()), actor);
    return reading.messages(range.of(actor.organizationId()), limit);
  }

  /** The next page of a file of records, from the range's beginning. */
  public List<Found> records(Actor actor, BulkRange range, int limit) {
    gate.pass(policy.decideExport(actor, BulkType.AUDIT_EVENT.fhirType()), actor);
    return reading.records(range.of(actor.organizationId()), limit);
  }
}
