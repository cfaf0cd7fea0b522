package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Author;
import org.wardline.message.Identifiers;
import org.wardline.message.ReceiptState;

/**
 * What is known of a message at one recipient or destination.
 *
 * @param target {@code Practitioner/…}, or {@code destination:name}
 * @param name of the target, as shown
 * @param viaRole the on-call role through which he was addressed; null when by name
 * @param patient key of the patient that the message is about; null for none
 * @param alertHolds whether it is of an alert that was neither taken back nor withdrawn
 * @param steps all receipts, in their order
 */
public record ReceiptView(
    UUID messageId,
    String target,
    String name,
    @Nullable String viaRole,
    Author author,
    @Nullable UUID patient,
    Instant sentAt,
    ReceiptState state,
    String detail,
    int version,
    Instant at,
    boolean alertHolds,
    List<Step> steps) {

  /** One receipt. */
  public record Step(ReceiptState state, Instant at) {}

  public ReceiptView {
    steps = List.copyOf(steps);
  }

  /** Whether he read an alert that holds, and has not acknowledged it yet. */
  public boolean answerAwaited() {
    return alertHolds && state == ReceiptState.READ;
  }

  /** The logical id of its Task. */
  public String id() {
    return id(messageId, target);
  }

  /** The logical id of the Task of a message at a target: follows from both. */
  public static String id(UUID message, String target) {
    return message + "-" + Identifiers.documentId(target).toLowerCase(Locale.ROOT);
  }
}
