package org.wardline.mailbox;

import java.util.List;
import java.util.UUID;

/** Told of messages that do not open: somebody changed them where they are kept. */
@FunctionalInterface
public interface SealAlarm {
  /**
   * Told after they were read; often of the same ones.
   *
   * @param messages may be empty
   */
  void raise(UUID organization, List<UUID> messages);
}
