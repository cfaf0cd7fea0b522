package org.wardline.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Plain SQL in the transaction of the caller. Values are always bound, never part of the statement.
 * Any fault of the database is a {@link StoreException}.
 */
public class Database {
  private final DataSource source;

  /** A database behind a data source that knows the caller's transaction. */
  public Database(DataSource source) {
    this.source = source;
  }

  /** Makes a value of the current row. */
  public interface RowMapper<T> {
    T map(Row row) throws SQLException;
  }

  /** Runs a statement that changes rows and gives their number. */
  public int update(String sql, @Nullable Object... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = bind(connection, sql, values)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new StoreException(e);
    }
  }

  /**
   * Writes the rows of a batch in one statement; nothing happens when it is empty.
   *
   * @throws StoreException {@linkplain StoreException#duplicate duplicate} when one that must be
   *     new is there already
   */
  public void write(RowBatch batch) {
    if (batch.isEmpty()) {
      return;
    }
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(batch.statement())) {
      int index = 0;
      for (RowBatch.Parameter parameter : batch.parameters()) {
        index++;
        if (parameter instanceof RowBatch.Parameter.Literal literal) {
          statement.setObject(index, literal.array(), Types.OTHER);
        } else if (parameter instanceof RowBatch.Parameter.Values column) {
          statement.setArray(index, connection.createArrayOf(column.type(), column.values()));
        }
      }
      statement.execute();
      int mustBeNew = batch.mustBeNew();
      if (mustBeNew >= 0 && firstNumber(statement) < mustBeNew) {
        throw StoreException.duplicateRow();
      }
    } catch (SQLException e) {
      throw new StoreException(e);
    }
  }

  private static long firstNumber(PreparedStatement done) throws SQLException {
    try (ResultSet rows = done.getResultSet()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Runs a statement that gives rows. */
  public <T> List<T> list(String sql, RowMapper<T> mapper, @Nullable Object... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = bind(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      var found = new ArrayList<T>();
      while (rows.next()) {
        found.add(mapper.map(new Row(rows)));
      }
      return found;
    } catch (SQLException e) {
      throw new StoreException(e);
    }
  }

  /** The first row, if there is one. */
  public <T> Optional<T> first(String sql, RowMapper<T> mapper, @Nullable Object... values) {
    List<T> found = list(sql, mapper, values);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  private static PreparedStatement bind(
      Connection connection, String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, bound(connection, values[i]));
    }
    return statement;
  }

  private static @Nullable Object bound(Connection connection, @Nullable Object value)
      throws SQLException {
    if (value instanceof Instant instant) {
      return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
    if (value instanceof Object[] array) {
      return connection.createArrayOf(elementType(array), array);
    }
    return value;
  }

  private static String elementType(Object[] array) {
    if (array instanceof UUID[]) {
      return "uuid";
    }
    if (array instanceof Integer[]) {
      return "integer";
    }
    if (array instanceof Long[]) {
      return "bigint";
    }
    if (array instanceof Instant[]) {
      return "timestamptz";
    }
    if (array instanceof byte[][]) {
      return "bytea";
    }
    return array instanceof Boolean[] ? "boolean" : "text";
  }

  /** The current row. */
  public static final class Row {
    private final ResultSet rows;

    private Row(ResultSet rows) {
      this.rows = rows;
    }

    public String text(String column) throws SQLException {
      return rows.getString(column);
    }

    public @Nullable String textOrNull(String column) throws SQLException {
      return rows.getString(column);
    }

    public UUID uuid(String column) throws SQLException {
      return rows.getObject(column, UUID.class);
    }

    public @Nullable UUID uuidOrNull(String column) throws SQLException {
      return rows.getObject(column, UUID.class);
    }

    public int integer(String column) throws SQLException {
      return rows.getInt(column);
    }

    public long number(String column) throws SQLException {
      return rows.getLong(column);
    }

    public boolean flag(String column) throws SQLException {
      return rows.getBoolean(column);
    }

    public @Nullable Boolean flagOrNull(String column) throws SQLException {
      boolean value = rows.getBoolean(column);
      return rows.wasNull() ? null : value;
    }

    public byte[] bytes(String column) throws SQLException {
      return rows.getBytes(column);
    }

    public Instant instant(String column) throws SQLException {
      return rows.getTimestamp(column).toInstant();
    }

    public @Nullable Instant instantOrNull(String column) throws SQLException {
      Timestamp value = rows.getTimestamp(column);
      return value == null ? null : value.toInstant();
    }

    /** An array of text. */
    public List<String> texts(String column) throws SQLException {
      return List.of((String[]) rows.getArray(column).getArray());
    }

    /** An array of arrays of text, each of the same length; what is null in them stays null. */
    public List<String[]> rows(String column) throws SQLException {
      Object[] found = (Object[]) rows.getArray(column).getArray();
      return Stream.of(found).map(String[].class::cast).toList();
    }
  }
}
