package org.wardline.export;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An export, as its client sees it.
 *
 * @param request as it was asked
 * @param since only what changed at or after it; null for all
 * @param until the transaction time: nothing that was made after it is in it
 * @param failed when it was given up; null when it was not
 * @param finished when all its files were known; null while they are not
 * @param keptUntil its files can be fetched until then
 * @param files so far
 */
public record ExportView(
    UUID id,
    String request,
    List<BulkType> types,
    @Nullable Instant since,
    Instant until,
    @Nullable Instant failed,
    @Nullable Instant finished,
    Instant keptUntil,
    List<File> files) {

  /** One of its files. */
  public record File(int number, BulkType type, UUID first, UUID last, int entries) {}

  public ExportView {
    types = List.copyOf(types);
    files = List.copyOf(files);
  }

  /** How many resources are in its files so far. */
  public long entries() {
    return files.stream().mapToLong(File::entries).sum();
  }
}
