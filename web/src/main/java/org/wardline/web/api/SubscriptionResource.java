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
import org.wardline.mapping.fhir.SubscriptionView;
import org.wardline.message.Actor;
import org.wardline.subscription.Subscriptions;
import org.wardline.web.Caller;

/** Subscriptions of all clients, for who looks after interfaces. */
@Path("subscriptions")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class SubscriptionResource {
  @Inject private Subscriptions subscriptions;
  @Context private HttpServletRequest request;

  /** One, as it is looked after: where it goes, and how far behind it is. */
  public record View(
      String id,
      String client,
      String about,
      String endpoint,
      String status,
      String error,
      long waiting,
      Instant endsAt) {
    static View of(SubscriptionView s) {
      return new View(
          s.id().toString(),
          s.client(),
          s.resourceType(),
          s.endpoint(),
          s.status(),
          s.error(),
          s.collected() - s.notified(),
          s.endsAt());
    }
  }

  @GET
  public List<View> all() {
    return subscriptions.all(actor()).stream().map(View::of).toList();
  }

  /** Puts one back to work that was given up. */
  @POST
  @Path("{id}/resume")
  public void resume(@PathParam("id") String id) {
    if (!subscriptions.resume(actor(), Ids.of("id", id))) {
      throw new NotFoundException();
    }
  }

  /** Ends one. */
  @POST
  @Path("{id}/end")
  public void end(@PathParam("id") String id) {
    if (!subscriptions.end(actor(), Ids.of("id", id))) {
      throw new NotFoundException();
    }
  }

  private Actor actor() {
    return Caller.of(request).actor();
  }
}
