package org.wardline.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.wardline.launcher.RunningSystem;

/** A limit of the machine: rows written by plain JDBC, so many to a commit. */
final class CommitLimit implements Contender {
  private final RunningSystem system;
  private final int size;

  CommitLimit(RunningSystem system, int size) {
    this.system = system;
    this.size = size;
  }

  @Override
  public String name() {
    return size == 1 ? "limit: one commit per message" : "limit: " + size + " per commit";
  }

  @Override
  public void start() {
    // the database is there
  }

  @Override
  public Client client() throws SQLException {
    Connection connection = system.database(BenchTables.DATABASE);
    connection.setAutoCommit(false);
    return new Client() {
      @Override
      public void operate(String id) throws SQLException {
        List<String> ids =
            size == 1 ? List.of(id) : IntStream.range(0, size).mapToObj(i -> id + "." + i).toList();
        BenchTables.write(connection, ids);
      }

      @Override
      public void close() throws SQLException {
        connection.close();
      }
    };
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Long> processes() {
    return List.of();
  }

  @Override
  public Kept kept(String prefix) throws SQLException {
    try (Connection connection = system.database(BenchTables.DATABASE)) {
      return BenchTables.kept(
          connection, "select count(*), count(distinct id) from message where id like ?", prefix);
    }
  }

  @Override
  public void close() {
    // nothing was started
  }
}
