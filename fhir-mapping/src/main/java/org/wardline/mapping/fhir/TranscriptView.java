package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.ReceiptState;

/**
 * A conversation with all of its messages, as it stood at one moment.
 *
 * @param id of the transcript: of each one that is taken
 * @param messages in their order
 * @param takenAt that moment
 * @param takenBy who asked for it, as shown
 */
public record TranscriptView(
    UUID id, ThreadView thread, List<Line> messages, Instant takenAt, String takenBy) {

  /** A message, and where it is. */
  public record Line(CommunicationView message, List<Receipt> receipts) {
    public Line {
      receipts = List.copyOf(receipts);
    }
  }

  /**
   * The last receipt of a message at a recipient or destination.
   *
   * @param name of the recipient or destination
   * @param viaRole the on-call role through which he was addressed; null when by name
   */
  public record Receipt(String name, @Nullable String viaRole, ReceiptState state, Instant at) {}

  public TranscriptView {
    messages = List.copyOf(messages);
  }
}
