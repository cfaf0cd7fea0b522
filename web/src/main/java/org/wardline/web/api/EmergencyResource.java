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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wardline.access.EmergencyAccess.Verdict;
import org.wardline.message.Actor;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.Emergencies;
import org.wardline.operation.Emergencies.Review;
import org.wardline.reading.Conversations;
import org.wardline.reading.Conversations.Heading;
import org.wardline.web.Caller;
import org.wardline.web.api.Views.PatientView;

/** Breaking the glass, and its review. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class EmergencyResource {
  @Inject private Emergencies emergencies;
  @Inject private Conversations conversations;
  @Context private HttpServletRequest request;

  /** Whose conversations, and why. */
  public record OpenBody(@Nullable String patientId, @Nullable String reason) {}

  /** Until when. */
  public record OpenedView(Instant until) {}

  /** A conversation about the patient. */
  public record HeadingView(
      String id, String topic, Instant startedAt, Instant changedAt, int messages) {
    static HeadingView of(Heading heading) {
      return new HeadingView(
          heading.id().toString(),
          heading.topic(),
          heading.startedAt(),
          heading.changedAt(),
          heading.messages());
    }
  }

  /**
   * A case; {@code verdict} is {@code justified}, {@code unjustified}, or null until it is
   * reviewed.
   */
  public record ReviewView(
      String id,
      String person,
      String detail,
      @Nullable PatientView patient,
      String reason,
      Instant openedAt,
      Instant until,
      int conversations,
      @Nullable String verdict,
      String note) {
    static ReviewView of(Review review) {
      var access = review.access();
      var person = review.person();
      return new ReviewView(
          access.id().toString(),
          person == null ? "somebody who has left" : person.name(),
          person == null ? "" : person.profession() + " · " + person.department(),
          PatientView.of(review.patient()),
          access.reason(),
          access.openedAt(),
          access.until(),
          access.conversations(),
          access.verdict() == null ? null : access.verdict().name().toLowerCase(Locale.ROOT),
          access.note());
    }
  }

  /** What a reviewer decided. */
  public record VerdictBody(@Nullable String verdict, @Nullable String note) {}

  /** How many cases wait. */
  public record WaitingView(int count) {}

  @POST
  @Path("emergencies")
  public OpenedView open(OpenBody body) {
    return emergencies
        .open(
            actor(),
            Ids.of("patientId", body.patientId()),
            body.reason() == null ? "" : body.reason())
        .map(opened -> new OpenedView(opened.until()))
        .orElseThrow(NotFoundException::new);
  }

  @GET
  @Path("emergencies/{patient}/conversations")
  public List<HeadingView> conversations(@PathParam("patient") String patient) {
    return conversations.ofPatient(actor(), Ids.of("patient", patient)).stream()
        .map(HeadingView::of)
        .toList();
  }

  @GET
  @Path("emergency-reviews")
  public List<ReviewView> reviews() {
    return emergencies.cases(actor()).stream().map(ReviewView::of).toList();
  }

  @GET
  @Path("emergency-reviews/waiting")
  public WaitingView waiting() {
    return new WaitingView(emergencies.waiting(actor()));
  }

  @POST
  @Path("emergency-reviews/{id}")
  public void review(@PathParam("id") String id, VerdictBody body) {
    boolean ended =
        emergencies.review(
            actor(),
            Ids.of("id", id),
            verdict(body.verdict()),
            body.note() == null ? "" : body.note());
    if (!ended) {
      throw new NotFoundException();
    }
  }

  private static Verdict verdict(@Nullable String name) {
    try {
      return Verdict.valueOf(String.valueOf(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("verdict", "The verdict is justified or unjustified.");
    }
  }

  private Actor actor() {
    return Caller.of(request).actor();
  }
}
