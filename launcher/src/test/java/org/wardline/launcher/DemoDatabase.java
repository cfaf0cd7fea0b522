package org.wardline.launcher;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Looks into the database of the running system, and turns its clocks. */
final class DemoDatabase {
  private DemoDatabase() {}

  static String query(String sql) {
    try (Connection connection = DemoSystem.system().database("wardline");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  static void execute(String sql) {
    try (Connection connection = DemoSystem.system().database("wardline");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
