package org.wardline.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement that grows by conditions, each with its values, in the order of its placeholders. */
public final class Conditions {
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  private final StringBuilder sql;
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * Begins it.
   *
   * @param statement up to its first condition, which must be there
   */
  public Conditions(String statement, @Nullable Object... values) {
    this.sql = new StringBuilder(statement);
    this.values.addAll(Arrays.asList(values));
  }

  /** Another condition. */
  public Conditions and(String condition, Object... wanted) {
    sql.append(" and ").append(condition);
    values.addAll(Arrays.asList(wanted));
    return this;
  }

  /**
   * What stands between two lists of conditions; the second begins with a condition of its own.
   *
   * @param wanted values of its placeholders
   */
  public Conditions then(String clauses, Object... wanted) {
    sql.append(clauses);
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

  /**
   * Only rows whose key was made then: this leads to them, and passes over the partitions of other
   * months.
   *
   * @param key column of UUIDs of version 7
   * @param from null does not restrict
   * @param until before this; null does not restrict
   */
  public Conditions made(String key, @Nullable Instant from, @Nullable Instant until) {
    if (from != null) {
      and(key + " >= version7_floor(?)", within(from));
    }
    if (until != null) {
      and(key + " < version7_floor(?)", within(until));
    }
    return this;
  }

  /** Keys hold milliseconds since 1970 in 48 bits; who asks for the year 1 gets all the same. */
  private static Instant within(Instant at) {
    return at.isBefore(Instant.EPOCH) ? Instant.EPOCH : at.isAfter(LAST) ? LAST : at;
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
