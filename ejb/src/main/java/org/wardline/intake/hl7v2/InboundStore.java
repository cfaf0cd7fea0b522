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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.mapping.hl7.Msh;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Messages as they came, sealed with a key for source and month, and the answers that were given to
 * them.
 */
@Singleton
public class InboundStore {
  private static final byte SEPARATOR = 0x1C; // ends an MLLP frame, so it is in no acknowledgment
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);

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
  record Name(UUID organization, String scope, String controlId, byte[] bodyHash) {}

  /** Two copies of one message at the same time: the second waits until the first is answered. */
  void hold(Name name) {
    database.first(
        "select pg_advisory_xact_lock(hashtextextended(?, 13))",
        row -> true,
        name.organization() + "|" + name.scope() + "|" + name.controlId());
  }

  /** The answers that this very message got within the window. */
  Optional<List<byte[]>> answered(Name name, Duration window) {
    return database.first(
        """
        select answer from inbound_key
        where organization_id = ? and source = ? and control_id = ? and body_hash = ? and received_at > ?""",
        row -> split(row.bytes("answer")),
        name.organization(),
        name.scope(),
        name.controlId(),
        name.bodyHash(),
        keys.now().minus(window));
  }

  /** True when that control id came within the window with another body. */
  boolean controlIdUsed(Name name, Duration window) {
    return database
        .first(
            "select 1 from inbound_key where organization_id = ? and source = ? and control_id = ? and received_at > ? limit 1",
            row -> true,
            name.organization(),
            name.scope(),
            name.controlId(),
            keys.now().minus(window))
        .isPresent();
  }

  /** Keeps the message, its outcome, and the answers it gets. */
  UUID keep(Name name, Msh msh, byte[] raw, String outcome, List<byte[]> answers) {
    Instant now = keys.now();
    UUID id = keys.next(now);
    DataKey key =
        dataKeys.of(name.organization(), "inbound", name.scope() + "|" + MONTH.format(now));
    byte[] associated =
        ("inbound\n" + id + "\n" + name.scope() + "\n" + name.controlId())
            .getBytes(StandardCharsets.UTF_8);
    database.update(
        """
        insert into inbound (id, organization_id, source, control_id, message_type, data_key_id, sealed, body_hash, outcome,
          received_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        id,
        name.organization(),
        name.scope(),
        name.controlId(),
        msh.messageType() + "^" + msh.triggerEvent(),
        key.id(),
        Seal.seal(key.material(), raw, associated),
        name.bodyHash(),
        outcome,
        now);
    database.update(
        """
        insert into inbound_key (organization_id, source, control_id, body_hash, answer, received_at) values (?, ?, ?, ?, ?, ?)
        on conflict (organization_id, source, control_id, body_hash)
        do update set answer = excluded.answer, received_at = excluded.received_at""",
        name.organization(),
        name.scope(),
        name.controlId(),
        name.bodyHash(),
        join(answers),
        now);
    return id;
  }

  /** Opens a case for a person. */
  void review(UUID organization, UUID inbound, String reason, String owner) {
    database.update(
        "insert into inbound_review (inbound_id, organization_id, reason, owner, opened_at) values (?, ?, ?, ?, ?)",
        inbound,
        organization,
        reason,
        owner,
        keys.now());
  }

  /** Forgets the keys of messages that are older than the window. */
  int prune(Duration window) {
    return database.update(
        "delete from inbound_key where received_at <= ?", keys.now().minus(window));
  }

  private static byte[] join(List<byte[]> answers) {
    var joined = new ByteArrayOutputStream();
    for (byte[] answer : answers) {
      joined.writeBytes(answer);
      joined.write(SEPARATOR);
    }
    return joined.toByteArray();
  }

  private static List<byte[]> split(byte[] joined) {
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
