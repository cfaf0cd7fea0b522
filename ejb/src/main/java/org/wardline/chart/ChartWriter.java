package org.wardline.chart;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ChartRecord;
import org.wardline.message.ChartRecord.Code;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.Table;

/** Keeps what systems tell about patients. The same thing told again is a new version of it. */
@Singleton
public class ChartWriter {
  static final String PURPOSE = "chart";
  static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);
  private static final Table RECORD =
      Table.of(
              "chart_record",
              "organization_id uuid",
              "id uuid",
              "type text",
              "patient_id uuid",
              "visit_system text",
              "visit_number text",
              "code_system text",
              "code text",
              "status text",
              "at timestamptz",
              "data_key_id uuid",
              "sealed bytea",
              "inbound_id uuid",
              "updated_at timestamptz",
              "coded_version integer",
              "coding integer")
          .onConflict(
              "organization_id, id",
              """
              do update set
                patient_id = excluded.patient_id,
                visit_system = case when excluded.visit_number = '' then chart_record.visit_system else excluded.visit_system end,
                visit_number = case when excluded.visit_number = '' then chart_record.visit_number else excluded.visit_number end,
                code_system = excluded.code_system, code = excluded.code, status = excluded.status, at = excluded.at,
                data_key_id = excluded.data_key_id, sealed = excluded.sealed, inbound_id = excluded.inbound_id,
                version = chart_record.version + 1, updated_at = excluded.updated_at""");
  private static final Table CODE =
      Table.of(
              "chart_code",
              "organization_id uuid",
              "record_id uuid",
              "parameter text",
              "system text",
              "code text")
          .onConflict("organization_id, record_id, parameter, system, code", "do nothing");
  private static final Table IDENTIFIER =
      Table.of(
              "chart_identifier",
              "organization_id uuid",
              "record_id uuid",
              "system text",
              "value text")
          .onConflict("organization_id, record_id, system, value", "do nothing");

  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  public ChartWriter(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /**
   * What was told.
   *
   * @param patient null for what is of no patient, such as an organization
   * @param inbound the message that told it; null when it came otherwise
   */
  public record Told(@Nullable UUID patient, @Nullable UUID inbound, ChartRecord record) {}

  /** Adds what was told, each record once. */
  public void add(RowBatch rows, UUID organization, Collection<Told> told) {
    Instant now = keys.now();
    for (Told each : told) {
      ChartRecord record = each.record();
      DataKey key = dataKeys.of(organization, PURPOSE, MONTH.format(now));
      rows.add(
          RECORD,
          organization,
          record.id(),
          record.type(),
          each.patient(),
          record.visitSystem(),
          record.visitNumber(),
          record.codeSystem(),
          record.code(),
          record.status(),
          record.at(),
          key.id(),
          Seal.seal(
              key.material(),
              record.json().getBytes(StandardCharsets.UTF_8),
              associated(organization, record.id())),
          each.inbound(),
          now,
          1, // of a new one; of a new version the codes before are taken away later
          1); // the same
      addCodes(rows, organization, record.id(), record.further());
      for (BusinessIdentifier identifier : record.identifiers()) {
        rows.add(IDENTIFIER, organization, record.id(), identifier.system(), identifier.value());
      }
    }
  }

  static void addCodes(RowBatch rows, UUID organization, UUID id, Collection<Code> codes) {
    codes.forEach(
        code -> rows.add(CODE, organization, id, code.parameter(), code.system(), code.code()));
  }

  /**
   * Says what became of records that came before; nothing of them is deleted.
   *
   * @param statuses FHIR status by id
   */
  public void withdraw(UUID organization, Map<UUID, String> statuses) {
    statuses.forEach(
        (id, status) ->
            database.update(
                """
                update chart_record set status = ?, version = version + 1, updated_at = ?,
                  coded_version = coded_version + (coded_version = version)::int, coding = coding + (coding = version)::int
                where organization_id = ? and id = ? and status <> ?""",
                status,
                keys.now(),
                organization,
                id,
                status));
  }

  /** What belongs to a stay goes with it to the patient whose stay it was. */
  public int moveVisit(UUID organization, String system, String number, UUID patient) {
    return database.update(
        """
        update chart_record set patient_id = ?, version = version + 1, updated_at = ?,
          coded_version = coded_version + (coded_version = version)::int, coding = coding + (coding = version)::int
        where organization_id = ? and visit_system = ? and visit_number = ? and patient_id <> ?""",
        patient,
        keys.now(),
        organization,
        system,
        number,
        patient);
  }

  static byte[] associated(UUID organization, UUID id) {
    return ("chart\n" + organization + "\n" + id).getBytes(StandardCharsets.UTF_8);
  }
}
