package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured: Wardline, a peer, or a limit of the machine. */
interface Contender extends AutoCloseable {
  String name();

  /** Makes ready what it needs; once. */
  void start() throws IOException, SQLException;

  Client client() throws IOException, SQLException;

  /** Processes whose work is counted, besides the database's; empty when there is none. */
  List<Long> processes();

  /** How many operations one call of a client stands for. */
  default int size() {
    return 1;
  }

  /**
   * How often what was acknowledged under this prefix is there.
   *
   * @return rows and different identifiers; null when it keeps nothing
   */
  @Nullable Kept kept(String prefix) throws SQLException;

  @Override
  void close() throws IOException, SQLException;

  /** What was found. */
  record Kept(long rows, long different) {}
}
