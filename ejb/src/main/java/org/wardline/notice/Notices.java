package org.wardline.notice;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Notices that wait until the mail server has taken them; kept with what they tell of. */
@Singleton
public class Notices {
  /** The setting that names who is told of emergency access. */
  static final String TO = "wardline.emergency.notice.to";

  /** Longer than connecting, all answers of the server and the writing of a short mail take. */
  private static final Duration ATTEMPT = Duration.ofMinutes(15);

  /** What was sent is known for so long, so that it is not sent again. */
  private static final Duration KEPT = Duration.ofDays(30);

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Database database;
  private final Settings settings;
  private final Keys keys;

  @Inject
  public Notices(Database database, Settings settings, Keys keys) {
    this.database = database;
    this.settings = settings;
    this.keys = keys;
  }

  /**
   * One that waits.
   *
   * @param access that was opened
   * @param address of who is told
   * @param failures attempts that failed
   */
  public record Waiting(
      UUID id, UUID organization, UUID access, String address, Instant happenedAt, int failures) {}

  /** True when somebody is to be told by mail. */
  boolean wanted() {
    return !settings.text(TO).isEmpty();
  }

  /**
   * That emergency access was opened: part of the transaction that opens it. Nothing when nobody is
   * to be told.
   */
  public void emergencyOpened(UUID organization, UUID access) {
    Instant now = keys.now();
    addresses().forEach(address -> add(organization, access, address, now, now));
  }

  private void add(
      UUID organization, UUID access, String address, Instant happenedAt, Instant now) {
    database.update(
        """
        insert into notice (id, organization_id, access_id, address, happened_at, next_at) values (?, ?, ?, ?, ?, ?)
        on conflict (access_id, address) do nothing""",
        keys.next(now),
        organization,
        access,
        address,
        happenedAt,
        now);
  }

  private List<String> addresses() {
    return MailServer.addresses(settings, TO).stream().map(InternetAddress::getAddress).toList();
  }

  private record Access(UUID id, Instant happenedAt) {}

  /**
   * What waits goes to those who are named now: an address that was wrong is put right in the
   * settings.
   *
   * @return how many are not to be sent any more
   */
  int readdress() {
    UUID organization = settings.organization();
    Instant now = keys.now();
    List<String> addresses = addresses();
    database
        .list(
            "select distinct access_id, happened_at from notice where organization_id = ? and sent_at is null",
            row -> new Access(row.uuid("access_id"), row.instant("happened_at")),
            organization)
        .forEach(
            access ->
                addresses.forEach(
                    address -> add(organization, access.id(), address, access.happenedAt(), now)));
    database.update(
        "delete from notice where organization_id = ? and sent_at < ?",
        organization,
        now.minus(KEPT));
    return database.update(
        "delete from notice where organization_id = ? and sent_at is null and address <> all(?)",
        organization,
        addresses.toArray(String[]::new));
  }

  /** How many wait: more than a few over minutes say that the mail server takes none. */
  public int waiting(UUID organization) {
    return database
        .first(
            "select count(*) as n from notice where organization_id = ? and sent_at is null",
            row -> (int) row.number("n"),
            organization)
        .orElse(0);
  }

  /**
   * The next one that is due. It is this node's for longer than an attempt takes; when the node
   * ends in it, another one tries again after that.
   */
  Optional<Waiting> take() {
    Instant now = keys.now();
    return database.first(
        """
        update notice set next_at = ? where id = (
          select id from notice where organization_id = ? and sent_at is null and next_at <= ? order by next_at limit 1 for update skip locked)
        returning id, organization_id, access_id, address, happened_at, failures""",
        row ->
            new Waiting(
                row.uuid("id"),
                row.uuid("organization_id"),
                row.uuid("access_id"),
                row.text("address"),
                row.instant("happened_at"),
                row.integer("failures")),
        now.plus(ATTEMPT),
        settings.organization(),
        now);
  }

  void sent(Waiting notice) {
    database.update(
        "update notice set sent_at = ? where organization_id = ? and id = ?",
        keys.now(),
        notice.organization(),
        notice.id());
  }

  /** Again after a while that doubles; never given up. */
  void failed(Waiting notice) {
    Duration wait = Duration.ofSeconds(1L << Math.min(10, notice.failures()));
    database.update(
        "update notice set failures = failures + 1, next_at = ? where organization_id = ? and id = ?",
        keys.now().plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait),
        notice.organization(),
        notice.id());
  }
}
