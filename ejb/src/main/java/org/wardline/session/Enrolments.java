package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.session.IdentityTasks.Kind;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * The right to enrol a first second factor, which is the weak moment of two-factor sign-in: an
 * administrator gives it to somebody who stands before him, for a few minutes, and it is gone once
 * used.
 */
@Singleton
public class Enrolments {
  private final Database database;
  private final Keys keys;
  private final IdentityTasks tasks;

  @Inject
  public Enrolments(Database database, Keys keys, IdentityTasks tasks) {
    this.database = database;
    this.keys = keys;
    this.tasks = tasks;
  }

  /** What may be enrolled. */
  public enum Factor {
    /** A one-time code by an authenticator app (TOTP). */
    CODE,
    /** A passkey or security key (WebAuthn). */
    PASSKEY
  }

  /**
   * Somebody who may enrol.
   *
   * @param subject as the identity provider knows him
   */
  public record Person(UUID organization, UUID practitioner, String subject) {}

  /**
   * He may enrol until then.
   *
   * @param lost what he had is lost: it is taken away first
   */
  public Instant allow(Person person, Factor factor, boolean lost, UUID by, Duration lasts) {
    Instant now = keys.now();
    database.update(
        """
        insert into enrolment (practitioner_id, organization_id, subject, factor, granted_by, granted_at, until)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (practitioner_id) do update set factor = excluded.factor, granted_by = excluded.granted_by,
          granted_at = excluded.granted_at, until = excluded.until""",
        person.practitioner(),
        person.organization(),
        person.subject(),
        factor.name(),
        by,
        now,
        now.plus(lasts));
    if (lost) {
      tasks.add(Kind.REMOVE_FACTORS, person.subject(), "");
    }
    tasks.add(factor == Factor.CODE ? Kind.ALLOW_CODE : Kind.ALLOW_PASSKEY, person.subject(), "");
    return now.plus(lasts);
  }

  /** Until when he may enrol; empty when he may not. */
  public Optional<Instant> until(UUID practitioner) {
    return database.first(
        "select until from enrolment where practitioner_id = ? and until > ?",
        row -> row.instant("until"),
        practitioner,
        keys.now());
  }

  /** He enrolled: the right is gone. */
  public void used(String subject) {
    end(
        database.list(
            "delete from enrolment where subject = ? returning subject",
            row -> row.text("subject"),
            subject));
  }

  /** Ends what was not used in time; how many. */
  public int endExpired() {
    List<String> ended =
        database.list(
            "delete from enrolment where until <= ? returning subject",
            row -> row.text("subject"),
            keys.now());
    end(ended);
    return ended.size();
  }

  private void end(List<String> subjects) {
    subjects.forEach(subject -> tasks.add(Kind.END_ENROLMENT, subject, ""));
  }
}
