package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * What the identity provider is still to be told: kept in the transaction of the act, told as soon
 * as it answers. Telling it twice does no harm.
 */
@Singleton
public class IdentityTasks {
  private final Database database;
  private final Keys keys;

  @Inject
  public IdentityTasks(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** What it is to do. */
  public enum Kind {
    END_SESSION,
    END_ALL_SESSIONS,
    ALLOW_CODE,
    ALLOW_PASSKEY,
    END_ENROLMENT,
    REMOVE_FACTORS
  }

  /**
   * One thing to tell.
   *
   * @param subject the person, as the identity provider knows him
   * @param sid its session; empty when it is about no single one
   */
  public record Task(UUID id, Kind kind, String subject, String sid) {}

  public void add(Kind kind, String subject, String sid) {
    database.update(
        "insert into identity_task (id, kind, subject, sid, asked_at) values (?, ?, ?, ?, ?)",
        keys.next(),
        kind.name(),
        subject,
        sid,
        keys.now());
  }

  /** The oldest first. */
  public List<Task> next(int most) {
    return database.list(
        "select * from identity_task order by seq limit ?",
        row ->
            new Task(
                row.uuid("id"),
                Kind.valueOf(row.text("kind")),
                row.text("subject"),
                row.text("sid")),
        most);
  }

  public void done(Task task) {
    database.update("delete from identity_task where id = ?", task.id());
  }
}
