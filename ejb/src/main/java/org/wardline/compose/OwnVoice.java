package org.wardline.compose;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.wardline.directory.Devices;
import org.wardline.message.Actor;

/**
 * Who speaks when Wardline itself writes a message: a machine that may do that and nothing else.
 */
@Singleton
public class OwnVoice {
  private final Devices devices;

  @Inject
  public OwnVoice(Devices devices) {
    this.devices = devices;
  }

  /**
   * One of its voices.
   *
   * @param client id of the voice
   * @param name as its messages show it
   * @param occasion key of what it speaks about, for the record
   */
  public Actor of(UUID organization, String client, String name, String occasion, Instant now) {
    return new Actor(
        Actor.Kind.MACHINE,
        organization,
        devices.of(organization, client),
        client,
        name,
        "system",
        "",
        null,
        Set.of(),
        Set.of("system/Communication.c"),
        new Actor.Authentication("client", now, client, "wardline", occasion, ""));
  }
}
