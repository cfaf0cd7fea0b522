package org.wardline.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Forward-only migrations, run by the role that owns the tables. */
public final class Migrations {
  private Migrations() {}

  /**
   * Brings the schema up to date; several nodes may try at once, Flyway lets one.
   *
   * @param owner connects as the owner role
   * @param applicationRole role that gets the application's rights
   */
  public static void run(DataSource owner, String applicationRole) {
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(owner)
        .locations("classpath:org/wardline/migrations")
        .placeholders(Map.of("app_role", applicationRole))
        .load()
        .migrate();
  }
}
