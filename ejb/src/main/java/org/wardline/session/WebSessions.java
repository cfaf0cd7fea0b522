package org.wardline.session;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Browser sessions: made at sign-in, ended by idleness, age, sign-out or revocation. Kept in the
 * database, so every node knows them.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class WebSessions {
  private static final int TOKEN_BYTES = 32;
  private static final Duration SEEN_EVERY = Duration.ofSeconds(20);

  @PersistenceContext(unitName = "wardline")
  private EntityManager entities;

  @Inject private Settings settings;
  @Inject private Keys keys;
  @Inject private DataKeys dataKeys;

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
      String idToken) {}

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
    Instant now = keys.now();
    session.begin(now, now.plus(settings.duration("wardline.web.absolute")));
    entities.persist(session);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The session of that token, if it still holds; notes that it is used. */
  public Optional<WebSession> use(String token) {
    Instant now = keys.now();
    Duration idle = settings.duration("wardline.web.idle");
    Optional<WebSession> session = byToken(token).filter(s -> holds(s, now, idle));
    session.filter(s -> s.lastSeenAt().plus(SEEN_EVERY).isBefore(now)).ifPresent(s -> s.seen(now));
    return session;
  }

  /** True while the session of that id holds; does not count as use. */
  public boolean holds(UUID id) {
    WebSession session = entities.find(WebSession.class, id);
    return session != null && holds(session, keys.now(), settings.duration("wardline.web.idle"));
  }

  /**
   * Ends the session of that token and gives the ID token with which to sign out at the identity
   * provider.
   */
  public Optional<String> end(String token) {
    Optional<WebSession> session = byToken(token).filter(s -> s.revokedAt() == null);
    session.ifPresent(s -> s.revoke(keys.now()));
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

  /**
   * Ends sessions because the identity provider says so.
   *
   * @param sid its session; empty for all of the subject
   * @return how many ended
   */
  public int revoke(String sid, String subject) {
    List<WebSession> found =
        sid.isEmpty()
            ? entities
                .createQuery(
                    "select s from WebSession s where s.subject = :subject and s.revokedAt is null",
                    WebSession.class)
                .setParameter("subject", subject)
                .getResultList()
            : entities
                .createQuery(
                    "select s from WebSession s where s.sid = :sid and s.revokedAt is null",
                    WebSession.class)
                .setParameter("sid", sid)
                .getResultList();
    found.forEach(s -> s.revoke(keys.now()));
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

  private static boolean holds(WebSession session, Instant now, Duration idle) {
    return session.revokedAt() == null
        && now.isBefore(session.expiresAt())
        && now.isBefore(session.lastSeenAt().plus(idle));
  }

  private static byte[] associated(UUID id) {
    return ("web-session\n" + id).getBytes(StandardCharsets.UTF_8);
  }
}
