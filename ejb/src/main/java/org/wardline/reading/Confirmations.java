package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.message.Actor;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts.Subject;
import org.wardline.store.Database;

/**
 * What a recipient's page reports: it has the message (delivered), it was seen (read). Only for
 * messages that were sent to him; what is reported twice changes nothing.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Confirmations {
  /** Most messages in one report. */
  public static final int MOST = 500;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Reached reached;
  @Inject private Database database;

  /**
   * Confirms.
   *
   * @param state DELIVERED or READ
   * @param device which of his devices
   * @return how many messages it was news for
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public int confirm(Actor actor, List<UUID> messages, ReceiptState state, String device) {
    gate.pass(policy.decideConfirm(actor), actor);
    if (messages.size() > MOST) {
      throw new InvalidMessageException("messages", "At most " + MOST + " messages in one report.");
    }
    if (state != ReceiptState.DELIVERED && state != ReceiptState.READ) {
      throw new InvalidMessageException("state", "A page reports delivered or read.");
    }
    return reached.by(actor, messages, state, device);
  }

  /**
   * A conversation of which an open page of this person was told.
   *
   * @param party such as {@code Practitioner/…}
   */
  public record HandedOver(UUID organization, String party, UUID conversation) {}

  /**
   * Open pages were told of these conversations: their messages count as sent to these people. Of
   * one that somebody changes at this moment more is known than that.
   */
  public void handedOver(List<HandedOver> told) {
    List<Subject> waiting =
        database.list(
            """
            select s.organization_id, s.target, s.message_id, s.conversation_id from recipient_state s
            join unnest((select ?::uuid[]), (select ?::text[]), (select ?::uuid[])) as t (organization_id, party, conversation_id)
              on s.conversation_id = t.conversation_id and s.target = t.party and s.organization_id = t.organization_id
            where s.rank < ? order by s.message_id, s.target for update of s skip locked""",
            row ->
                new Subject(
                    row.uuid("organization_id"),
                    row.uuid("conversation_id"),
                    row.uuid("message_id"),
                    row.text("target")),
            told.stream().map(HandedOver::organization).toArray(UUID[]::new),
            told.stream().map(HandedOver::party).toArray(String[]::new),
            told.stream().map(HandedOver::conversation).toArray(UUID[]::new),
            ReceiptState.SENT.rank());
    reached.append(waiting, ReceiptState.SENT, "");
  }
}
