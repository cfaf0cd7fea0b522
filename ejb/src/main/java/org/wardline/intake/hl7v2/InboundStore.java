package org.wardline.intake.hl7v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/**
 * Messages as they came, sealed with a key for source and month, and the answers that were given to
 * them.
 */
@Singleton
public class InboundStore {
  private static final byte SEPARATOR = 0x1C; // ends an MLLP frame, so it is in no acknowledgment
  private static final String REVIEWER = "administrator";
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);
  private static final Table INBOUND =
      Table.of(
          "inbound",
          "id uuid",
          "organization_id uuid",
          "source text",
          "control_id text",
          "message_type text",
          "data_key_id uuid",
          "sealed bytea",
          "body_hash bytea",
          "outcome text",
          "received_at timestamptz");

  /** That one is there already ends the transaction: its message was kept meanwhile. */
  private static final Table KEY =
      Table.of(
              "inbound_key",
              "organization_id uuid",
              "source text",
              "control_id text",
              "body_hash bytea",
              "answer bytea",
              "received_at timestamptz")
          .once("organization_id, source, control_id, body_hash");

  private static final Table WORK =
      Table.of(
          "inbound_work", "organization_id uuid", "inbound_id uuid", "source text", "peer text");
  private static final Table REVIEW =
      Table.of(
              "inbound_review",
              "inbound_id uuid",
              "organization_id uuid",
              "reason text",
              "owner text",
              "opened_at timestamptz")
          .onConflict(
              "inbound_id",
              """
              do update set reason = excluded.reason, owner = excluded.owner, opened_at = excluded.opened_at,
                closed_at = null, closed_by = null""");

  private static final Table UNMAPPED =
      Table.of(
              "inbound_unmapped_place",
              "organization_id uuid",
              "source text",
              "message_type text",
              "segment text",
              "place smallint",
              "seen bigint",
              "last_inbound_id uuid",
              "last_at timestamptz")
          .onConflict(
              "organization_id, source, message_type, segment, place",
              """
              do update set seen = inbound_unmapped_place.seen + excluded.seen,
                last_inbound_id = excluded.last_inbound_id, last_at = excluded.last_at""");

  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  public InboundStore(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /** Which message it is: scope of control ids, control id, and SHA-256 of the body. */
  record Name(UUID organization, String scope, String controlId, byte[] bodyHash) {
    /** Two messages with one control id wait for each other. */
    String controlIdName() {
      return organization + "|" + scope + "|" + controlId;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name name
          && controlIdName().equals(name.controlIdName())
          && Arrays.equals(bodyHash, name.bodyHash);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bodyHash);
    }
  }

  /** What came within the window with these control ids. */
  static final class Earlier {
    private final Map<Name, List<byte[]>> answers = new HashMap<>();
    private final Set<String> controlIds = new HashSet<>();
    private boolean outlived;

    /** The answers that this very message got; null when it is new. */
    @Nullable List<byte[]> answered(Name name) {
      return answers.get(name);
    }

    /** True when that control id came with another body. */
    boolean controlIdUsed(Name name) {
      return controlIds.contains(name.controlIdName());
    }

    void used(Name name) {
      controlIds.add(name.controlIdName());
    }
  }

  /** A message that was kept and is still to be processed. */
  record Work(
      long seq,
      UUID inbound,
      Name name,
      UUID dataKeyId,
      byte[] sealed,
      String source,
      String peer) {}

  /**
   * What came before with these control ids; the transaction holds their names. What is older than
   * the window is forgotten, as if it had been pruned in time.
   */
  Earlier earlier(List<Name> names, Duration window) {
    UUID organization = names.get(0).organization();
    Instant since = keys.now().minus(window);
    String[] scopes = names.stream().map(Name::scope).toArray(String[]::new);
    String[] controlIds = names.stream().map(Name::controlId).toArray(String[]::new);
    var earlier = new Earlier();
    database.list(
        """
        select w.source, w.control_id, k.body_hash, k.answer, k.received_at
        from unnest((select ?::text[]), (select ?::text[])) as w(source, control_id)
        cross join lateral (
          select body_hash, answer, received_at from inbound_key
          where organization_id = ? and source = w.source and control_id = w.control_id offset 0) k""",
        row -> {
          if (row.instant("received_at").isAfter(since)) {
            var name =
                new Name(
                    organization,
                    row.text("source"),
                    row.text("control_id"),
                    row.bytes("body_hash"));
            earlier.answers.put(name, split(row.bytes("answer")));
            earlier.used(name);
          } else {
            earlier.outlived = true;
          }
          return true;
        },
        scopes,
        controlIds,
        organization);
    if (earlier.outlived) {
      database.update(
          """
          delete from inbound_key k using unnest(?, ?) as w(source, control_id)
          where k.organization_id = ? and k.source = w.source and k.control_id = w.control_id and k.received_at <= ?""",
          scopes,
          controlIds,
          organization,
          since);
    }
    return earlier;
  }

  /** Adds the message, its outcome, and the answers it gets. */
  void add(RowBatch rows, Arrival arrival, UUID id, String outcome, List<byte[]> answers) {
    Name name = arrival.name();
    Instant now = keys.now();
    DataKey key =
        dataKeys.of(name.organization(), "inbound", name.scope() + "|" + MONTH.format(now));
    rows.add(
        INBOUND,
        id,
        name.organization(),
        name.scope(),
        name.controlId(),
        arrival.msh().messageType() + "^" + arrival.msh().triggerEvent(),
        key.id(),
        Seal.seal(key.material(), arrival.raw(), associated(id, name)),
        name.bodyHash(),
        outcome,
        now);
    rows.add(
        KEY,
        name.organization(),
        name.scope(),
        name.controlId(),
        name.bodyHash(),
        join(answers),
        now);
  }

  /** Adds that it is still to be processed. */
  void addWork(RowBatch rows, Arrival arrival, UUID inbound) {
    addWork(rows, arrival.name().organization(), inbound, arrival.source().name(), arrival.peer());
  }

  /** Adds that it is to be processed, as that source's. */
  void addWork(RowBatch rows, UUID organization, UUID inbound, String source, String peer) {
    rows.add(WORK, organization, inbound, source, peer);
  }

  /** Adds a case for a person. */
  void addReview(RowBatch rows, UUID organization, UUID inbound, String reason) {
    rows.add(REVIEW, inbound, organization, reason, REVIEWER, keys.now());
  }

  /**
   * Counts segments without a rule; they stand in the message as it came.
   *
   * @param place which of several rows counts: transactions at the same time need not wait for each
   *     other
   */
  void addUnmapped(
      RowBatch rows, UUID organization, Changes.Segment segment, Changes.Met met, int place) {
    rows.add(
        UNMAPPED,
        organization,
        segment.source(),
        segment.messageType(),
        segment.name(),
        place,
        (long) met.times(),
        met.last(),
        keys.now());
  }

  /** What is to be processed next, in the order of arrival. */
  List<Work> work(int most) {
    return database.list(
        """
        select w.seq, w.peer, w.source as source_name, i.* from (select * from inbound_work order by seq limit ?) w
        join inbound i on i.id = w.inbound_id order by w.seq""",
        row ->
            new Work(
                row.number("seq"),
                row.uuid("id"),
                new Name(
                    row.uuid("organization_id"),
                    row.text("source"),
                    row.text("control_id"),
                    row.bytes("body_hash")),
                row.uuid("data_key_id"),
                row.bytes("sealed"),
                row.text("source_name"),
                row.text("peer")),
        most);
  }

  /** Removes what was done; fails when somebody else did it meanwhile. */
  void removeWork(List<Work> done) {
    int removed =
        database.update(
            "delete from inbound_work where seq = any(?)",
            (Object) done.stream().map(Work::seq).toArray(Long[]::new));
    if (removed != done.size()) {
      throw new IllegalStateException("kept messages were processed by another node");
    }
  }

  /**
   * The message as it came.
   *
   * @throws org.wardline.crypto.SealBrokenException when it was changed
   */
  byte[] open(Work work) {
    return open(work.inbound(), work.name(), new Sealed(work.dataKeyId(), work.sealed()));
  }

  /** Sealed content, and the key for it. */
  record Sealed(UUID dataKeyId, byte[] content) {}

  /**
   * A message as it came.
   *
   * @throws org.wardline.crypto.SealBrokenException when it was changed
   */
  byte[] open(UUID id, Name name, Sealed sealed) {
    return Seal.open(
        dataKeys.byId(sealed.dataKeyId()).material(),
        sealed.content(),
        associated(id, name),
        "inbound " + id);
  }

  /** Forgets the keys of messages that are older than the window. */
  int prune(Duration window) {
    return database.update(
        "delete from inbound_key where received_at <= ?", keys.now().minus(window));
  }

  private static byte[] associated(UUID id, Name name) {
    return ("inbound\n" + id + "\n" + name.scope() + "\n" + name.controlId())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(List<byte[]> answers) {
    var joined = new ByteArrayOutputStream();
    for (byte[] answer : answers) {
      joined.writeBytes(answer);
      joined.write(SEPARATOR);
    }
    return joined.toByteArray();
  }

  static List<byte[]> split(byte[] joined) {
    var answers = new ArrayList<byte[]>();
    int from = 0;
    for (int i = 0; i < joined.length; i++) {
      if (joined[i] == SEPARATOR) {
        answers.add(Arrays.copyOfRange(joined, from, i));
        from = i + 1;
      }
    }
    return answers;
  }
}
