package org.wardline.handover;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.compose.Submissions.Submitted;
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
   * @param role code of the on-call role through which they were addressed; null when by name
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
      @Nullable String role,
      @Nullable UUID patient,
      String location,
      boolean closed) {
    /** The same for the same messages, however often it is tried. */
    String key() {
      return person + ":" + messages.get(messages.size() - 1);
    }

    /**
     * It is somebody else's business: what was written to him by name, about no patient, is not.
     */
    boolean handedOver() {
      return patient != null || role != null;
    }
  }

  /**
   * What waits now, the most urgent first; it goes by the index of what nobody has read. Somebody
   * who is back within {@code wardline.handover.after} finds everything as it was; what is older
   * than {@code wardline.handover.reach} nobody can act on any more.
   *
   * @param tried conversations that are left out
   */
  public List<Item> waiting(Collection<UUID> tried) {
    UUID organization = settings.organization();
    Instant now = keys.now();
    return database.list(
        """
        select p.id as person, p.name, r.conversation_id, c.topic, c.patient_id, coalesce(pt.location, '') as location,
          coalesce(c.closes_at <= ?, false) as closed, o.code as role_code, array_agg(r.message_id::text order by r.message_id) as messages,
          (array['routine', 'urgent', 'asap', 'stat'])[max(array_position(array['routine', 'urgent', 'asap', 'stat'], m.priority))] as priority
        from practitioner p
        join recipient_state r on r.organization_id = p.organization_id and r.target = 'Practitioner/' || p.id
          and r.rank < 40 and not r.is_destination
        join message m on m.id = r.message_id
        join conversation c on c.id = r.conversation_id
        left join on_call_role o on o.organization_id = r.organization_id and o.name = r.via_role
        left join patient pt on pt.id = c.patient_id
        where p.organization_id = ? and not p.active and p.updated_at <= ? and r.state not in (?, ?) and r.message_id >= version7_floor(?)
          and not r.conversation_id = any(?)
        group by p.id, p.name, r.conversation_id, c.topic, c.patient_id, pt.location, c.closes_at, o.code
        order by max(array_position(array['routine', 'urgent', 'asap', 'stat'], m.priority)) desc, min(r.message_id::text) limit ?""",
        row ->
            new Item(
                organization,
                row.uuid("person"),
                row.text("name"),
                row.uuid("conversation_id"),
                row.text("topic"),
                row.texts("messages").stream().map(UUID::fromString).toList(),
                Priority.fromCode(row.text("priority")),
                row.textOrNull("role_code"),
                row.uuidOrNull("patient_id"),
                row.text("location"),
                row.flag("closed")),
        now,
        organization,
        now.minus(settings.duration("wardline.handover.after")),
        ReceiptState.WITHDRAWN.code(),
        ReceiptState.ESCALATED.code(),
        now.minus(settings.duration("wardline.handover.reach")),
        tried.toArray(UUID[]::new),
        MOST);
  }

  /**
   * They were passed on, and all who look at the messages see to whom. Those who were told of a
   * conversation that is closed take part in it from now on; in an open one they do already.
   *
   * @param told the message that says so
   */
  public void passedOn(Item item, Submitted told, OnCallRole role) {
    if (item.closed()) {
      receipts.ofMessages(item.organization(), List.of(told.messageId())).stream()
          .filter(state -> !state.destination())
          .forEach(
              state ->
                  threads.join(
                      item.organization(),
                      List.of(item.conversation()),
                      PartyRef.parse(state.target()),
                      role.name()));
    }
    settle(item, "left; passed on to " + role.name());
  }

  /** Nobody else is to read them: their authors see that nobody will. */
  public void notPassedOn(Item item) {
    settle(item, "left; passed on to nobody");
  }

  /** What he read meanwhile stays read. */
  private void settle(Item item, String detail) {
    Instant now = keys.now();
    String target = PartyRef.practitioner(item.person()).toString();
    receipts.append(
        item.messages().stream()
            .map(
                message ->
                    new Receipt(
                        new Subject(item.organization(), item.conversation(), message, target),
                        ReceiptState.ESCALATED,
                        detail,
                        "",
                        now))
            .toList());
  }
}
