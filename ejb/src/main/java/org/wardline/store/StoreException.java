package org.wardline.store;

import jakarta.ejb.ApplicationException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The database did not do what it must: the attempt stops, the transaction rolls back. Holds the
 * SQL state, never a value.
 */
@ApplicationException(rollback = true)
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String DUPLICATE = "23505";
  private final String state;

  public StoreException(SQLException cause) {
    super("database: SQL state " + cause.getSQLState());
    this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
    setStackTrace(cause.getStackTrace());
  }

  /** A row that must be new is there already. */
  static StoreException duplicateRow() {
    return new StoreException(new SQLException("a row is there already", DUPLICATE));
  }

  /**
   * True when nothing can be kept now, and the sender should try again later: {@link #away}, or too
   * much waits ({@link OverloadedException}).
   */
  public static boolean unavailable(Throwable thrown) {
    for (Throwable fault = thrown; fault != null; fault = fault.getCause()) {
      if (fault instanceof OverloadedException) {
        return true;
      }
    }
    return away(thrown);
  }

  /**
   * True when the database undid the transaction for another one's sake, in a deadlock (40P01) or a
   * conflict (40001): begun anew, it succeeds.
   */
  public static boolean undone(Throwable thrown) {
    String state = state(thrown);
    return "40P01".equals(state) || "40001".equals(state);
  }

  /**
   * True when something is longer than what it is looked up by may be (class 54): sent again, it
   * fails again.
   */
  public static boolean beyondLimits(Throwable thrown) {
    String state = state(thrown);
    return state != null && state.startsWith("54");
  }

  /**
   * True when the database itself is away or cannot keep anything now: no connection (class 08),
   * out of resources such as a full disk (53), an operator's intervention (57), or a read-only
   * server (25006) during a failover; also when it undid the transaction for another one's sake
   * (40): the next attempt succeeds.
   */
  public static boolean away(Throwable thrown) {
    String state = state(thrown);
    return state != null && away(state);
  }

  /** Of the database's fault that led to it; null when there is none, empty when it has none. */
  private static @Nullable String state(Throwable thrown) {
    for (Throwable fault = thrown; fault != null; fault = fault.getCause()) {
      if (fault instanceof StoreException store) {
        return store.state;
      }
      if (fault instanceof SQLException sql) {
        return sql.getSQLState() == null ? "" : sql.getSQLState();
      }
    }
    return null;
  }

  private static boolean away(String state) {
    return state.isEmpty()
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("40")
        || state.startsWith("57")
        || state.equals("25006");
  }

  /** True when a unique key already holds the value (SQL state 23505). */
  public boolean duplicate() {
    return state.equals(DUPLICATE);
  }
}
