package org.wardline.chart;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

  /**
   * A record whose codes are to be read.
   *
   * @param codes null when the record is not what was kept, or cannot be read: what stands for it
   *     is left as it is
   * @param at when it is about; null when that is not read out of it
   */
  private record Stale(
      UUID organization, UUID id, @Nullable List<Code> codes, @Nullable Instant at) {}

  /**
   * The next of them, in a transaction of their own; who writes one of them meanwhile waits or is
   * waited for.
   *
   * @return how many; 0 when there is nothing left to do
   * @throws SealBrokenException when a key is not there: all wait for it
   */
  public int next() {
    List<Stale> stale =
        database.list(
            """
            select organization_id, id, data_key_id, sealed from chart_record
            where coded_version <> version or coding <> version order by organization_id, id limit %d
            for update skip locked"""
                .formatted(MOST),
            this::open);
    if (!stale.isEmpty()) {
      List<Stale> opened = stale.stream().filter(each -> each.codes() != null).toList();
      database.update(
          """
          delete from chart_code where (organization_id, record_id) in (select * from unnest(?, ?))""",
          organizations(opened),
          ids(opened));
      var rows = new RowBatch();
      for (Stale each : opened) {
        ChartWriter.addCodes(
            rows, each.organization(), each.id(), Objects.requireNonNull(each.codes()));
      }
      database.write(rows);
      opened.forEach(this::date);
      database.update(
          """
          update chart_record r set coded_version = version, coding = version
          where (organization_id, id) in (select * from unnest(?, ?))""",
          organizations(stale),
          ids(stale));
    }
    return stale.size();
  }

  /** Reports stood at the time when they were issued. */
  private void date(Stale stale) {
    if (stale.at() != null) {
      database.update(
          "update chart_record set at = ? where organization_id = ? and id = ? and at is distinct from ?",
          stale.at(),
          stale.organization(),
          stale.id(),
          stale.at());
    }
  }

  private static UUID[] organizations(List<Stale> all) {
    return all.stream().map(Stale::organization).toArray(UUID[]::new);
  }

  private static UUID[] ids(List<Stale> all) {
    return all.stream().map(Stale::id).toArray(UUID[]::new);
  }

  private Stale open(Database.Row row) throws SQLException {
    UUID organization = row.uuid("organization_id");
    UUID id = row.uuid("id");
    byte[] key = dataKeys.byId(row.uuid("data_key_id")).material();
    try {
      String json =
          new String(
              Seal.open(
                  key,
                  row.bytes("sealed"),
                  ChartWriter.associated(organization, id),
                  "chart record " + id),
              StandardCharsets.UTF_8);
      return new Stale(
          organization, id, ChartCodes.further(json), ChartCodes.reported(json).orElse(null));
    } catch (SealBrokenException e) {
      LOG.error("chart record {}: the seal is broken, and its codes are not known", id);
    } catch (RuntimeException e) { // one that cannot be read keeps no other waiting
      LOG.error("chart record {}: its codes cannot be read: {}", id, e.getClass().getSimpleName());
    }
    return new Stale(organization, id, null, null);
  }
}
