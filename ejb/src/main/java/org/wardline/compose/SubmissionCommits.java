package org.wardline.compose;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.EJB;
import jakarta.ejb.EJBException;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.util.List;
import org.wardline.compose.Submission.Outcome;
import org.wardline.setting.Settings;
import org.wardline.store.GroupCommit;

/** Commits together what people and machines submit at the same time. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@SuppressWarnings("NullAway.Init")
public class SubmissionCommits {
  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private SubmissionQueue queue;

  @EJB private SubmissionBatch batch; // not @Inject: see docs/performance.md

  @PostConstruct
  void start() {
    queue.open(new GroupCommit<>(GroupCommit.Bounds.of(settings), threads, this::write));
  }

  @PreDestroy
  void stop() {
    queue.close();
  }

  private List<Outcome> write(List<Submission> submissions) {
    try {
      return batch.commit(submissions);
    } catch (EJBException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
