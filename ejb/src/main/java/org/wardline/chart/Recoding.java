package org.wardline.chart;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.crypto.SealBrokenException;
import org.wardline.mapping.fhir.ChartCodes;
import org.wardline.message.ChartRecord.Code;
import org.wardline.store.Database;
import org.wardline.store.RowBatch;

/**
 * Brings the codes by which records are found to those of the newest version: of records that were
 * kept before codes were, or by a node that does not know of them, and of those that changed.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Recoding {
  private static final Logger LOG = LoggerFactory.getLogger(Recoding.class);
  private static final int MOST = 200;

  @Inject private Database database;
  @Inject private DataKeys dataKeys;

  private record Stale(UUID organization, UUID id, int version, List<Code> codes) {}

  /**
   * The next of them, in a transaction of their own; who writes one of them meanwhile waits or is
   * waited for.
   *
   * @return how many; 0 when there is nothing left to do
   */
  public int next() {
    List<Stale> stale =
        database.list(
            """
            select organization_id, id, version, data_key_id, sealed from chart_record
            where coded_version <> version order by organization_id, id limit %d
            for update skip locked"""
                .formatted(MOST),
            this::open);
    if (stale.isEmpty()) {
      return 0;
    }
    var rows = new RowBatch();
    for (Stale each : stale) {
      database.update(
          "delete from chart_code where organization_id = ? and record_id = ?",
          each.organization(),
          each.id());
      ChartWriter.addCodes(rows, each.organization(), each.id(), each.codes());
    }
    database.write(rows);
    for (Stale each : stale) {
      database.update(
          "update chart_record set coded_version = ? where organization_id = ? and id = ?",
          each.version(),
          each.organization(),
          each.id());
    }
    return stale.size();
  }

  private Stale open(Database.Row row) throws SQLException {
    UUID organization = row.uuid("organization_id");
    UUID id = row.uuid("id");
    return new Stale(organization, id, row.integer("version"), codes(organization, id, row));
  }

  /** One that is not what was kept cannot be found by its codes, and keeps no other waiting. */
  private List<Code> codes(UUID organization, UUID id, Database.Row row) throws SQLException {
    try {
      byte[] json =
          Seal.open(
              dataKeys.byId(row.uuid("data_key_id")).material(),
              row.bytes("sealed"),
              ChartWriter.associated(organization, id),
              "chart record " + id);
      return ChartCodes.further(new String(json, StandardCharsets.UTF_8));
    } catch (SealBrokenException e) {
      LOG.error("chart record {}: the seal is broken, and its codes are not known", id);
      return List.of();
    }
  }
}
