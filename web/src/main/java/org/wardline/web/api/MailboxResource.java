package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.compose.Acknowledgments;
import org.wardline.compose.Draft;
import org.wardline.compose.Retractions;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.MessageContent;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;
import org.wardline.reading.Confirmations;
import org.wardline.reading.Conversations;
import org.wardline.web.Caller;
import org.wardline.web.api.Views.ConversationView;
import org.wardline.web.api.Views.InboxRowView;
import org.wardline.web.api.Views.RetractionView;

/** Inbox, conversations, sending, and what a page confirms. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class MailboxResource {
  private static final String CLIENT_KEY = "urn:wardline:client-key";
  private static final int LONGEST_KEY = 64;

  @Inject private Conversations conversations;
  @Inject private Submissions submissions;
  @Inject private Confirmations confirmations;
  @Inject private Retractions retractions;
  @Inject private Acknowledgments acknowledgments;
  @Context private HttpServletRequest request;

  /**
   * A message to send.
   *
   * @param clientKey made by the page; sending again with the same one changes nothing
   */
  public record NewMessage(
      @Nullable String clientKey,
      @Nullable String conversationId,
      @Nullable String patientId,
      @Nullable String topic,
      @Nullable List<String> recipients,
      @Nullable String priority,
      @Nullable String text,
      @Nullable String inResponseTo) {}

  /** Where a sent message is. */
  public record Sent(String messageId, String conversationId) {}

  /** What a page confirms. */
  public record Confirmation(@Nullable String state, @Nullable List<String> messages) {}

  /** How many of them were news. */
  public record Confirmed(int count) {}

  @GET
  @Path("inbox")
  public List<InboxRowView> inbox() {
    return conversations.inbox(actor()).stream().map(InboxRowView::of).toList();
  }

  @GET
  @Path("conversations/{id}")
  public ConversationView conversation(@PathParam("id") String id) {
    return conversations
        .open(actor(), Ids.of("id", id))
        .map(ConversationView::of)
        .orElseThrow(NotFoundException::new);
  }

  @POST
  @Path("messages")
  public Response send(@Nullable NewMessage message) {
    Submitted sent =
        submissions.submit(
            actor(), draft(Objects.requireNonNullElseGet(message, MailboxResource::nothing)));
    return Response.status(sent.repeated() ? 200 : 201)
        .entity(new Sent(sent.messageId().toString(), sent.conversationId().toString()))
        .build();
  }

  /** Why a message is taken back. */
  public record TakeBack(@Nullable String reason) {}

  @POST
  @Path("messages/{id}/retraction")
  public RetractionView retract(@PathParam("id") String id, @Nullable TakeBack why) {
    String reason = why == null || why.reason() == null ? "" : why.reason();
    return retractions
        .retract(actor(), Ids.of("id", id), Retraction.Reason.fromCode(reason))
        .map(RetractionView::of)
        .orElseThrow(NotFoundException::new);
  }

  /** Since when an alert is acknowledged. */
  public record Acknowledged(Instant at) {}

  @POST
  @Path("messages/{id}/acknowledgment")
  public Acknowledged acknowledge(@PathParam("id") String id) {
    return acknowledgments
        .acknowledge(actor(), Ids.of("id", id), device())
        .map(Acknowledged::new)
        .orElseThrow(NotFoundException::new);
  }

  private String device() {
    UUID session = Caller.of(request).sessionId();
    return session == null ? "" : session.toString();
  }

  @POST
  @Path("receipts")
  public Confirmed confirm(@Nullable Confirmation confirmation) {
    if (confirmation == null || confirmation.messages() == null || confirmation.state() == null) {
      throw new InvalidMessageException("messages", "State and messages are required.");
    }
    ReceiptState state =
        switch (confirmation.state()) {
          case "delivered" -> ReceiptState.DELIVERED;
          case "read" -> ReceiptState.READ;
          default ->
              throw new InvalidMessageException("state", "A page reports delivered or read.");
        };
    List<UUID> messages = confirmation.messages().stream().map(m -> Ids.of("messages", m)).toList();
    return new Confirmed(confirmations.confirm(actor(), messages, state, device()));
  }

  private Actor actor() {
    return Caller.of(request).actor();
  }

  private static NewMessage nothing() {
    return new NewMessage(null, null, null, null, null, null, null, null);
  }

  private static Draft draft(NewMessage message) {
    List<BusinessIdentifier> names =
        message.clientKey() == null
            ? List.of()
            : List.of(new BusinessIdentifier(CLIENT_KEY, shortened(message.clientKey())));
    List<String> recipients = message.recipients() == null ? List.of() : message.recipients();
    return new Draft(
        optional("conversationId", message.conversationId()),
        optional("patientId", message.patientId()),
        message.topic() == null ? "" : message.topic(),
        recipients.stream().map(MailboxResource::party).toList(),
        Category.NOTIFICATION,
        priority(message.priority()),
        new MessageContent(message.text() == null ? "" : message.text()),
        optional("inResponseTo", message.inResponseTo()),
        null,
        false,
        names);
  }

  private static String shortened(String key) {
    return key.substring(0, Math.min(key.length(), LONGEST_KEY));
  }

  private static Priority priority(@Nullable String code) {
    try {
      return code == null ? Priority.ROUTINE : Priority.fromCode(code);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          "priority", "The priority is routine, urgent, asap or stat.");
    }
  }

  private static PartyRef party(String reference) {
    try {
      return PartyRef.parse(reference);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("recipients", "A recipient is not a person or role.");
    }
  }

  private static @Nullable UUID optional(String field, @Nullable String id) {
    return id == null || id.isEmpty() ? null : Ids.of(field, id);
  }
}
