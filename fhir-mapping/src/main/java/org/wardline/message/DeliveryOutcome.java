package org.wardline.message;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the other side said about one delivery attempt; the only three answers there are. */
public sealed interface DeliveryOutcome {

  /**
   * The receiver took responsibility: HTTP 2xx, or MSA-1 {@code AA}/{@code CA}.
   *
   * @param receiverReference what the receiver calls it, such as a FHIR id or the text in MSA-3;
   *     may be empty
   */
  record Accepted(String receiverReference) implements DeliveryOutcome {}

  /**
   * Try again later: timeout, HTTP 5xx, 401, 403, 408, 409, 425 or 429; ERR-3 206 or 207; AR for
   * which no ERR says why.
   *
   * @param reason fit for a receipt; no patient data
   * @param retryAfter what the receiver asked for; null when it did not say
   * @param scope what has to wait
   */
  record Deferred(String reason, @Nullable Duration retryAfter, Scope scope)
      implements DeliveryOutcome {

    /** This message waits, and what comes after it in its lane. */
    public static Deferred message(String reason) {
      return new Deferred(reason, null, Scope.MESSAGE);
    }

    /** The destination is away, or takes nothing now: everything for it waits. */
    public static Deferred destination(String reason) {
      return new Deferred(reason, null, Scope.DESTINATION);
    }
  }

  /** What a deferral holds up. */
  enum Scope {
    /** May lie in the message: the rest of the destination goes on. */
    MESSAGE,
    /** Lies in the destination whatever the message: nothing else is tried. */
    DESTINATION
  }

  /**
   * Not again without a person: any other HTTP 4xx; AE, AR, CE or CR with a reason in the message
   * itself.
   *
   * @param reason fit for a receipt; no patient data
   */
  record Rejected(String reason) implements DeliveryOutcome {}
}
