package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wardline.mailbox.SealedMessages;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.PartyRef;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.store.Database;

/** Messages with all that is known of them, by one statement: reading costs one round trip. */
@Singleton
class WholeMessages {
  private static final String KNOWN =
      """
      , array(select array[s.target, s.target_name, s.via_role, s.is_destination::text, s.state, s.detail, s.version::text,
          (extract(epoch from s.at) * 1000000)::bigint::text]
          from recipient_state s where s.message_id = m.id order by s.is_destination, s.target_name) as states
      , array(select array[a.party, a.name, a.identifier]
          from addressee a where a.message_id = m.id order by a.position) as addressees
      , array(select array[i.system, i.value] from message_identifier i where i.message_id = m.id) as identifiers
      , array(select p.party from participant p where p.conversation_id = m.conversation_id) as members"""
          + ", "
          + MessageConditions.RECEIVED
          + " as received, "
          + MessageConditions.ALERT
          + " as alert";

  private final SealedMessages messages;

  @Inject
  WholeMessages(SealedMessages messages) {
    this.messages = messages;
  }

  /**
   * A message that was opened, and what is known of it.
   *
   * @param received when the first person had it; null when nobody had
   * @param alert an alert of another system became it
   * @param members parties of its conversation
   */
  record Whole(
      Opened opened,
      List<Receipts.State> states,
      List<Recipient> addressees,
      List<BusinessIdentifier> identifiers,
      @Nullable Instant received,
      boolean alert,
      List<String> members) {
    boolean member(PartyRef party) {
      return members.contains(party.toString());
    }
  }

  /** Those of these messages that are there, newest first. */
  List<Whole> these(UUID organization, List<UUID> ids) {
    return ids.isEmpty()
        ? List.of()
        : messages.openThese(organization, ids, KNOWN, WholeMessages::whole);
  }

  private static Whole whole(Opened opened, Database.Row row) throws SQLException {
    UUID id = opened.header().messageId();
    return new Whole(
        opened,
        entries(row, "states", entry -> state(id, entry)),
        entries(
            row,
            "addressees",
            entry -> new Recipient(PartyRef.parse(entry[0]), entry[1], entry[2])),
        entries(row, "identifiers", entry -> new BusinessIdentifier(entry[0], entry[1])),
        row.instantOrNull("received"),
        row.flag("alert"),
        row.texts("members"));
  }

  private static Receipts.State state(UUID message, String[] entry) {
    return new Receipts.State(
        message,
        entry[0],
        entry[1],
        entry[2],
        Boolean.parseBoolean(entry[3]),
        ReceiptState.fromCode(entry[4]),
        entry[5],
        Integer.parseInt(entry[6]),
        Instant.EPOCH.plus(Long.parseLong(entry[7]), ChronoUnit.MICROS));
  }

  private static <T> List<T> entries(Database.Row row, String column, Function<String[], T> mapper)
      throws SQLException {
    return row.rows(column).stream().map(mapper).toList();
  }
}
