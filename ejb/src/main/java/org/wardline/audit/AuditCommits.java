package org.wardline.audit;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import org.wardline.message.AuditRecord;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.GroupCommit;

/**
 * Commits together the records of acts that have no transaction of their own: a statement is a
 * transaction, and a flush serves all who read at that moment.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@SuppressWarnings("NullAway.Init")
public class AuditCommits {
  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private Database database;
  @Inject private AuditQueue queue;

  @PostConstruct
  void start() {
    queue.open(new GroupCommit<>(GroupCommit.Bounds.of(settings), threads, this::write));
  }

  @PreDestroy
  void stop() {
    queue.close();
  }

  private List<Boolean> write(List<List<AuditRecord>> acts) {
    database.write(AuditTrail.rows(acts.stream().flatMap(List::stream).toList()));
    return Collections.nCopies(acts.size(), true);
  }
}
