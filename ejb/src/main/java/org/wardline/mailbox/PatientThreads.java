package org.wardline.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * The conversations about a patient follow him: into another record, to another ward, home. Their
 * messages keep the patient as their authors saw him.
 */
@Singleton
public class PatientThreads {
  private final Database database;
  private final Keys keys;

  @Inject
  public PatientThreads(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Links them to the record that stands; written down with the merge. */
  public int relink(UUID merge, UUID survivor, UUID prior) {
    return database.update(
        """
        with moved as (update conversation set patient_id = ? where patient_id = ? returning id)
        insert into patient_merge_item (merge_id, kind, item_id) select ?, 'conversation', id from moved""",
        survivor,
        prior,
        merge);
  }

  /** Links back what that merge had linked. */
  public int unlink(UUID merge, UUID survivor, UUID prior) {
    return database.update(
        """
        update conversation c set patient_id = ? from patient_merge_item m
        where m.merge_id = ? and m.kind = 'conversation' and c.id = m.item_id and c.patient_id = ?""",
        prior,
        merge,
        survivor);
  }

  /** Those that are open: they take new messages. */
  public List<UUID> open(UUID organization, UUID patient) {
    return database.list(
        "select id from conversation where organization_id = ? and patient_id = ? and (closes_at is null or closes_at > ?)",
        row -> row.uuid("id"),
        organization,
        patient,
        keys.now());
  }

  /** Lets somebody take part by his role; nothing happens where he does already. */
  public void join(UUID organization, List<UUID> conversations, PartyRef party, String viaRole) {
    database.update(
        """
        insert into participant (conversation_id, organization_id, party, via_role, joined_at)
        select id, ?, ?, ?, ? from unnest((select ?::uuid[])) as c(id) on conflict do nothing""",
        organization,
        party.toString(),
        viaRole,
        keys.now(),
        conversations.toArray(UUID[]::new));
  }

  /** Those that are open close at that time. */
  public int close(UUID organization, UUID patient, Instant at) {
    return database.update(
        "update conversation set closes_at = ? where organization_id = ? and patient_id = ? and closes_at is null",
        at,
        organization,
        patient);
  }

  /** They are here after all: none of them closes, and those that closed are open again. */
  public int reopen(UUID organization, Collection<UUID> patients) {
    return database.update(
        """
        update conversation set closes_at = null
        where organization_id = ? and patient_id = any(?) and closes_at is not null""",
        organization,
        patients.toArray(UUID[]::new));
  }
}
