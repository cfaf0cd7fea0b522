package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.wardline.delivery.Outbox.Delivery;
import org.wardline.message.FilingRecord.Answer;
import org.wardline.message.FilingRecord.Hop;
import org.wardline.message.OrderNumber;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.store.Database;

/** Who answered a message, when, and of which order he was told the result. */
@Singleton
class Answers {
  /** What is told of the way to him, each by its first receipt: not on how many devices. */
  private static final Set<ReceiptState> TOLD =
      Set.of(
          ReceiptState.SENT, ReceiptState.DELIVERED, ReceiptState.READ, ReceiptState.ACKNOWLEDGED);

  private final Database database;
  private final Receipts receipts;

  @Inject
  Answers(Database database, Receipts receipts) {
    this.database = database;
    this.receipts = receipts;
  }

  /**
   * What a destination is to be told.
   *
   * @param withdrawn true when the message was taken back since
   */
  Answer of(Delivery delivery, boolean withdrawn) {
    String who = delivery.answeredBy();
    return database
        .first(
            """
            select s.target_name, coalesce(p.username, '') as username, coalesce(s.via_role, '') as via_role,
              coalesce(c.placer, '') as placer, coalesce(c.filler, '') as filler
            from recipient_state s left join practitioner p on 'Practitioner/' || p.id = s.target
            left join critical_result c on c.message_id = s.message_id
            where s.message_id = ? and s.target = ? and s.organization_id = ?
            order by c.filler desc nulls last limit 1""",
            row ->
                new Answer(
                    row.text("target_name"),
                    row.text("username"),
                    row.text("via_role"),
                    hops(delivery, who),
                    new OrderNumber(row.text("placer"), row.text("filler")),
                    withdrawn),
            delivery.messageId(),
            who,
            delivery.organizationId())
        .orElseThrow(() -> new IllegalStateException("an answer without its recipient"));
  }

  private List<Hop> hops(Delivery delivery, String who) {
    var seen = java.util.EnumSet.noneOf(ReceiptState.class);
    return receipts
        .log(delivery.organizationId(), delivery.conversationId(), delivery.messageId())
        .stream()
        .filter(r -> r.subject().target().equals(who))
        .filter(r -> TOLD.contains(r.state()) && seen.add(r.state()))
        .map(Answers::hop)
        .toList();
  }

  private static Hop hop(Receipt receipt) {
    return new Hop(receipt.state(), receipt.at());
  }
}
