package org.wardline.web.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.directory.Practitioner;
import org.wardline.mailbox.SealedMessages.Opened;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.message.Author;
import org.wardline.message.MessageContent;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Retraction;
import org.wardline.patient.PatientSummary;
import org.wardline.reading.Conversations.InboxRow;
import org.wardline.reading.Conversations.OpenConversation;
import org.wardline.reading.Conversations.OpenMessage;
import org.wardline.receipt.Receipts;

/** What the pages get, as they show it. */
public final class Views {
  private Views() {}

  /** A patient: name, birth date and record number always together. */
  public record PatientView(
      String id,
      String name,
      @Nullable String birthDate,
      String recordNumber,
      @Nullable String gender,
      String location) {
    static @Nullable PatientView of(@Nullable PatientSummary p) {
      return p == null
          ? null
          : new PatientView(
              p.id().toString(),
              p.name(),
              p.birthDate(),
              p.recordNumber().value(),
              p.gender(),
              p.location());
    }
  }

  /** The patient as the author of a message saw him. */
  public record SnapshotView(String name, @Nullable String birthDate, String recordNumber) {
    static @Nullable SnapshotView of(@Nullable PatientSnapshot s) {
      return s == null ? null : new SnapshotView(s.name(), s.birthDate(), s.identifier());
    }
  }

  /** A row of the inbox. */
  public record InboxRowView(
      String conversationId,
      @Nullable PatientView patient,
      String topic,
      String lastAuthor,
      String lastPriority,
      Instant lastAt,
      int unread,
      boolean urgentUnread,
      @Nullable String firstLine,
      List<String> pending,
      int failed,
      int toAcknowledge) {
    static InboxRowView of(InboxRow row) {
      return new InboxRowView(
          row.conversationId().toString(),
          PatientView.of(row.patient()),
          row.topic(),
          row.lastAuthor(),
          row.lastPriority().code(),
          row.lastAt(),
          row.unread(),
          row.urgentUnread(),
          row.firstLine(),
          row.pending().stream().map(Object::toString).toList(),
          row.failed(),
          row.toAcknowledge());
    }
  }

  /** A conversation. */
  public record ConversationView(
      String id,
      @Nullable PatientView patient,
      String topic,
      Instant startedAt,
      List<MemberView> members,
      List<MessageView> messages,
      @Nullable Instant emergencyUntil,
      @Nullable Instant closesAt) {
    static ConversationView of(OpenConversation c) {
      return new ConversationView(
          c.id().toString(),
          PatientView.of(c.patient()),
          c.topic(),
          c.startedAt(),
          c.members().stream()
              .map(
                  m ->
                      new MemberView(
                          m.party(), m.name(), m.profession(), m.department(), m.viaRole()))
              .toList(),
          c.messages().stream().map(MessageView::of).toList(),
          c.emergencyUntil(),
          c.closesAt());
    }
  }

  /** Somebody who takes part. */
  public record MemberView(
      String party, String name, String profession, String department, @Nullable String viaRole) {}

  /** That a message was taken back: by whom, and who had read it by then. */
  public record RetractionView(String by, Instant at, String reason, int readBy) {
    static RetractionView of(Retraction r) {
      return new RetractionView(r.by(), r.at(), r.reason().words(), r.readBy());
    }
  }

  /**
   * A message.
   *
   * @param text empty when it was taken back
   */
  public record MessageView(
      String id,
      int ordinal,
      String author,
      String authorParty,
      String profession,
      String department,
      String priority,
      boolean alert,
      Instant sentAt,
      String text,
      boolean broken,
      @Nullable SnapshotView patient,
      @Nullable String inResponseTo,
      boolean recordedOnly,
      @Nullable Instant happenedAt,
      @Nullable RetractionView retraction,
      List<ReceiptView> receipts) {
    static MessageView of(OpenMessage m) {
      Opened opened = m.opened();
      var header = opened.header();
      Author author = header.author();
      return new MessageView(
          header.messageId().toString(),
          header.ordinal(),
          author.shownName(),
          author.party().toString(),
          author.profession(),
          author.department(),
          header.priority().code(),
          m.alert(),
          header.sentAt(),
          opened.shown().map(MessageContent::text).orElse(""),
          !opened.whole(),
          SnapshotView.of(header.patient()),
          header.inResponseTo() == null ? null : header.inResponseTo().toString(),
          opened.recordedOnly(),
          opened.recordedOnly()
              ? opened.shown().flatMap(CommunicationMapper::sentElsewhere).orElse(null)
              : null,
          opened.retraction() == null ? null : RetractionView.of(opened.retraction()),
          m.states().stream().map(ReceiptView::of).toList());
    }
  }

  /** What is known of a message at a person or a hospital system. */
  public record ReceiptView(
      String target,
      String name,
      @Nullable String viaRole,
      boolean destination,
      String state,
      String detail,
      Instant at) {
    static ReceiptView of(Receipts.State s) {
      return new ReceiptView(
          s.target(), s.name(), s.viaRole(), s.destination(), s.state().code(), s.detail(), s.at());
    }
  }

  /** Somebody, or a role, to whom one can write. */
  public record RecipientView(
      String party,
      String kind,
      String name,
      String detail,
      @Nullable String holder,
      boolean available) {
    static RecipientView of(Practitioner p) {
      String detail =
          p.department().isEmpty() ? p.profession() : p.profession() + " · " + p.department();
      return new RecipientView(p.party().toString(), "person", p.name(), detail, null, true);
    }

    static RecipientView of(OnCallRole r) {
      var holder = r.holder();
      return new RecipientView(
          r.party().toString(),
          "role",
          r.name(),
          r.department(),
          holder == null ? null : holder.name(),
          holder != null);
    }
  }
}
