package org.wardline.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shape of rows that are written to one table: its columns with their types, and what happens
 * when a row is there already. Made once, as a constant beside the code that writes the table.
 */
public final class Table {
  private static final String ONCE = "do nothing returning 1";

  private final String name;
  private final List<Column> columns;
  private final List<String> key;
  private final String onConflict;

  private Table(String name, List<Column> columns, List<String> key, String onConflict) {
    this.name = name;
    this.columns = columns;
    this.key = key;
    this.onConflict = onConflict;
  }

  /** A column and its PostgreSQL type, such as {@code uuid} or {@code text[]}. */
  record Column(String name, String type) {
    /** A row's own array travels as a literal: arrays of arrays would be flattened. */
    boolean array() {
      return type.endsWith("[]");
    }
  }

  /**
   * A table.
   *
   * @param columns each as {@code name type}
   */
  public static Table of(String name, String... columns) {
    return new Table(
        name,
        Arrays.stream(columns)
            .map(c -> c.split(" ", 2))
            .map(parts -> new Column(parts[0], parts[1]))
            .toList(),
        List.of(),
        "");
  }

  /**
   * The same, where a row may be there already. Rows are written in the order of the key, so that
   * two transactions that write the same ones do not wait for each other for ever.
   *
   * @param key columns of the key, divided by commas
   * @param action what is done then, such as {@code do nothing}
   */
  public Table onConflict(String key, String action) {
    return new Table(
        name, columns, List.of(key.split(", ")), " on conflict (" + key + ") " + action);
  }

  /**
   * The same, where a row that is there already ends the transaction, of which there must be one
   * ({@link StoreException#duplicate}). The database itself takes that for no fault: its log stays
   * clean of what is an everyday event.
   *
   * @param key columns of the key, divided by commas
   */
  public Table once(String key) {
    return onConflict(key, ONCE);
  }

  /** Whether all rows must be new. */
  boolean once() {
    return onConflict.endsWith(ONCE);
  }

  /** Tables of one statement are written in the order of their names, for the same reason. */
  static Comparator<Table> order() {
    return Comparator.comparing((Table t) -> t.name).thenComparing(t -> t.onConflict);
  }

  /** The order in which rows are written: by the key, or as they were added. */
  List<@Nullable Object[]> ordered(List<@Nullable Object[]> rows) {
    if (key.isEmpty() || rows.size() < 2) {
      return rows;
    }
    int[] places = key.stream().mapToInt(this::place).toArray();
    return rows.stream()
        .sorted(
            Comparator.comparing(
                row ->
                    Arrays.stream(places)
                        .mapToObj(place -> text(row[place]))
                        .collect(Collectors.joining("\0"))))
        .toList();
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }

  List<Column> columns() {
    return columns;
  }

  /**
   * Where a column stands.
   *
   * @throws IllegalArgumentException when the table has no such column
   */
  int place(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException("column: " + column);
  }

  /** The statement: one parameter, an array, for each column. */
  String insert() {
    String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
    String values =
        columns.stream()
            .map(c -> c.array() ? "u." + c.name() + "::" + c.type() : "u." + c.name())
            .collect(Collectors.joining(", "));
    String parameters =
        columns.stream()
            .map(c -> "?::" + (c.array() ? "text" : c.type()) + "[]")
            .collect(Collectors.joining(", "));
    return "insert into %s (%s) select %s from unnest(%s) as u(%s)%s"
        .formatted(name, names, values, parameters, names, onConflict);
  }
}
