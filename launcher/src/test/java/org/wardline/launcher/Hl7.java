package org.wardline.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Messages as a hospital's systems send them, over real sockets. */
final class Hl7 {
  private Hl7() {}

  /** A message of the demo hospital about one of its patients; segments after PID. */
  static String message(String type, String controlId, String identifier, String segments) {
    return "MSH|^~\\&|IT|IT|WARDLINE|DEMO|20260601120000+0000||"
        + type
        + "|"
        + controlId
        + "|T|2.5.1||||||UNICODE UTF-8\rPID|1||"
        + identifier
        + "\r"
        + segments.replace("\n", "\r");
  }

  static MllpClient.Reply send(String message) {
    try (var client =
        new MllpClient(
            DemoSystem.installation().address(),
            DemoSystem.installation().port("mllp"),
            Duration.ofSeconds(30))) {
      return client.send(message.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** Sends it and expects that it is taken. */
  static void taken(String message) {
    MllpClient.Reply reply = send(message);
    if (!reply.code().equals("AA")) {
      throw new AssertionError(reply.text().replace('\r', '\n'));
    }
  }
}
