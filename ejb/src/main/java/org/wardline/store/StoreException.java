package org.wardline.store;

import java.sql.SQLException;

/**
 * The database did not do what it must: the attempt stops, the transaction rolls back. Holds the
 * SQL state, never a value.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String state;

  public StoreException(SQLException cause) {
    super("database: SQL state " + cause.getSQLState());
    this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
    setStackTrace(cause.getStackTrace());
  }

  /** True when a unique key already holds the value (SQL state 23505). */
  public boolean duplicate() {
    return state.equals("23505");
  }
}
