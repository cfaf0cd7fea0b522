package org.wardline.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL with the real migrations and the two real roles; one for all tests of the
 * module.
 */
public final class TestDatabase {
  public static final UUID ORGANIZATION = UUID.fromString("01900000-0000-7000-8000-000000000001");
  private static final TestDatabase INSTANCE = start();

  private final PGSimpleDataSource owner;
  private final PGSimpleDataSource application;
  private static final ThreadLocal<Connection> CURRENT = new ThreadLocal<>();

  private TestDatabase(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role wardline_owner login");
      statement.execute("create role wardline_app login");
      statement.execute("create database wardline owner wardline_owner");
    }
    owner = source(postgres.getJdbcUrl("wardline_owner", "wardline"));
    application = source(postgres.getJdbcUrl("wardline_app", "wardline"));
    application.setOptions(WardlineDataSource.PLANS);
    Migrations.run(owner, "wardline_app");
    Database database = new Database(application);
    database.update("insert into organization (id, name) values (?, 'Test')", ORGANIZATION);
    database.first("select make_partitions(1)", row -> true);
  }

  public static TestDatabase get() {
    return INSTANCE;
  }

  /** One in which nothing is yet. */
  public static TestDatabase fresh() {
    return start();
  }

  /** As the application's role, in the transaction of {@link #inTransaction} when there is one. */
  public Database application() {
    DataSource shared =
        (DataSource)
            Proxy.newProxyInstance(
                TestDatabase.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) ->
                    CURRENT.get() == null
                        ? application.getConnection()
                        : unclosable(CURRENT.get()));
    return new Database(shared);
  }

  /** As the owner of the tables: what an intruder with the database in his hands could do. */
  public Database owner() {
    return new Database(owner);
  }

  /** All or nothing, as the container does it. */
  public void inTransaction(Runnable work) {
    try (Connection connection = application.getConnection()) {
      connection.setAutoCommit(false);
      CURRENT.set(connection);
      try {
        work.run();
        connection.commit();
      } catch (RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        CURRENT.remove();
      }
    } catch (SQLException e) {
      throw new StoreException(e);
    }
  }

  /**
   * Rows that this transaction ({@link #inTransaction}) fetched from tables, by an index or not.
   */
  public long rowsRead() {
    return application()
        .first(
            "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as n from pg_stat_xact_user_tables",
            row -> row.number("n"))
        .orElseThrow();
  }

  private static Connection unclosable(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            TestDatabase.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                return method.getName().equals("close")
                    ? null
                    : method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static PGSimpleDataSource source(String url) {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  private static TestDatabase start() {
    try {
      return new TestDatabase(
          EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start());
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
