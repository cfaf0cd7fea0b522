package org.wardline.session;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
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
  /** One statement: the right is not forgotten without the identity provider being told. */
  private static final String END =
      """
      with ended as (delete from enrolment where %s returning subject)
      insert into identity_task (id, kind, subject, sid, asked_at) select gen_random_uuid(), ?, subject, '', ? from ended""";

  /** Between the identity provider's clock and ours. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

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

  /**
   * He enrolled: the right is gone.
   *
   * @param at when he did; a right that was given afterwards stays
   */
  public void used(String subject, Instant at) {
    Instant now = keys.now();
    database.update(
        END.formatted("subject = ? and granted_at <= ?"),
        subject,
        at.plus(CLOCKS_DIFFER),
        Kind.END_ENROLMENT.name(),
        now);
  }

  /** Ends what was not used in time; how many. */
  public int endExpired() {
    Instant now = keys.now();
    return database.update(END.formatted("until <= ?"), now, Kind.END_ENROLMENT.name(), now);
  }
}
