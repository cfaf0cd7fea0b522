package org.wardline.notice;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import org.wardline.audit.AuditTrail;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.notice.Notices.Waiting;

/** What an attempt changes, in a transaction with its record. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class NoticeSteps {
  private static final String MAIL = "mail server";

  @Inject private Notices notices;
  @Inject private AuditTrail audit;

  /** What waits goes to those who are named now; how many are not to be sent any more. */
  public int readdress() {
    return notices.readdress();
  }

  /** The mail server took it: it is on record, and waits no longer. */
  public void sent(Waiting notice) {
    notices.sent(notice);
    audit.recordSystem(
        notice.organization(),
        AuditAct.EMERGENCY_NOTICE_SENT,
        Outcome.SUCCESS,
        "",
        AuditTrail.system(MAIL, ""),
        List.of(new Entity.Data("urn:uuid:" + notice.access(), List.of())));
  }
}
