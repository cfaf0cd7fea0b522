package org.wardline.intake.hl7v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.store.TestDatabase.ORGANIZATION;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.KeyRing;
import org.wardline.crypto.MadeKeys;
import org.wardline.mailbox.Mailbox;
import org.wardline.mailbox.Mailbox.SenderName;
import org.wardline.mailbox.SealedMessages;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.Encounters;
import org.wardline.patient.PatientIndex;
import org.wardline.patient.Patients;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.TestDatabase;

/**
 * Look-ups on the way of every message read the rows that they find, and no more, also with a plan
 * that was made and kept when the tables were empty, as on the first day of an installation.
 */
class LookUpPlansIT {
  private static final int ROWS = 20_000;

  /** The driver prepares a statement after 5 uses, and PostgreSQL keeps its plan after 5 more. */
  private static final int UNTIL_KEPT = 12;

  /** What one look-up may read: the rows found and those that hang on them. */
  private static final int FEW = 20;

  private final TestDatabase server = TestDatabase.fresh();
  private final Database database = server.application();
  private final Keys keys = new Keys(Clock.systemUTC());

  /** Keys in the order of time, as messages have them: where a partition is. */
  private final String key =
      database
          .first("select left(version7_floor(now())::text, 24) as key", row -> row.text("key"))
          .orElseThrow();

  private final UUID one = UUID.fromString(key + "%012d".formatted(777));

  @Test
  void a_plan_of_the_first_day_reads_no_more_than_it_finds_later() {
    Map<String, Runnable> lookUps = lookUps();
    Map<String, Long> read = new LinkedHashMap<>();
    server.inTransaction(
        () -> {
          for (int i = 0; i < UNTIL_KEPT; i++) {
            lookUps.values().forEach(Runnable::run);
          }
          fill();
          lookUps.forEach(
              (name, lookUp) -> {
                long before = server.rowsRead();
                lookUp.run();
                read.put(name, server.rowsRead() - before);
              });
        });
    assertThat(read.entrySet())
        .hasSize(lookUps.size())
        .allSatisfy(e -> assertThat(e.getValue()).as(e.getKey()).isBetween(1L, (long) FEW));
  }

  private Map<String, Runnable> lookUps() {
    var ring = new NoRing();
    var dataKeys = new DataKeys(database, ring, keys, new MadeKeys(database, keys));
    var inbound = new InboundStore(database, dataKeys, keys);
    var index = new PatientIndex(database, keys);
    var patients = new Patients(database);
    var encounters = new Encounters(database);
    var mailbox = new Mailbox(database, dataKeys, keys);
    var messages = new SealedMessages(database, dataKeys, (organization, broken) -> {});
    List<UUID> wanted = new ArrayList<>(List.of(one));
    var party = new PartyRef(PartyRef.Kind.DEVICE, one);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put(
        "earlier control ids",
        () ->
            inbound.earlier(
                List.of(new InboundStore.Name(ORGANIZATION, "lab", "777", new byte[32])),
                Duration.ofDays(7)));
    all.put(
        "patients by identifier",
        () -> index.begin(ORGANIZATION, List.of(new PatientIdentifier("urn:mrn", "777", "MR"))));
    all.put("patients by key", () -> patients.byIds(ORGANIZATION, wanted));
    all.put(
        "a patient by a number",
        () -> patients.find(ORGANIZATION, Patients.Query.ofIdentifier("urn:mrn", "777"), 21));
    all.put(
        "a patient by name",
        () -> patients.find(ORGANIZATION, Patients.Query.ofWords("19777"), 21));
    all.put(
        "a patient named by a number", () -> patients.identified(ORGANIZATION, "urn:mrn", "777"));
    all.put("stays of patients", () -> encounters.current(ORGANIZATION, wanted));
    all.put(
        "messages by name",
        () ->
            mailbox.named(
                ORGANIZATION,
                List.of(new SenderName(party, new BusinessIdentifier("urn:app", "777")))));
    all.put("conversations", () -> mailbox.hold(ORGANIZATION, wanted));
    all.put("places of messages", () -> mailbox.places(ORGANIZATION, wanted));
    all.put("sealed messages", () -> messages.openThese(ORGANIZATION, wanted));
    all.put("messages taken back", () -> messages.takenBack(ORGANIZATION, wanted));
    all.put("whom messages addressed", () -> messages.addressees(ORGANIZATION, wanted));
    return all;
  }

  private void fill() {
    insert("inbound_key", "? , 'lab', n::text, n::text::bytea, '', now()");
    insert("patient", "%1$s, ?, n::text, '{}', null, null, false, true, null, 1, now()");
    insert("patient_identifier", "?, %1$s, 'urn:mrn', n::text, 'MR', true, 0");
    insert(
        "encounter",
        "%1$s, ?, %1$s, 'urn:visit', n::text, 'I', null, null, null, now(), 'in-progress'");
    insert("data_key", "%1$s, ?, 'conversation', n::text, '', 'ring', 1, now()");
    insert("conversation", "%1$s, ?, %1$s, '', %1$s, 1, '', now(), now()");
    insert(
        "message (id, organization_id, conversation_id, ordinal, author_party, author_identifier, author_name,"
            + " author_profession, author_department, authentication_level, priority, sent_at, recorded_only, sealed, commitment)",
        "%1$s, ?, %1$s, 1, 'Device/' || %1$s, '', '', '', '', '', 'routine', now(), false, '', ''");
    insert("message_identifier", "?, 'Device/" + one + "', 'urn:app', n::text, %1$s");
    insert("addressee", "%1$s, ?, 'Practitioner/' || %1$s, '', '', 0");
    insert("retraction", "%1$s, ?, %1$s, 'wrong-content', '', '', false, now()");
    insert(
        "recipient_state",
        "%1$s, ?, %1$s, 'Practitioner/x', '', null, false, 'sent', 10, '', 1, now()");
  }

  private void insert(String table, String values) {
    String id = "('" + key + "' || lpad(n::text, 12, '0'))::uuid";
    database.update(
        "insert into "
            + table
            + " select "
            + values.formatted(id)
            + " from generate_series(1, ?) n",
        ORGANIZATION,
        ROWS);
  }

  /** Nothing is sealed here, and nothing opened. */
  private static final class NoRing implements KeyRing {
    @Override
    public WrappedKey wrap(byte[] dataKey, byte[] associated) {
      throw new IllegalStateException("sealed");
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, byte[] associated) {
      return new byte[32];
    }
  }
}
