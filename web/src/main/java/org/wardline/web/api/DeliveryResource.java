package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.delivery.Circuits;
import org.wardline.delivery.DeadLetters.DeadLetter;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.operation.Deliveries;
import org.wardline.operation.Deliveries.Standing;
import org.wardline.web.Caller;

/** How deliveries into the hospital's systems stand, for administrators. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class DeliveryResource {
  @Inject private Deliveries deliveries;
  @Context private HttpServletRequest request;

  /**
   * A destination.
   *
   * @param state {@code well}, {@code away} or {@code paused}
   * @param reason of the last failure; empty when all is well
   * @param retryAt when it is tried again; null unless it is away
   * @param pausedBy who paused it, or null
   * @param waiting deliveries that wait for it
   * @param oldestAt since when the oldest waits, or null
   * @param parked dead letters
   * @param overdue dead letters that their owner should have seen to
   */
  public record DestinationView(
      String name,
      String display,
      String owner,
      String state,
      String reason,
      @Nullable Instant retryAt,
      @Nullable String pausedBy,
      long filedLastHour,
      long waiting,
      @Nullable Instant oldestAt,
      long parked,
      long overdue) {
    static DestinationView of(Standing standing) {
      Circuits.State state = standing.state();
      boolean away = state.failures() > 0;
      return new DestinationView(
          standing.destination().name(),
          standing.destination().display(),
          standing.destination().owner(),
          state.pausedBy() != null ? "paused" : away ? "away" : "well",
          state.reason(),
          away ? state.openUntil() : null,
          state.pausedBy(),
          standing.figures().filed(),
          standing.figures().waiting(),
          standing.figures().oldest(),
          standing.figures().parked(),
          standing.figures().overdue());
    }
  }

  /** A dead letter: what could not be delivered. Holds nothing of the message. */
  public record DeadLetterView(
      String id,
      String destination,
      String conversationId,
      String messageId,
      String controlId,
      String kind,
      int attempts,
      String reason,
      String owner,
      Instant parkedAt,
      Instant dueAt) {
    static DeadLetterView of(DeadLetter letter) {
      return new DeadLetterView(
          letter.id().toString(),
          letter.destination(),
          letter.conversationId().toString(),
          letter.messageId().toString(),
          letter.controlId(),
          letter.kind().code(),
          letter.attempts(),
          letter.reason(),
          letter.owner(),
          letter.parkedAt(),
          letter.dueAt());
    }
  }

  @GET
  @Path("destinations")
  public List<DestinationView> destinations() {
    return deliveries.standings(actor()).stream().map(DestinationView::of).toList();
  }

  /** Delivers nothing more to it, until it is resumed. */
  @POST
  @Path("destinations/{name}/pause")
  public void pause(@PathParam("name") String name) {
    found(deliveries.pause(actor(), name));
  }

  /** Whether it answered, and what stands in the way. */
  public record ReachedView(boolean reached, String problem) {}

  /** Reaches for it, without delivering anything. */
  @POST
  @Path("destinations/{name}/test")
  public ReachedView test(@PathParam("name") String name) {
    return deliveries
        .test(actor(), name)
        .map(r -> new ReachedView(r.problem().isEmpty(), r.problem()))
        .orElseThrow(NotFoundException::new);
  }

  @POST
  @Path("destinations/{name}/resume")
  public void resume(@PathParam("name") String name) {
    found(deliveries.resume(actor(), name));
  }

  @GET
  @Path("dead-letters")
  public List<DeadLetterView> deadLetters() {
    return deliveries.parked(actor()).stream().map(DeadLetterView::of).toList();
  }

  /** Puts it back into its lane. */
  @POST
  @Path("dead-letters/{id}/replay")
  public void replay(@PathParam("id") String id) {
    try {
      found(deliveries.replay(actor(), Identifiers.parse(id)));
    } catch (IllegalArgumentException e) {
      throw new NotFoundException(e);
    }
  }

  private Actor actor() {
    return Caller.of(request).actor();
  }

  private static void found(boolean found) {
    if (!found) {
      throw new NotFoundException();
    }
  }
}
