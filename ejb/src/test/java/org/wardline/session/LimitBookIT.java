package org.wardline.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wardline.session.LimitBook.Version;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;
import org.wardline.store.TestDatabase;

/** A person in one hospital, in two, in one he has left: the strictest limits hold for him. */
class LimitBookIT {
  private static final TestDatabase DATABASE = TestDatabase.get();

  private final Database database = DATABASE.application();
  private final Keys keys = new Keys(Clock.systemUTC());
  private final LimitBook book =
      new LimitBook(
          database,
          keys,
          new Locks(database),
          new Settings(key -> Optional.ofNullable(Map.of("wardline.web.idle", "PT7M").get(key))));

  @Test
  void without_any_the_settings_hold() {
    UUID hospital = hospital();
    String subject = person(hospital, UUID.randomUUID().toString(), true);
    assertThat(book.newest(hospital)).isEqualTo(new Version(0, book.configured(), null, null));
    assertThat(book.configured().desk().idle()).isEqualTo(Duration.ofMinutes(7));
    assertThat(book.set(hospital, subject)).isEmpty();
  }

  @Test
  void the_newest_version_holds_and_an_outdated_change_is_refused() {
    UUID hospital = hospital();
    String subject = person(hospital, UUID.randomUUID().toString(), true);
    UUID admin = practitioner(subject);
    assertThat(change(hospital, 0, limits(20, 600), admin)).isPresent();
    assertThat(change(hospital, 0, limits(30, 700), admin)).isEmpty();
    assertThat(change(hospital, 1, limits(10, 500), admin)).isPresent();
    assertThat(book.versions(hospital, 5)).extracting(Version::number).containsExactly(2, 1);
    assertThat(book.set(hospital, subject)).contains(limits(10, 500));
  }

  @Test
  void who_belongs_to_two_hospitals_has_the_strictest_of_both() {
    UUID one = hospital();
    UUID other = hospital();
    String subject = person(one, UUID.randomUUID().toString(), true);
    person(other, subject, true);
    UUID admin = practitioner(subject);
    change(one, 0, limits(20, 500), admin);
    // the settings of the other one count, too: seven minutes on a computer
    assertThat(book.set(one, subject).orElseThrow().desk())
        .isEqualTo(new Limit(Duration.ofMinutes(7), Duration.ofMinutes(500)));
    change(other, 0, limits(5, 600), admin);
    assertThat(book.set(one, subject)).contains(limits(5, 500));
    assertThat(book.set(other, subject)).contains(limits(5, 500));
  }

  @Test
  void a_hospital_he_has_left_does_not_count() {
    UUID one = hospital();
    UUID left = hospital();
    String subject = person(one, UUID.randomUUID().toString(), true);
    person(left, subject, false);
    UUID admin = practitioner(subject);
    change(one, 0, limits(20, 500), admin);
    change(left, 0, limits(2, 60), admin);
    assertThat(book.set(one, subject)).contains(limits(20, 500));
  }

  private Optional<Version> change(UUID hospital, int expected, SessionLimits limits, UUID by) {
    List<Version> made = new ArrayList<>();
    DATABASE.inTransaction(() -> book.change(hospital, expected, limits, by).ifPresent(made::add));
    return made.stream().findFirst();
  }

  private UUID hospital() {
    UUID id = keys.next();
    DATABASE.owner().update("insert into organization (id, name) values (?, 'Hospital')", id);
    return id;
  }

  private String person(UUID hospital, String subject, boolean active) {
    DATABASE
        .owner()
        .update(
            """
            insert into practitioner (id, organization_id, username, subject, name, profession, department, bleep, roles, active, updated_at)
            values (?, ?, ?, ?, 'Doe, Jo', 'nurse', 'ICU', '', 'nurse', ?, ?)""",
            keys.next(),
            hospital,
            subject,
            subject,
            active,
            keys.now());
    return subject;
  }

  private UUID practitioner(String subject) {
    return database
        .first(
            "select id from practitioner where subject = ? limit 1", row -> row.uuid("id"), subject)
        .orElseThrow();
  }

  private static SessionLimits limits(int idle, int absolute) {
    var limit = new Limit(Duration.ofMinutes(idle), Duration.ofMinutes(absolute));
    return new SessionLimits(limit, limit);
  }
}
