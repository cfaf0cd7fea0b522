package org.wardline.audit;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.AuditEventJson;
import org.wardline.mapping.fhir.AuditEventMapper;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.ForeignAuditRecord;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Puts acts on record as AuditEvents, in the transaction of the act: either both are kept, or
 * neither. What changes nothing, such as reading, has no transaction: its record is committed
 * together with those of others, before the call comes back. The database lets nobody change or
 * remove a record.
 */
@Singleton
@SuppressWarnings("NullAway.Init")
public class AuditTrail {
  private static final Table AUDIT_EVENT =
      Table.of(
              "audit_event",
              "id uuid",
              "organization_id uuid",
              "recorded timestamptz",
              "action char",
              "type text",
              "subtype text[]",
              "outcome char",
              "agents text[]",
              "patients uuid[]",
              "entities text[]",
              "resource bytea")
          .onConflict("id", "do nothing");
  private static final Agent SERVER =
      new Agent(AgentPart.SERVER, null, "wardline", null, "Wardline", List.of(), null, null);

  @Resource private TransactionSynchronizationRegistry transactions;

  private final Database database;
  private final Keys keys;
  private final AuditQueue queue;

  @Inject
  public AuditTrail(Database database, Keys keys, AuditQueue queue) {
    this.database = database;
    this.keys = keys;
    this.queue = queue;
  }

  /** An act of a person or a machine that went well. */
  public void record(Actor actor, AuditAct act, Entity... entities) {
    append(actorRecord(actor, act, Outcome.SUCCESS, null, List.of(entities)));
  }

  /**
   * A search of a person or machine: one record for each patient on the page, as BALP asks, or one
   * without patient.
   *
   * @param request as it was asked
   */
  public void recordSearch(Actor actor, String request, List<UUID> patients) {
    var query = new Entity.Query(request);
    List<AuditRecord> records = new ArrayList<>();
    for (UUID patient : patients.stream().distinct().toList()) {
      records.add(
          actorRecord(
              actor,
              AuditAct.RESOURCES_SEARCHED,
              Outcome.SUCCESS,
              null,
              List.of(new Entity.Patient(patient), query)));
    }
    if (records.isEmpty()) {
      records.add(
          actorRecord(actor, AuditAct.RESOURCES_SEARCHED, Outcome.SUCCESS, null, List.of(query)));
    }
    append(records.toArray(AuditRecord[]::new));
  }

  /**
   * A refusal: kept in its own transaction, so that it survives the rollback of what was refused.
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void recordRefusal(Actor actor, String reason, List<Entity> entities) {
    append(actorRecord(actor, AuditAct.ACCESS_REFUSED, Outcome.REFUSED, reason, entities));
  }

  /**
   * An interaction that was not done.
   *
   * @param act in whose shape it is told
   * @param text what became of it
   * @param about the resource or the search
   * @param patients whom it was about: each has a record, as BALP asks
   */
  public record Failure(
      AuditAct act, Outcome outcome, String text, List<Entity> about, Set<UUID> patients) {}

  /** Interactions that were not done; outside of what was undone with them. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void recordFailures(Actor actor, List<Failure> failures) {
    List<AuditRecord> records = new ArrayList<>();
    for (Failure failure : failures) {
      if (failure.patients().isEmpty()) {
        records.add(failed(actor, failure, failure.about()));
      }
      for (UUID patient : failure.patients()) {
        List<Entity> entities = new ArrayList<>(failure.about());
        entities.add(new Entity.Patient(patient));
        records.add(failed(actor, failure, entities));
      }
    }
    append(records.toArray(AuditRecord[]::new));
  }

  private AuditRecord failed(Actor actor, Failure failure, List<Entity> entities) {
    return actorRecord(actor, failure.act(), failure.outcome(), failure.text(), entities);
  }

  /** A refusal of somebody whom we do not know. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void recordRefusal(UUID organization, Agent who, String reason) {
    append(
        new AuditRecord(
            keys.next(),
            organization,
            keys.now(),
            AuditAct.ACCESS_REFUSED,
            Outcome.REFUSED,
            reason,
            List.of(who, SERVER),
            List.of()));
  }

  /** An act of a system that is no user, such as a sending interface or a destination. */
  public void recordSystem(
      UUID organization,
      AuditAct act,
      Outcome outcome,
      String text,
      Agent system,
      List<Entity> entities) {
    append(ofSystem(organization, act, outcome, text, system, entities));
  }

  /** The record of a system's act, to be kept with the act. */
  public AuditRecord ofSystem(
      UUID organization,
      AuditAct act,
      Outcome outcome,
      String text,
      Agent system,
      List<Entity> entities) {
    Instant now = keys.now();
    return new AuditRecord(
        keys.next(now),
        organization,
        now,
        act,
        outcome,
        text.isEmpty() ? null : text,
        List.of(system, SERVER),
        entities);
  }

  /** A system as agent. */
  public static Agent system(String name, String address) {
    return new Agent(
        AgentPart.CLIENT,
        null,
        name,
        null,
        name,
        List.of(),
        address.isEmpty() ? null : address,
        null);
  }

  /** Adds records in one statement. */
  public void append(AuditRecord... records) {
    if (transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION) {
      database.write(rows(List.of(records)));
    } else {
      keep(List.of(records));
    }
  }

  private void keep(List<AuditRecord> records) {
    if (queue.isOpen()) {
      queue.submit(records);
    } else {
      database.write(rows(records)); // while the server starts
    }
  }

  /** Adds a record to rows that are written together with the act. */
  public void add(RowBatch rows, AuditRecord record) {
    addTo(rows, record);
  }

  static RowBatch rows(Collection<AuditRecord> records) {
    var rows = new RowBatch();
    records.forEach(record -> addTo(rows, record));
    return rows;
  }

  private static void addTo(RowBatch rows, AuditRecord record) {
    rows.add(
        AUDIT_EVENT,
        record.id(),
        record.organizationId(),
        record.recorded(),
        record.act().shape().action(),
        AuditEventMapper.type(record.act()).code(),
        AuditEventMapper.subtypes(record.act()).stream()
            .map(AuditEventMapper.Code::code)
            .toArray(String[]::new),
        record.outcome().code(),
        agents(record),
        patients(record),
        entities(record),
        AuditEventJson.write(record));
  }

  /**
   * Keeps a record of another system; nothing when it is there.
   *
   * @param id our key of it, of the moment that it tells
   * @param patients keys of whom it is about
   */
  public void append(
      UUID organization, UUID id, ForeignAuditRecord said, Collection<UUID> patients) {
    var rows = new RowBatch();
    rows.add(
        AUDIT_EVENT,
        id,
        organization,
        said.recorded(),
        said.action(),
        said.type(),
        said.subtypes().toArray(String[]::new),
        AuditSearch.column(said.outcome()),
        said.agents().toArray(String[]::new),
        patients.toArray(UUID[]::new),
        said.entities().toArray(String[]::new),
        withId(said.json(), id));
    database.write(rows);
  }

  /** As the rest of the trail is kept: whole, with its id. */
  private static byte[] withId(String json, UUID id) {
    return ("{\"resourceType\":\"AuditEvent\",\"id\":\""
            + id
            + "\""
            + json.substring("{\"resourceType\":\"AuditEvent\"".length()))
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The record of an act of a person or machine that went well, to be kept with the act. */
  public AuditRecord of(Actor actor, AuditAct act, List<Entity> entities) {
    return actorRecord(actor, act, Outcome.SUCCESS, null, entities);
  }

  private AuditRecord actorRecord(
      Actor actor, AuditAct act, Outcome outcome, @Nullable String text, List<Entity> entities) {
    Instant now = keys.now();
    var agents = new ArrayList<Agent>();
    String address =
        actor.authentication().address().isEmpty() ? null : actor.authentication().address();
    String token = actor.authentication().tokenId();
    if (!actor.machine()) {
      agents.add(
          new Agent(
              AgentPart.USER,
              actor.party().toString(),
              actor.authentication().subject(),
              actor.authentication().issuer(),
              actor.name(),
              actor.roles().stream().sorted().toList(),
              null,
              token));
      agents.add(
          new Agent(
              AgentPart.CLIENT,
              null,
              actor.app().orElse("wardline-web"),
              null,
              actor.app().orElse("Wardline browser app"),
              List.of(),
              address,
              null));
    } else {
      agents.add(
          new Agent(
              AgentPart.CLIENT,
              actor.party().toString(),
              actor.identifier(),
              null,
              actor.name(),
              List.of(),
              address,
              token));
    }
    agents.add(SERVER);
    return new AuditRecord(
        keys.next(now), actor.organizationId(), now, act, outcome, text, agents, entities);
  }

  private static String[] agents(AuditRecord record) {
    return record.agents().stream()
        .filter(a -> a.part() != AgentPart.SERVER)
        .flatMap(a -> Stream.of(a.reference(), a.identifier()))
        .filter(Objects::nonNull)
        .toArray(String[]::new);
  }

  private static UUID[] patients(AuditRecord record) {
    return record.entities().stream()
        .filter(Entity.Patient.class::isInstance)
        .map(e -> ((Entity.Patient) e).id())
        .toArray(UUID[]::new);
  }

  private static String[] entities(AuditRecord record) {
    return record.entities().stream()
        .map(AuditTrail::reference)
        .filter(Objects::nonNull)
        .toArray(String[]::new);
  }

  private static @Nullable String reference(Entity entity) {
    if (entity instanceof Entity.Data data) {
      return data.reference();
    }
    if (entity instanceof Entity.Cause cause) {
      return cause.reference();
    }
    return entity instanceof Entity.Patient patient ? "Patient/" + patient.id() : null;
  }
}
