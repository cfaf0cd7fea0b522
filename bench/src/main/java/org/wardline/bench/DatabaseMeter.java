package org.wardline.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.wardline.launcher.RunningSystem;

/**
 * What the database did: flushes of its log and bytes in it (PostgreSQL 18, pg_stat_io and
 * pg_stat_wal).
 */
final class DatabaseMeter implements AutoCloseable {
  private final Connection connection;
  private final long process;

  DatabaseMeter(RunningSystem system) throws SQLException {
    connection = system.database("postgres");
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::bigint")) {
      row.next();
      process = row.getLong(1);
    }
  }

  /** A reading: flushes, bytes of the log, milliseconds of CPU. */
  record Reading(long flushes, double bytes, double millis) {}

  Reading read() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select (select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal'),
                  (select wal_bytes from pg_stat_wal)""")) {
      row.next();
      return new Reading(row.getLong(1), row.getDouble(2), ProcessClock.millisOfFamily(process));
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
