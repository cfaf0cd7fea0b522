package org.wardline.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement that grows by conditions, each with its values, in the order of its placeholders. */
public final class Conditions {
  private final StringBuilder sql;
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * Begins it.
   *
   * @param statement up to its first condition, which must be there
   */
  public Conditions(String statement, Object... values) {
    this.sql = new StringBuilder(statement);
    this.values.addAll(Arrays.asList(values));
  }

  /** Another condition. */
  public Conditions and(String condition, Object... wanted) {
    sql.append(" and ").append(condition);
    values.addAll(Arrays.asList(wanted));
    return this;
  }

  /** Another condition, unless there is no value. */
  public Conditions andIf(String condition, @Nullable Object wanted) {
    return wanted == null ? this : and(condition, wanted);
  }

  /**
   * Another condition, unless there are no values.
   *
   * @param condition in which each placeholder stands for the array
   */
  public Conditions andAny(String condition, Object[] wanted) {
    if (wanted.length > 0) {
      sql.append(" and ").append(condition);
      condition.chars().filter(c -> c == '?').forEach(placeholder -> values.add(wanted));
    }
    return this;
  }

  /** The statement so far, and what follows its conditions. */
  public String sql(String rest) {
    return sql + rest;
  }

  /** Values for {@link #sql}. */
  public @Nullable Object[] values() {
    return values.toArray();
  }
}
