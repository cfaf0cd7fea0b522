package org.wardline.session;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

  @Convert(converter = InstantConverter.class)
  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  protected WebSession() {}

  WebSession(UUID id, WebSessions.SignedIn signedIn, byte[] tokenHash, byte[] sealedTokens) {
    this.id = id;
    this.organizationId = signedIn.organizationId();
    this.practitionerId = signedIn.practitionerId();
    this.sid = signedIn.sid();
    this.subject = signedIn.subject();
    this.acr = signedIn.acr();
    this.authTime = signedIn.authTime();
    this.tokenHash = tokenHash;
    this.sealedTokens = sealedTokens;
  }

  void begin(Instant now, Instant end) {
    this.createdAt = now;
    this.lastSeenAt = now;
    this.expiresAt = end;
  }

  void seen(Instant now) {
    this.lastSeenAt = now;
  }

  void revoke(Instant now) {
    if (revokedAt == null) {
      revokedAt = now;
    }
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
