package org.wardline.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.RunningSystem;

/** A limit of the machine: rows of 2 kB found by an index with plain JDBC, nothing recorded. */
final class IndexLimit implements Contender {
  private static final int OWNERS = 100;

  private final RunningSystem system;
  private final int rows;
  private final int page;

  /**
   * Of a table that is made for it.
   *
   * @param rows in the table
   * @param page how many of an owner's newest are read; 1 reads one by its key
   */
  IndexLimit(RunningSystem system, int rows, int page) {
    this.system = system;
    this.rows = rows;
    this.page = page;
  }

  @Override
  public String name() {
    return page == 1 ? "limit: row by key" : "limit: newest " + page + " by index";
  }

  @Override
  public void start() throws SQLException {
    try (Connection connection = system.database(BenchTables.DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists document");
      statement.execute(
          "create table document (id bigint primary key, owner integer not null, body bytea not null)");
      statement.execute("alter table document alter column body set storage plain");
      statement.execute(
          "insert into document select n, n % "
              + OWNERS
              + ", decode(repeat(md5(n::text), 64), 'hex') from generate_series(1, "
              + rows
              + ") n");
      statement.execute("create index document_owner on document (owner, id)");
      statement.execute("analyze document");
    }
  }

  @Override
  public Client client() throws SQLException {
    Connection connection = system.database(BenchTables.DATABASE);
    PreparedStatement statement =
        connection.prepareStatement(
            page == 1
                ? "select body from document where id = ?"
                : "select body from document where owner = ? order by id desc limit " + page);
    return new Client() {
      @Override
      public void operate(String id) throws SQLException {
        statement.setLong(1, Math.floorMod(id.hashCode(), page == 1 ? rows : OWNERS) + 1L);
        try (ResultSet found = statement.executeQuery()) {
          while (found.next()) {
            found.getBytes(1);
          }
        }
      }

      @Override
      public void close() throws SQLException {
        connection.close();
      }
    };
  }

  @Override
  public List<Long> processes() {
    return List.of();
  }

  @Override
  public @Nullable Kept kept(String prefix) {
    return null;
  }

  @Override
  public void close() {
    // the database is dropped by the next run
  }
}
