package org.wardline.session;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.session.LimitBook.Version;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.session.WebSession.Ending;
import org.wardline.store.Keys;

/**
 * Browser sessions: made at sign-in, ended by idleness, age, sign-out or from elsewhere. Kept in
 * the database, so every node knows them.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class WebSessions {
  private static final int TOKEN_BYTES = 32;
  private static final Duration SEEN_EVERY = Duration.ofSeconds(20);

  @PersistenceContext(unitName = "wardline")
  private EntityManager entities;

  @Inject private LimitBook limits;
  @Inject private Keys keys;
  @Inject private DataKeys dataKeys;
  @Inject private IdentityTasks tasks;

  /**
   * Where a session is.
   *
   * @param device browser and system, such as {@code Chrome on Android}
   * @param phone a phone or tablet
   * @param address from where; may be empty
   */
  public record Client(String device, boolean phone, String address) {}

  /**
   * Somebody whom the identity provider just vouched for.
   *
   * @param sid the identity provider's session
   * @param subject {@code sub}
   * @param acr authentication level
   * @param authTime when he proved himself
   * @param idToken kept sealed, to sign out at the identity provider
   */
  public record SignedIn(
      UUID organizationId,
      UUID practitionerId,
      String sid,
      String subject,
      String acr,
      Instant authTime,
      String idToken,
      Client client) {}

  /** Begins a session and gives the token for the browser's cookie; it is kept nowhere else. */
  public String begin(SignedIn signedIn) {
    byte[] token = Seal.random(TOKEN_BYTES);
    UUID id = keys.next();
    byte[] sealed =
        Seal.seal(
            dataKeys.of(signedIn.organizationId(), "session", "tokens").material(),
            signedIn.idToken().getBytes(StandardCharsets.UTF_8),
            associated(id));
    var session = new WebSession(id, signedIn, Seal.digest(token), sealed);
    boolean phone = signedIn.client().phone();
    Optional<Limit> set =
        limits.hold(signedIn.organizationId(), signedIn.subject()).map(l -> l.of(phone));
    session.begin(keys.now(), set.orElseGet(() -> configured(phone)).absolute());
    set.ifPresent(session::limit);
    entities.persist(session);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * After so long without use that session ends.
   *
   * @param id null: there is none, so as the settings say
   */
  public Duration idle(@Nullable UUID id, boolean phone) {
    return Optional.ofNullable(id)
        .map(i -> entities.find(WebSession.class, i))
        .map(this::idle)
        .orElseGet(() -> configured(phone).idle());
  }

  private Duration idle(WebSession session) {
    return session.idle().orElseGet(() -> configured(session.phone()).idle());
  }

  private Limit configured(boolean phone) {
    return limits.configured().of(phone);
  }

  /**
   * Changes the limits of an organisation. Open sessions of its people follow at once; none becomes
   * longer than it was to last.
   *
   * @param expected the version that was changed
   * @return empty when somebody else made one meanwhile
   */
  public Optional<Version> changeLimits(
      UUID organization, int expected, SessionLimits changed, UUID by) {
    Optional<Version> made = limits.change(organization, expected, changed, by);
    if (made.isPresent()) {
      Instant now = keys.now();
      openOfPeopleIn(organization).stream() // one that has ended does not come back to life
          .filter(s -> holds(s, now))
          .forEach(this::follow);
    }
    return made;
  }

  private void follow(WebSession session) {
    limits
        .set(session.organizationId(), session.subject())
        .ifPresent(l -> session.limit(l.of(session.phone())));
  }

  private List<WebSession> openOfPeopleIn(UUID organization) {
    return entities
        .createQuery(
            """
            select s from WebSession s where s.revokedAt is null and s.subject in
            (select p.subject from Practitioner p where p.organizationId = :organization)""",
            WebSession.class)
        .setParameter("organization", organization)
        .getResultList();
  }

  /**
   * The session of that token, if it still holds; notes that it is used.
   *
   * @param untouched since when nobody touched the page: what a page asks by itself is no use
   */
  public Optional<WebSession> use(String token, Duration untouched) {
    Instant now = keys.now();
    Optional<WebSession> session = byToken(token).filter(s -> holds(s, now));
    Instant used = now.minus(untouched);
    session
        .filter(s -> s.lastSeenAt().plus(SEEN_EVERY).isBefore(used))
        .ifPresent(s -> s.seen(used));
    return session;
  }

  /** How the session of that token ended; empty when it holds, or never was. */
  public Optional<Ending> ending(String token) {
    Instant now = keys.now();
    return byToken(token)
        .filter(s -> !holds(s, now))
        .map(s -> s.ending() == null ? Ending.EXPIRED : s.ending());
  }

  /** Those of the sessions that hold; does not count as use. */
  public Set<UUID> holding(Collection<UUID> ids) {
    Instant now = keys.now();
    return ids.isEmpty()
        ? Set.of()
        : entities
            .createQuery("select s from WebSession s where s.id in :ids", WebSession.class)
            .setParameter("ids", ids)
            .getResultStream()
            .filter(s -> holds(s, now))
            .map(WebSession::id)
            .collect(java.util.stream.Collectors.toSet());
  }

  /** The sessions of a person that hold, the last used first. */
  public List<WebSession> ofPerson(UUID organization, UUID practitioner) {
    Instant now = keys.now();
    return entities
        .createQuery(
            """
            select s from WebSession s where s.organizationId = :organization
            and s.practitionerId = :practitioner and s.revokedAt is null order by s.lastSeenAt desc""",
            WebSession.class)
        .setParameter("organization", organization)
        .setParameter("practitioner", practitioner)
        .getResultStream()
        .filter(s -> holds(s, now))
        .toList();
  }

  /**
   * Ends the session of that token and gives the ID token with which to sign out at the identity
   * provider.
   */
  public Optional<String> end(String token, Ending because) {
    Optional<WebSession> session = byToken(token).filter(s -> s.revokedAt() == null);
    session.ifPresent(s -> s.end(keys.now(), because));
    return session.map(
        s ->
            new String(
                Seal.open(
                    dataKeys.of(s.organizationId(), "session", "tokens").material(),
                    s.sealedTokens(),
                    associated(s.id()),
                    "session " + s.id()),
                StandardCharsets.UTF_8));
  }

  /** Ends a session here and at the identity provider, which is told as soon as it answers. */
  public void endEverywhere(WebSession session, Ending because) {
    entities.merge(session).end(keys.now(), because);
    tasks.add(IdentityTasks.Kind.END_SESSION, session.subject(), session.sid());
  }

  /** Ends all sessions of a person; how many. */
  public int endAll(UUID organization, UUID practitioner, Ending because) {
    List<WebSession> open = ofPerson(organization, practitioner);
    open.forEach(s -> s.end(keys.now(), because));
    return open.size();
  }

  /** Ends all sessions of somebody whom the identity provider knows by that subject. */
  public int endAllOf(String subject, Ending because) {
    List<WebSession> open = ofSubject(subject);
    open.forEach(s -> s.end(keys.now(), because));
    return open.size();
  }

  private List<WebSession> ofSubject(String subject) {
    return entities
        .createQuery(
            "select s from WebSession s where s.subject = :subject and s.revokedAt is null",
            WebSession.class)
        .setParameter("subject", subject)
        .getResultList();
  }

  /**
   * Puts under the limits of their organisations what is under none yet: begun on a node that does
   * not know of them (an earlier version), or before its person came to an organisation that has
   * some.
   */
  public void followLimits() {
    limits.holdAll();
    @SuppressWarnings("unchecked") // what a native query of an entity gives
    List<WebSession> without =
        entities
            .createNativeQuery(
                """
                select * from web_session s where revoked_at is null and idle_seconds is null and exists
                  (select from practitioner p join session_limit l on l.organization_id = p.organization_id
                    where p.subject = s.subject and p.active)
                limit 200""",
                WebSession.class)
            .getResultList();
    Instant now = keys.now();
    without.stream().filter(s -> holds(s, now)).forEach(this::follow);
  }

  /**
   * Ends what was not used for so long, or is too old, at the identity provider, too: whoever comes
   * back proves again who he is.
   */
  public int endExpired() {
    Instant now = keys.now();
    @SuppressWarnings("unchecked") // what a native query of an entity gives
    List<WebSession> ended =
        entities
            .createNativeQuery(
                """
                select * from web_session where revoked_at is null and (expires_at <= ?1 or last_seen_at
                  + make_interval(secs => coalesce(idle_seconds, case when phone then ?2 else ?3 end)) <= ?1)
                limit 200""",
                WebSession.class)
            .setParameter(1, now.atOffset(ZoneOffset.UTC))
            .setParameter(2, configured(true).idle().toSeconds())
            .setParameter(3, configured(false).idle().toSeconds())
            .getResultList();
    ended.forEach(s -> endEverywhere(s, Ending.EXPIRED));
    return ended.size();
  }

  /**
   * Ends sessions because the identity provider says so.
   *
   * @param sid its session; empty for all of the subject
   * @return how many ended
   */
  public int endedByProvider(String sid, String subject) {
    List<WebSession> found =
        sid.isEmpty()
            ? ofSubject(subject)
            : entities
                .createQuery(
                    "select s from WebSession s where s.sid = :sid and s.revokedAt is null",
                    WebSession.class)
                .setParameter("sid", sid)
                .getResultList();
    found.forEach(s -> s.end(keys.now(), Ending.ENDED_BY_PROVIDER));
    return found.size();
  }

  private Optional<WebSession> byToken(String token) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no cookie of ours
    }
    return entities
        .createQuery("select s from WebSession s where s.tokenHash = :hash", WebSession.class)
        .setParameter("hash", Seal.digest(bytes))
        .getResultStream()
        .findFirst();
  }

  private boolean holds(WebSession session, Instant now) {
    return session.revokedAt() == null
        && now.isBefore(session.expiresAt())
        && now.isBefore(session.lastSeenAt().plus(idle(session)));
  }

  private static byte[] associated(UUID id) {
    return ("web-session\n" + id).getBytes(StandardCharsets.UTF_8);
  }
}
