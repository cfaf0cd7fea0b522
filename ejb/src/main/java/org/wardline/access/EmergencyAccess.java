package org.wardline.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Access to a patient's conversations in an emergency, by somebody who takes part in none of them
 * (HIPAA 45 CFR 164.312(a)(2)(ii), emergency access procedure): for a short time, with a reason
 * that is sealed, and reviewed afterwards. Needs nothing but our own database.
 */
@Singleton
public class EmergencyAccess {
  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;
  private final Settings settings;

  @Inject
  public EmergencyAccess(Database database, DataKeys dataKeys, Keys keys, Settings settings) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
    this.settings = settings;
  }

  /** What a reviewer decided. */
  public enum Verdict {
    JUSTIFIED,
    UNJUSTIFIED
  }

  /** An access that was opened. */
  public record Opened(UUID id, Instant until) {}

  /**
   * An access as its reviewer sees it.
   *
   * @param conversations how many conversations were opened by it
   * @param verdict null until it was reviewed
   * @param note of the reviewer; may be empty
   */
  public record Case(
      UUID id,
      UUID practitioner,
      UUID patient,
      String reason,
      Instant openedAt,
      Instant until,
      int conversations,
      @Nullable Verdict verdict,
      String note) {}

  /** From now on, for a short time. */
  public Opened open(UUID organization, UUID practitioner, UUID patient, String reason) {
    Instant now = keys.now();
    Instant until = now.plus(settings.duration("wardline.access.emergency"));
    UUID id = keys.next(now);
    DataKey key = dataKeys.of(organization, "emergency", "reasons");
    database.update(
        """
        insert into emergency_access (id, organization_id, practitioner_id, patient_id, data_key_id, sealed_reason, opened_at, until)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        id,
        organization,
        practitioner,
        patient,
        key.id(),
        seal(key, id, "reason", reason),
        now,
        until);
    return new Opened(id, until);
  }

  /** The access that he has to that patient now; empty when he has none. */
  public Optional<Opened> current(UUID practitioner, @Nullable UUID patient) {
    return patient == null
        ? Optional.empty()
        : database.first(
            """
            select id, until from emergency_access where practitioner_id = ? and patient_id = ? and until > ?
              and verdict is distinct from 'UNJUSTIFIED'
            order by until desc limit 1""",
            row -> new Opened(row.uuid("id"), row.instant("until")),
            practitioner,
            patient,
            keys.now());
  }

  /** A conversation was opened by it. */
  public void used(UUID id) {
    database.update(
        "update emergency_access set opened_conversations = opened_conversations + 1 where id = ?",
        id);
  }

  /** Those that wait for a review first, the oldest first; then those that were reviewed. */
  public List<Case> cases(UUID organization, int most) {
    return database.list(
        """
        select * from emergency_access where organization_id = ?
        order by reviewed_at is not null, case when reviewed_at is null then opened_at end, opened_at desc limit ?""",
        this::read,
        organization,
        most);
  }

  /** How many wait for a review. */
  public int waiting(UUID organization) {
    return database
        .first(
            "select count(*) as n from emergency_access where organization_id = ? and reviewed_at is null",
            row -> row.integer("n"),
            organization)
        .orElse(0);
  }

  /**
   * Ends a review.
   *
   * @return false when there is no such case, or it was reviewed before
   */
  public boolean review(UUID organization, UUID id, UUID by, Verdict verdict, String note) {
    DataKey key = dataKeys.of(organization, "emergency", "reasons");
    return database.update(
            """
            update emergency_access set verdict = ?, sealed_note = ?, reviewed_by = ?, reviewed_at = ?
            where organization_id = ? and id = ? and reviewed_at is null and practitioner_id <> ?""",
            verdict.name(),
            seal(key, id, "note", note),
            by,
            keys.now(),
            organization,
            id,
            by)
        > 0;
  }

  private Case read(Database.Row row) throws java.sql.SQLException {
    UUID id = row.uuid("id");
    byte[] material = dataKeys.byId(row.uuid("data_key_id")).material();
    String verdict = row.textOrNull("verdict");
    return new Case(
        id,
        row.uuid("practitioner_id"),
        row.uuid("patient_id"),
        open(material, row.bytes("sealed_reason"), id, "reason"),
        row.instant("opened_at"),
        row.instant("until"),
        row.integer("opened_conversations"),
        verdict == null ? null : Verdict.valueOf(verdict),
        verdict == null ? "" : open(material, row.bytes("sealed_note"), id, "note"));
  }

  private static byte[] seal(DataKey key, UUID id, String field, String text) {
    return Seal.seal(key.material(), text.getBytes(StandardCharsets.UTF_8), associated(id, field));
  }

  private static String open(byte[] material, byte[] sealed, UUID id, String field) {
    return new String(
        Seal.open(material, sealed, associated(id, field), "emergency access " + id),
        StandardCharsets.UTF_8);
  }

  private static byte[] associated(UUID id, String field) {
    return ("emergency-access\n" + id + "\n" + field).getBytes(StandardCharsets.UTF_8);
  }
}
