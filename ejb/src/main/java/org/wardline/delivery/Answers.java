package org.wardline.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
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
   * @return empty when nobody of that name was told, which no replay mends
   */
  Optional<Answer> of(Delivery delivery, boolean withdrawn) {
    List<Hop> hops = hops(delivery, delivery.answeredBy());
    return hops.isEmpty()
        ? Optional.empty()
        : database.first(
            """
            select s.target_name, coalesce(p.username, '') as username, coalesce(s.via_role, '') as via_role
            from recipient_state s left join practitioner p on 'Practitioner/' || p.id = s.target
            where s.message_id = ? and s.target = ? and s.organization_id = ?""",
            row ->
                new Answer(
                    row.text("target_name"),
                    row.text("username"),
                    row.text("via_role"),
                    hops,
                    orders(delivery),
                    withdrawn),
            delivery.messageId(),
            delivery.answeredBy(),
            delivery.organizationId());
  }

  /** One message may report of several orders, and is told as one alert. */
  private List<OrderNumber> orders(Delivery delivery) {
    return database.list(
        """
        select distinct placer, filler from critical_result
        where message_id = ? and organization_id = ? and placer || filler <> '' order by placer, filler""",
        row -> new OrderNumber(row.text("placer"), row.text("filler")),
        delivery.messageId(),
        delivery.organizationId());
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
