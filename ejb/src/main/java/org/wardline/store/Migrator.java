package org.wardline.store;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.setting.Settings;

/**
 * Brings the schema up to date before anything else starts, and makes the partitions of the coming
 * months.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
@SuppressWarnings("NullAway.Init")
public class Migrator {
  private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);
  private static final int MONTHS_AHEAD = 3;
  private static final int CONNECT_SECONDS = 5;

  /** The longest that one step of a migration may take. */
  private static final int MIGRATION_SECONDS = 1800;

  @Inject private Settings settings;
  @Inject private SharedClock clock;

  @Resource(lookup = "java:app/jdbc/wardline")
  private DataSource application;

  @PostConstruct
  void migrate() {
    if (settings.file("wardline.db.owner.password.file").isPresent()) {
      var owner = new PGSimpleDataSource();
      owner.setUrl(settings.text("wardline.db.url"));
      owner.setConnectTimeout(CONNECT_SECONDS);
      owner.setSocketTimeout(MIGRATION_SECONDS);
      owner.setUser(settings.text("wardline.db.owner.user"));
      owner.setPassword(settings.secret("wardline.db.owner.password.file"));
      Migrations.run(owner, settings.text("wardline.db.user"));
    }
    var database = new Database(application);
    clock.read(database);
    database.update(
        "insert into organization (id, name) values (?, ?) on conflict (id) do nothing",
        settings.organization(),
        settings.text("wardline.organization.name"));
    partitions();
    LOG.info("database ready");
  }

  /**
   * Comes back when the schema is up to date: for what starts in another module, where a dependency
   * by name is not portable.
   */
  public void awaitReady() {
    LOG.debug("database was ready");
  }

  /** Daily: partitions are made long before their month begins. */
  @Schedule(hour = "2", persistent = false)
  void partitions() {
    new Database(application).first("select make_partitions(?)", row -> true, MONTHS_AHEAD);
  }
}
