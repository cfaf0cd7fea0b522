package org.wardline.web;

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
 * What must be remembered while a browser is on somebody else's page: sealed in a short-lived
 * cookie, so that no node keeps it. What is sealed for one purpose opens for no other.
 */
@Singleton
public class SealedStates {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DataKeys dataKeys;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public SealedStates(DataKeys dataKeys, Settings settings, Clock clock) {
    this.dataKeys = dataKeys;
    this.settings = settings;
    this.clock = clock;
  }

  /** Something that is remembered for a while. */
  public interface State {
    /** Epoch seconds at which it ends. */
    long until();
  }

  /**
   * Seals it.
   *
   * @param purpose the same when it is opened
   */
  public String seal(String purpose, State state) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Seal.seal(key(), JSON.writeValueAsBytes(state), associated(purpose)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a " + purpose + " state cannot be written", e);
    }
  }

  /** Opens a cookie; empty when it is not ours, for something else, or too old. */
  public <T extends State> Optional<T> open(String purpose, String cookie, Class<T> type) {
    try {
      byte[] plain =
          Seal.open(
              key(), Base64.getUrlDecoder().decode(cookie), associated(purpose), "passing state");
      T state = JSON.readValue(plain, type);
      return Optional.of(state)
          .filter(s -> Instant.ofEpochSecond(s.until()).isAfter(clock.instant()));
    } catch (IllegalArgumentException | SealBrokenException | IOException e) {
      return Optional.empty();
    }
  }

  /** When something ends that lives for so long, in epoch seconds. */
  public long until(Duration lifetime) {
    return clock.instant().plus(lifetime).getEpochSecond();
  }

  private static byte[] associated(String purpose) {
    return purpose.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] key() {
    return dataKeys.of(settings.organization(), "sign-in", "cookie").material();
  }
}
