package org.wardline.web.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.Seal;
import org.wardline.crypto.SealBrokenException;
import org.wardline.setting.Settings;

/**
 * What must be remembered between leaving for the sign-in page and coming back: sealed in a
 * short-lived cookie, so that no node keeps it.
 */
@Singleton
public class SignInState {
  static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final byte[] ASSOCIATED = "sign-in".getBytes(StandardCharsets.UTF_8);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DataKeys dataKeys;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public SignInState(DataKeys dataKeys, Settings settings, Clock clock) {
    this.dataKeys = dataKeys;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * One sign-in under way.
   *
   * @param verifier PKCE
   * @param back path to return to
   * @param origin of our own pages, which the browser used
   * @param level the {@code acr} that was asked for
   * @param until epoch seconds
   */
  record Pending(
      String state,
      String nonce,
      String verifier,
      String back,
      String origin,
      String level,
      long until) {}

  String seal(Pending pending) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Seal.seal(key(), JSON.writeValueAsBytes(pending), ASSOCIATED));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a sign-in state cannot be written", e);
    }
  }

  /** Opens the cookie; empty when it is not ours or too old. */
  Optional<Pending> open(String cookie) {
    try {
      byte[] plain =
          Seal.open(key(), Base64.getUrlDecoder().decode(cookie), ASSOCIATED, "sign-in state");
      Pending pending = JSON.readValue(plain, Pending.class);
      return Optional.of(pending)
          .filter(p -> Instant.ofEpochSecond(p.until()).isAfter(clock.instant()));
    } catch (IllegalArgumentException | SealBrokenException | IOException e) {
      return Optional.empty();
    }
  }

  long until() {
    return clock.instant().plus(LIFETIME).getEpochSecond();
  }

  private byte[] key() {
    return dataKeys.of(settings.organization(), "sign-in", "cookie").material();
  }
}
