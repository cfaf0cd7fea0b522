package org.wardline.reading;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;

/**
 * How a message stood after each change: its receipts played again, by the rule by which they were
 * projected. A version more for each that advanced, and for the retraction.
 */
final class MessageSteps {
  /** Versions that are given at most; a message to many has many. */
  private static final int MOST = 200;

  private final Opened now;
  private final Map<String, Receipts.State> states = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private boolean takenBack;

  private MessageSteps(Opened now) {
    this.now = now;
  }

  /** The message with its states at one version. */
  record Step(Opened opened, List<Receipts.State> states) {}

  /** Oldest first. */
  static List<Step> of(Opened now, List<Receipts.State> known, List<Receipt> log) {
    var played = new MessageSteps(now);
    known.forEach(s -> played.states.put(s.target(), begun(s, log)));
    played.keep();
    for (Receipt receipt : log) {
      played.play(receipt);
    }
    played.takeBackBefore(null);
    int size = played.steps.size();
    return played.steps.subList(Math.max(0, size - MOST), size);
  }

  private static Receipts.State begun(Receipts.State state, List<Receipt> log) {
    var at =
        log.stream()
            .filter(r -> r.subject().target().equals(state.target()))
            .findFirst()
            .map(Receipt::at)
            .orElse(state.at());
    return with(state, ReceiptState.QUEUED, "", 1, at);
  }

  private static Receipts.State with(
      Receipts.State s, ReceiptState state, String detail, int version, Instant at) {
    return new Receipts.State(
        s.messageId(),
        s.target(),
        s.name(),
        s.viaRole(),
        s.destination(),
        state,
        detail,
        version,
        at);
  }

  private void play(Receipt receipt) {
    takeBackBefore(receipt);
    Receipts.State before = states.get(receipt.subject().target());
    boolean advances =
        before != null
            && (before.state().rank() < receipt.state().rank()
                || (before.state().rank() == receipt.state().rank()
                    && !before.detail().equals(receipt.detail())));
    if (before != null && advances) {
      states.put(
          before.target(),
          with(before, receipt.state(), receipt.detail(), before.version() + 1, receipt.at()));
      keep();
    }
  }

  private void takeBackBefore(@Nullable Receipt receipt) {
    Retraction retraction = now.retraction();
    if (retraction != null
        && !takenBack
        && (receipt == null || !receipt.at().isBefore(retraction.at()))) {
      takenBack = true;
      keep();
    }
  }

  private void keep() {
    Opened then =
        takenBack || now.retraction() == null
            ? now
            : new Opened(
                now.header(),
                now.content(),
                now.topic(),
                now.category(),
                now.recordedOnly(),
                now.commitment(),
                null);
    steps.add(new Step(then, List.copyOf(states.values())));
  }
}
