package org.wardline.handover;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnCallRoles.Holder;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.mailbox.PatientThreads;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.receipt.Receipts;
import org.wardline.receipt.Receipts.Receipt;
import org.wardline.receipt.Receipts.Subject;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Messages that wait for somebody who cannot read them any more. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class OpenItems {
  private static final int MOST = 50;

  @Inject private Database database;
  @Inject private Settings settings;
  @Inject private Receipts receipts;
  @Inject private PatientThreads threads;
  @Inject private Keys keys;

  /**
   * What waits in one conversation for one person.
   *
   * @param messages oldest first; at least one
   * @param priority the highest among them
   * @param patient null when the conversation is about none
   * @param location of the patient; empty when unknown
   * @param closed the conversation takes no messages any more
   */
  public record Item(
      UUID organization,
      UUID person,
      String name,
      UUID conversation,
      String topic,
      List<UUID> messages,
      Priority priority,
      @Nullable UUID patient,
      String location,
      boolean closed) {
    /** The same for the same messages, however often it is tried. */
    String key() {
      return person + ":" + messages.get(messages.size() - 1);
    }
  }

  /**
   * What waits now, by the most urgent; it goes by the index of what nobody has read. What is older
   * than {@code wardline.handover.reach} nobody can act on any more.
   */
  public List<Item> waiting() {
    UUID organization = settings.organization();
    Instant now = keys.now();
    return database
        .list(
            """
            select p.id as person, p.name, r.conversation_id, c.topic, c.patient_id, coalesce(pt.location, '') as location,
              coalesce(c.closes_at <= ?, false) as closed, array_agg(r.message_id::text order by r.message_id) as messages,
              array_agg(m.priority) as priorities
            from practitioner p
            join recipient_state r on r.organization_id = p.organization_id and r.target = 'Practitioner/' || p.id
              and r.rank < 40 and not r.is_destination
            join message m on m.id = r.message_id
            join conversation c on c.id = r.conversation_id
            left join patient pt on pt.id = c.patient_id
            where p.organization_id = ? and not p.active and r.state <> ? and r.message_id >= version7_floor(?)
            group by p.id, p.name, r.conversation_id, c.topic, c.patient_id, pt.location, c.closes_at
            order by min(r.message_id::text) limit ?""",
            row ->
                new Item(
                    organization,
                    row.uuid("person"),
                    row.text("name"),
                    row.uuid("conversation_id"),
                    row.text("topic"),
                    row.texts("messages").stream().map(UUID::fromString).toList(),
                    row.texts("priorities").stream()
                        .map(Priority::fromCode)
                        .max(Comparator.comparingInt(Priority::urgency))
                        .orElse(Priority.ROUTINE),
                    row.uuidOrNull("patient_id"),
                    row.text("location"),
                    row.flag("closed")),
            now,
            organization,
            ReceiptState.WITHDRAWN.code(),
            now.minus(settings.duration("wardline.handover.reach")),
            MOST)
        .stream()
        .sorted(Comparator.comparingInt((Item item) -> item.priority().urgency()).reversed())
        .toList();
  }

  /**
   * They were passed on: whoever holds the role takes part, and all who look at the messages see to
   * whom they went. Who came back and read them meanwhile has read them.
   */
  public void passedOn(Item item, OnCallRole role) {
    Holder holder = role.holder();
    if (holder != null) {
      threads.join(item.organization(), List.of(item.conversation()), holder.party(), role.name());
    }
    Instant now = keys.now();
    String target = PartyRef.practitioner(item.person()).toString();
    receipts.append(
        item.messages().stream()
            .map(
                message ->
                    new Receipt(
                        new Subject(item.organization(), item.conversation(), message, target),
                        ReceiptState.ESCALATED,
                        "left; passed on to " + role.name(),
                        "",
                        now))
            .toList());
  }
}
