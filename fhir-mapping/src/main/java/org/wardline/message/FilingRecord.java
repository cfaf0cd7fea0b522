package org.wardline.message;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a hospital system: what a courier maps to the system's own form.
 *
 * @param message opened
 * @param topic of the conversation; may be empty
 * @param category what kind of message it is
 * @param stay where its patient is now; null when there is none, or he has no stay under way
 * @param recipients whom the author addressed
 * @param controlId identifier of this delivery, at most 20 characters, the same on each attempt
 * @param documentId identifier of the filed document, at most 20 characters
 * @param takenBack null for a message that is filed; else why what was filed is taken back
 * @param answer null for a message that is filed; else who answered it, which is to be documented
 */
public record FilingRecord(
    ClinicalMessage message,
    String topic,
    Category category,
    @Nullable Stay stay,
    List<Recipient> recipients,
    String controlId,
    String documentId,
    @Nullable TakenBack takenBack,
    @Nullable Answer answer) {

  /**
   * The stay of the patient that is under way.
   *
   * @param patientClass PV1-2; may be empty
   * @param location {@code ward · room · bed}; may be empty
   * @param visitNumber PV1-19; may be empty
   */
  public record Stay(String patientClass, String location, String visitNumber) {}

  /**
   * Takes back a filed document.
   *
   * @param retraction who did so, and why
   * @param originalId identifier of the document that is taken back
   */
  public record TakenBack(Retraction retraction, String originalId) {}

  /**
   * Somebody said that he knows.
   *
   * @param name as shown
   * @param identifier the name that other systems know
   * @param viaRole on-call role through which he was addressed; empty when by name
   * @param hops what happened to the message on its way to him, in the order of time
   * @param orders numbers of the orders whose results he was told of; empty when it was no result
   * @param withdrawn true when the message was taken back since: its text is not told any more
   */
  public record Answer(
      String name,
      String identifier,
      String viaRole,
      List<Hop> hops,
      List<OrderNumber> orders,
      boolean withdrawn) {
    public Answer {
      hops = List.copyOf(hops);
      orders = List.copyOf(orders);
    }
  }

  /** A state of the message at its recipient, and since when. */
  public record Hop(ReceiptState state, Instant at) {}

  /**
   * One addressee.
   *
   * @param party the person, or the role that was addressed
   * @param name as shown
   * @param identifier the name that other systems know (user name or role code)
   */
  public record Recipient(PartyRef party, String name, String identifier) {}

  public FilingRecord {
    Objects.requireNonNull(message, "message");
    recipients = List.copyOf(recipients);
  }
}
