package org.wardline.chart;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.LongSeal;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * The bytes of photographs and documents, sealed, beside the chart records that say what they are.
 */
@Singleton
public class Contents {
  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  public Contents(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /** Keeps the bytes of a chart record; they are never changed. */
  public void add(UUID organization, UUID record, byte[] content) {
    DataKey key =
        dataKeys.of(organization, ChartWriter.PURPOSE, ChartWriter.MONTH.format(keys.now()));
    database.update(
        "insert into chart_content (organization_id, record_id, data_key_id, sealed) values (?, ?, ?, ?)",
        organization,
        record,
        key.id(),
        LongSeal.seal(key.material(), content, associated(organization, record)));
  }

  /**
   * The bytes of a chart record; empty when it has none.
   *
   * @throws org.wardline.crypto.SealBrokenException when they are not what was kept
   */
  public Optional<byte[]> of(UUID organization, UUID record) {
    return database.first(
        "select data_key_id, sealed from chart_content where organization_id = ? and record_id = ?",
        row ->
            LongSeal.open(
                dataKeys.byId(row.uuid("data_key_id")).material(),
                row.bytes("sealed"),
                associated(organization, record),
                "content of chart record " + record),
        organization,
        record);
  }

  private static byte[] associated(UUID organization, UUID record) {
    return ("content\n" + organization + "\n" + record).getBytes(StandardCharsets.UTF_8);
  }
}
