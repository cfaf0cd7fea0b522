package org.wardline.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

/** Gives the stages the container's data source. */
@SuppressWarnings("NullAway.Init")
public class DatabaseSource {
  @Resource(lookup = "java:app/jdbc/wardline")
  private DataSource source;

  @Produces
  @Singleton
  Database database() {
    return new Database(source);
  }
}
