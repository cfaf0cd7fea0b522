package org.wardline.session;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.store.InstantConverter;
import org.wardline.store.UuidConverter;

/**
 * A browser session. The browser holds a random token, this row its hash; the identity provider's
 * tokens are sealed.
 */
@Entity
@Table(name = "web_session")
@SuppressWarnings("NullAway.Init")
public class WebSession {
  @Id
  @Convert(converter = UuidConverter.class)
  private UUID id;

  @Convert(converter = UuidConverter.class)
  @Column(name = "organization_id")
  private UUID organizationId;

  @Column(name = "token_hash")
  private byte[] tokenHash;

  @Convert(converter = UuidConverter.class)
  @Column(name = "practitioner_id")
  private UUID practitionerId;

  private String sid;
  private String subject;
  private String acr;

  @Convert(converter = InstantConverter.class)
  @Column(name = "auth_time")
  private Instant authTime;

  @Column(name = "sealed_tokens")
  private byte[] sealedTokens;

  @Convert(converter = InstantConverter.class)
  @Column(name = "created_at")
  private Instant createdAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "last_seen_at")
  private Instant lastSeenAt;

  @Convert(converter = InstantConverter.class)
  @Column(name = "expires_at")
  private Instant expiresAt;

  @Column(name = "idle_seconds")
  private @Nullable Integer idleSeconds;

  @Convert(converter = InstantConverter.class)
  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Column(name = "ended_because")
  private @Nullable String endedBecause;

  private String device;
  private boolean phone;
  private String address;

  /** How a session ended. */
  public enum Ending {
    /** Its owner signed out. */
    SIGNED_OUT,
    /** It was not used for so long, or is too old. */
    EXPIRED,
    /** Its owner proved himself again, and goes on with another one. */
    REPLACED,
    /**
     * Its owner or an administrator ended it from elsewhere: what the device still holds is
     * emptied.
     */
    WIPED,
    /** The identity provider ended it. */
    ENDED_BY_PROVIDER
  }

  protected WebSession() {}

  WebSession(UUID id, WebSessions.SignedIn signedIn, byte[] tokenHash, byte[] sealedTokens) {
    this.id = id;
    this.organizationId = signedIn.organizationId();
    this.practitionerId = signedIn.practitionerId();
    this.sid = signedIn.sid();
    this.subject = signedIn.subject();
    this.acr = signedIn.acr();
    this.authTime = signedIn.authTime();
    this.device = signedIn.client().device();
    this.phone = signedIn.client().phone();
    this.address = signedIn.client().address();
    this.tokenHash = tokenHash;
    this.sealedTokens = sealedTokens;
  }

  /**
   * Begins it.
   *
   * @param absolute it ends so long after now
   */
  void begin(Instant now, Duration absolute) {
    this.createdAt = now;
    this.lastSeenAt = now;
    this.expiresAt = now.plus(absolute);
  }

  /** Puts it under limits that administrators set; it never lasts longer than was promised. */
  void limit(Limit limit) {
    this.idleSeconds = Math.toIntExact(limit.idle().toSeconds());
    Instant end = createdAt.plus(limit.absolute());
    this.expiresAt = end.isBefore(expiresAt) ? end : expiresAt;
  }

  void seen(Instant at) {
    this.lastSeenAt = at;
  }

  void end(Instant now, Ending because) {
    if (revokedAt == null) {
      revokedAt = now;
      endedBecause = because.name();
    }
  }

  /** How it ended; null while it did not. */
  public @Nullable Ending ending() {
    return endedBecause == null ? null : Ending.valueOf(endedBecause);
  }

  /** It ends after so long without use by what administrators set; empty: by the settings. */
  public Optional<Duration> idle() {
    return Optional.ofNullable(idleSeconds).map(Duration::ofSeconds);
  }

  /** Browser and system, as shown to its owner. */
  public String device() {
    return device;
  }

  /** A phone or tablet, which has limits of its own. */
  public boolean phone() {
    return phone;
  }

  /** From where it began. */
  public String address() {
    return address;
  }

  public UUID id() {
    return id;
  }

  public UUID organizationId() {
    return organizationId;
  }

  public UUID practitionerId() {
    return practitionerId;
  }

  public String sid() {
    return sid;
  }

  public String subject() {
    return subject;
  }

  public String acr() {
    return acr;
  }

  public Instant authTime() {
    return authTime;
  }

  byte[] sealedTokens() {
    return sealedTokens;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant lastSeenAt() {
    return lastSeenAt;
  }

  public Instant expiresAt() {
    return expiresAt;
  }

  public @Nullable Instant revokedAt() {
    return revokedAt;
  }
}
