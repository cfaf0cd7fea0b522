package org.wardline.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wardline.store.TestDatabase.ORGANIZATION;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.KeyRing;
import org.wardline.crypto.MadeKeys;
import org.wardline.crypto.Seal;
import org.wardline.crypto.SealBrokenException;
import org.wardline.mailbox.Mailbox.Beginning;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;
import org.wardline.store.StoreException;
import org.wardline.store.TestDatabase;

class SealedMessagesIT {
  private static final byte[] WRAPPING_KEY = Seal.newKey();
  private final TestDatabase database = TestDatabase.get();
  private final Keys keys = new Keys(Clock.systemUTC());
  private final DataKeys dataKeys =
      new DataKeys(
          database.application(),
          new RingInMemory(),
          keys,
          new MadeKeys(database.application(), keys));
  private final Mailbox mailbox = new Mailbox(database.application(), dataKeys, keys);
  private final List<UUID> told = new ArrayList<>();
  private final SealedMessages messages =
      new SealedMessages(
          database.application(), dataKeys, (organization, broken) -> told.addAll(broken));

  @Test
  void what_was_sealed_opens_again_whole() {
    UUID id = store("Potassium 6.8. أنا قادم 🩺");
    var opened = messages.open(ORGANIZATION, id).orElseThrow();
    assertThat(opened.message().content().text()).isEqualTo("Potassium 6.8. أنا قادم 🩺");
    assertThat(opened.header().patient()).isEqualTo(snapshot());
  }

  @Test
  void the_text_is_not_in_the_database() {
    UUID id = store("UniqueWordInside");
    byte[] sealed =
        database
            .owner()
            .first("select sealed from message where id = ?", row -> row.bytes("sealed"), id)
            .orElseThrow();
    assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("UniqueWordInside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "author_name = 'Somebody Else'",
        "author_profession = 'nurse'",
        "authentication_level = 'none'",
        "sent_at = sent_at + interval '1 millisecond'",
        "sent_at = sent_at + interval '1 microsecond'",
        "author_party = 'nobody'",
        "patient_name = 'Another, Patient'",
        "patient_identifier = 'A2'",
        "ordinal = ordinal + 1",
        "priority = 'stat'",
        "in_response_to = id",
        "agent_party = author_party, agent_name = 'EHR'",
        "commitment = sha256('x')"
      })
  void whatever_is_changed_in_the_database_is_seen(String change) {
    UUID id = store("Whole");
    database.owner().update("update message set " + change + " where id = ?", id);
    var opened = messages.open(ORGANIZATION, id).orElseThrow();
    assertThat(opened.whole()).isFalse();
    assertThat(opened.shown()).isEmpty();
    assertThatThrownBy(opened::message).isInstanceOf(SealBrokenException.class);
    assertThat(told).containsExactly(id);
  }

  @Test
  void contents_that_were_swapped_between_two_messages_are_seen() {
    UUID one = store("One");
    UUID two = store("Two");
    database
        .owner()
        .update(
            "update message set sealed = (select sealed from message where id = ?) where id = ?",
            two,
            one);
    assertThat(messages.openThese(ORGANIZATION, List.of(one, two)))
        .extracting(SealedMessages.Opened::whole)
        .as("newest first, and the one does not hide the other")
        .containsExactly(true, false);
    assertThat(told).containsExactly(one);
  }

  @Test
  void what_its_client_said_besides_is_sealed_with_the_text() {
    String elements = "{\"resourceType\":\"Communication\",\"note\":[{\"text\":\"☎ InsideToo\"}]}";
    UUID id = store(new MessageContent("Grüezi 🩺", elements));
    var opened = messages.open(ORGANIZATION, id).orElseThrow();
    assertThat(opened.message().content()).isEqualTo(new MessageContent("Grüezi 🩺", elements));
    byte[] sealed =
        database
            .owner()
            .first("select sealed from message where id = ?", row -> row.bytes("sealed"), id)
            .orElseThrow();
    assertThat(new String(sealed, java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("InsideToo");
    database.owner().update("update message set commitment = sha256('x') where id = ?", id);
    assertThat(messages.open(ORGANIZATION, id).orElseThrow().whole()).isFalse();
  }

  @Test
  void another_organisation_finds_nothing() {
    assertThat(messages.open(new UUID(7, 7), store("Ours"))).isEmpty();
  }

  @Test
  void the_application_may_not_change_messages_receipts_or_audit() {
    UUID id = store("Whole");
    for (String forbidden :
        List.of(
            "update message set priority = 'stat' where id = ?",
            "delete from message where id = ?",
            "delete from receipt where message_id = ?",
            "update receipt set state = 'read' where message_id = ?",
            "delete from audit_event where id = ?",
            "update audit_event set outcome = '0' where id = ?")) {
      assertThatThrownBy(() -> database.application().update(forbidden, id))
          .as(forbidden)
          .isInstanceOf(StoreException.class);
    }
    assertThatThrownBy(() -> database.owner().update("delete from audit_event where id = ?", id))
        .as("not even the owner by mistake")
        .isInstanceOf(StoreException.class);
  }

  private UUID store(String text) {
    return store(new MessageContent(text));
  }

  private UUID store(MessageContent content) {
    UUID[] id = new UUID[1];
    database.inTransaction(
        () -> {
          var rows = new RowBatch();
          PartyRef roe = PartyRef.practitioner(new UUID(0, 9));
          HeldConversation conversation =
              mailbox.start(new Beginning(keys.next(), ORGANIZATION, null, "", roe), rows);
          var now = keys.now();
          id[0] = keys.next(now);
          var author =
              new Author(
                  PartyRef.practitioner(new UUID(0, 9)),
                  "dr.roe",
                  "Roe, Rita",
                  "physician",
                  "Cardiology",
                  null,
                  "mfa",
                  null);
          var header =
              new MessageHeader(
                  ORGANIZATION,
                  conversation.id(),
                  id[0],
                  conversation.takePlace(now),
                  author,
                  snapshot(),
                  Priority.ROUTINE,
                  now,
                  null);
          mailbox.add(
              rows,
              conversation,
              new ClinicalMessage(header, content),
              List.of(),
              Category.NOTIFICATION,
              false);
          mailbox.addTo(rows, ORGANIZATION, conversation);
          database.application().write(rows);
        });
    return id[0];
  }

  private static PatientSnapshot snapshot() {
    return new PatientSnapshot(
        new UUID(0, 5), "urn:wardline:authority:WARD", "A1", "Roe, Jane", "1988-08-18");
  }

  /** A key ring without a file. */
  private static final class RingInMemory implements KeyRing {
    @Override
    public WrappedKey wrap(byte[] dataKey, byte[] associated) {
      return new WrappedKey("memory", Seal.seal(WRAPPING_KEY, dataKey, associated));
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, byte[] associated) {
      return Seal.open(
          WRAPPING_KEY,
          Arrays.copyOf(wrapped.bytes(), wrapped.bytes().length),
          associated,
          "data key");
    }
  }
}
