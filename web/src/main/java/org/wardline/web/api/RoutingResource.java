package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.RoutingOffice;
import org.wardline.operation.RoutingOffice.Change;
import org.wardline.routing.Route;
import org.wardline.routing.Routes;
import org.wardline.web.Caller;

/** Which messages go where, for administrators. */
@Path("routes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class RoutingResource {
  @Inject private RoutingOffice office;
  @Context private HttpServletRequest request;

  /** A rule; what is absent or empty restricts nothing. */
  public record RouteView(
      @Nullable String destination,
      @Nullable List<String> categories,
      @Nullable List<String> units,
      @Nullable List<String> classes,
      @Nullable List<String> priorities,
      @Nullable Boolean patient) {
    static RouteView of(Route r) {
      return new RouteView(
          r.destination(), r.categories(), r.units(), r.classes(), r.priorities(), r.patient());
    }

    Route route() {
      return new Route(
          destination == null ? "" : destination,
          some(categories),
          some(units),
          some(classes),
          some(priorities),
          patient);
    }

    private static @Nullable List<String> some(@Nullable List<String> list) {
      return list == null || list.isEmpty() ? null : list.stream().map(String::strip).toList();
    }
  }

  /** A version that was made. */
  public record ChangeView(int version, String by, Instant at) {
    static ChangeView of(Change change) {
      return new ChangeView(change.version().version(), change.by(), change.version().changedAt());
    }
  }

  /**
   * What holds.
   *
   * @param version to be named when it is changed; 0 for the operator's file
   */
  public record RoutesView(int version, List<RouteView> routes, List<ChangeView> history) {}

  /** What shall hold, made from a version. */
  public record RoutesBody(@Nullable Integer version, @Nullable List<RouteView> routes) {}

  /** The version that was made. */
  public record MadeView(int version) {}

  @GET
  public RoutesView routes() {
    var standing = office.standing(Caller.of(request).actor());
    return new RoutesView(
        standing.routes().version(),
        standing.routes().list().stream().map(RouteView::of).toList(),
        standing.history().stream().map(ChangeView::of).toList());
  }

  @PUT
  public Response change(RoutesBody body) {
    List<RouteView> routes = body.routes();
    if (body.version() == null || routes == null) {
      throw new InvalidMessageException("routes", "Version and routes are required.");
    }
    return office
        .change(
            Caller.of(request).actor(),
            body.version(),
            routes.stream().map(RouteView::route).toList())
        .map(Routes::version)
        .map(version -> Response.ok(new MadeView(version)).build())
        .orElseGet(
            () ->
                Faults.problem(
                    409, "Somebody else changed the routes meanwhile. Look at them again.", null));
  }
}
