package org.wardline.reading;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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
      , (select json_agg(json_build_array(s.target, s.target_name, s.via_role, s.is_destination, s.state, s.detail, s.version, s.at)
          order by s.is_destination, s.target_name) from recipient_state s where s.message_id = m.id) as states
      , (select json_agg(json_build_array(a.party, a.name, a.identifier) order by a.position)
          from addressee a where a.message_id = m.id) as addressees
      , (select json_agg(json_build_array(i.system, i.value)) from message_identifier i where i.message_id = m.id) as identifiers
      , array(select p.party from participant p where p.conversation_id = m.conversation_id) as members"""
          + ", "
          + MessageConditions.RECEIVED
          + " as received, "
          + MessageConditions.ALERT
          + " as alert";

  private static final ObjectMapper JSON = new ObjectMapper();

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
        entries(row.textOrNull("states"), entry -> state(id, entry)),
        entries(
            row.textOrNull("addressees"),
            entry ->
                new Recipient(
                    PartyRef.parse(entry.get(0).textValue()),
                    entry.get(1).textValue(),
                    entry.get(2).textValue())),
        entries(
            row.textOrNull("identifiers"),
            entry -> new BusinessIdentifier(entry.get(0).textValue(), entry.get(1).textValue())),
        row.instantOrNull("received"),
        row.flag("alert"),
        row.texts("members"));
  }

  private static Receipts.State state(UUID message, JsonNode entry) {
    return new Receipts.State(
        message,
        entry.get(0).textValue(),
        entry.get(1).textValue(),
        entry.get(2).textValue(),
        entry.get(3).booleanValue(),
        ReceiptState.fromCode(entry.get(4).textValue()),
        entry.get(5).textValue(),
        entry.get(6).intValue(),
        OffsetDateTime.parse(entry.get(7).textValue()).toInstant());
  }

  private static <T> List<T> entries(@Nullable String json, Function<JsonNode, T> mapper) {
    if (json == null) {
      return List.of();
    }
    var found = new ArrayList<T>();
    try {
      JSON.readTree(json).forEach(entry -> found.add(mapper.apply(entry)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL wrote JSON that nobody reads", e);
    }
    return found;
  }
}
