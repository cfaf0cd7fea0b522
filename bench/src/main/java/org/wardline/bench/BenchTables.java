package org.wardline.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.wardline.launcher.RunningSystem;

/** A database of its own for limits and peers: a message of 2 kB and an audit row for each. */
final class BenchTables {
  static final String DATABASE = "bench";
  private static final byte[] BODY = new byte[2048];
  private static final byte[] AUDIT = new byte[1024];

  private BenchTables() {}

  static void make(RunningSystem system) throws SQLException {
    try (Connection connection = system.database("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + DATABASE);
      statement.execute("create database " + DATABASE);
    }
    try (Connection connection = system.database(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table message (id text not null, body bytea not null, at timestamptz not null default now())");
      statement.execute("create index message_id on message (id)");
      statement.execute(
          "create table audit (id text not null, record bytea not null, at timestamptz not null default now())");
      statement.execute("alter table message alter column body set storage plain");
    }
    java.util.concurrent.ThreadLocalRandom.current().nextBytes(BODY);
  }

  /** Writes messages with their audit rows; commits. */
  static void write(Connection connection, List<String> ids) throws SQLException {
    try (PreparedStatement message =
            connection.prepareStatement("insert into message (id, body) values (?, ?)");
        PreparedStatement audit =
            connection.prepareStatement("insert into audit (id, record) values (?, ?)")) {
      for (String id : ids) {
        message.setString(1, id);
        message.setBytes(2, BODY);
        audit.setString(1, id);
        audit.setBytes(2, AUDIT);
        if (ids.size() == 1) {
          message.executeUpdate();
          audit.executeUpdate();
        } else {
          message.addBatch();
          audit.addBatch();
        }
      }
      if (ids.size() > 1) {
        message.executeBatch();
        audit.executeBatch();
      }
    }
    connection.commit();
  }

  static Contender.Kept kept(Connection connection, String sql, String prefix) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, prefix + "%");
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Contender.Kept(row.getLong(1), row.getLong(2));
      }
    }
  }
}
