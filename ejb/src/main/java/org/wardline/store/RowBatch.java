package org.wardline.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of several tables that are written together, by one statement and in one round trip however
 * many they are. Rows of a table keep the order in which they were added, but where they may be
 * there already. Not for use by two threads.
 */
public final class RowBatch {
  private static final Map<List<Table>, String> STATEMENTS = new ConcurrentHashMap<>();

  /** Types whose values need no quotes within an array. */
  private static final Set<String> BARE =
      Set.of("uuid", "timestamptz", "boolean", "smallint", "integer", "bigint");

  private final Map<Table, List<@Nullable Object[]>> rows = new TreeMap<>(Table.order());

  /**
   * Adds a row.
   *
   * @param values one for each column, in the order of the table
   */
  public RowBatch add(Table table, @Nullable Object... values) {
    if (values.length != table.columns().size()) {
      throw new IllegalArgumentException("values: " + table.columns().size());
    }
    rows.computeIfAbsent(table, t -> new ArrayList<>()).add(values);
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * What the added rows of a table have in one column, each once, in the order in which they were
   * added; empty when there are none. A column that may be null is not asked for.
   */
  public Set<Object> values(Table table, String column) {
    int place = table.place(column);
    var found = new LinkedHashSet<Object>();
    rows.getOrDefault(table, List.of())
        .forEach(row -> found.add(Objects.requireNonNull(row[place])));
    return found;
  }

  /** How many rows the statement must tell to be new; -1 when it tells nothing. */
  int mustBeNew() {
    return rows.entrySet().stream()
        .filter(entry -> entry.getKey().once())
        .mapToInt(entry -> entry.getValue().size())
        .reduce(-1, (all, some) -> Math.max(all, 0) + some);
  }

  /**
   * The rows of the tables in one statement with a common table expression; its result is the
   * number of new rows, where they {@linkplain Table#once must be new}.
   */
  String statement() {
    return STATEMENTS.computeIfAbsent(List.copyOf(rows.keySet()), RowBatch::compose);
  }

  /**
   * PostgreSQL runs the statement behind the common table expressions first, with those that it
   * asks, and the others always in one order: were it one of the tables, the order of writing would
   * depend on which of them have rows.
   */
  private static String compose(List<Table> tables) {
    String told =
        tables.stream()
            .filter(Table::once)
            .map(t -> "(select count(*) from w" + tables.indexOf(t) + ")")
            .collect(Collectors.joining(" + "));
    return tables.size() == 1 && told.isEmpty()
        ? tables.get(0).insert()
        : tables.stream()
            .map(t -> "w" + tables.indexOf(t) + " as (" + t.insert() + ")")
            .collect(Collectors.joining(", ", "with ", " select " + (told.isEmpty() ? "1" : told)));
  }

  /** One array for each parameter of the statement. */
  List<Parameter> parameters() {
    var parameters = new ArrayList<Parameter>();
    rows.forEach(
        (table, added) -> {
          List<@Nullable Object[]> of = table.ordered(added);
          for (int i = 0; i < table.columns().size(); i++) {
            parameters.add(parameter(table.columns().get(i), of, i));
          }
        });
    return parameters;
  }

  /** The values of one column, in the form that costs the driver least. */
  sealed interface Parameter {
    /** As an array of the driver; of text and bytes it sends the bytes themselves. */
    record Values(String type, @Nullable Object[] values) implements Parameter {}

    /** As PostgreSQL writes an array (manual, section 8.15.2). */
    record Literal(String array) implements Parameter {}
  }

  private static Parameter parameter(
      Table.Column column, List<@Nullable Object[]> rows, int index) {
    if (BARE.contains(column.type())) {
      var literal = new StringJoiner(",", "{", "}");
      rows.forEach(row -> literal.add(row[index] == null ? "null" : row[index].toString()));
      return new Parameter.Literal(literal.toString());
    }
    if (column.type().equals("bytea")) {
      byte[][] bytes = new byte[rows.size()][];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte[]) rows.get(i)[index];
      }
      return new Parameter.Values("bytea", bytes);
    }
    boolean text = column.array() || column.type().equals("text");
    @Nullable Object[] values = text ? new String[rows.size()] : new Object[rows.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = element(column, rows.get(i)[index]);
      values[i] = text && value != null ? value.toString() : value;
    }
    return new Parameter.Values(text ? "text" : column.type(), values);
  }

  private static @Nullable Object element(Table.Column column, @Nullable Object value) {
    if (!column.array() || value == null) {
      return value;
    }
    return Arrays.stream((Object[]) value)
        .map(RowBatch::quoted)
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** PostgreSQL manual, section 8.15.6: quoted, with backslashes before quotes and backslashes. */
  private static String quoted(Object element) {
    return element instanceof UUID
        ? element.toString()
        : '"' + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
