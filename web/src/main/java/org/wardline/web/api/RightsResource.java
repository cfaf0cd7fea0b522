package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wardline.access.Grants;
import org.wardline.access.Grants.Grant;
import org.wardline.access.Right;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.RightsOffice;
import org.wardline.operation.RightsOffice.Change;
import org.wardline.web.Caller;

/** Who has which right, for administrators. */
@Path("rights")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class RightsResource {
  @Inject private RightsOffice office;
  @Context private HttpServletRequest request;

  /**
   * A right of those with a role.
   *
   * @param unit only in that department; empty: everywhere
   */
  public record GrantView(@Nullable String right, @Nullable String role, @Nullable String unit) {
    static GrantView of(Grant grant) {
      return new GrantView(
          grant.right().name().toLowerCase(Locale.ROOT), grant.role(), grant.unit());
    }

    Grant grant() {
      return new Grant(right(right), text(role), text(unit));
    }

    private static Right right(@Nullable String name) {
      try {
        return Right.valueOf(text(name).toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new InvalidMessageException("right", "There is no such right.");
      }
    }

    private static String text(@Nullable String text) {
      return text == null ? "" : text.strip();
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
   * @param version to be named when it is changed
   */
  public record RightsView(int version, List<GrantView> grants, List<ChangeView> history) {}

  /** What shall hold, made from a version. */
  public record RightsBody(int version, @Nullable List<GrantView> grants) {}

  /** The version that was made. */
  public record MadeView(int version) {}

  @GET
  public RightsView rights() {
    var standing = office.standing(Caller.of(request).actor());
    return new RightsView(
        standing.grants().version(),
        standing.grants().list().stream().map(GrantView::of).toList(),
        standing.history().stream().map(ChangeView::of).toList());
  }

  @PUT
  public Response change(RightsBody body) {
    List<GrantView> grants = body.grants() == null ? List.of() : body.grants();
    return office
        .change(
            Caller.of(request).actor(),
            body.version(),
            grants.stream().map(GrantView::grant).toList())
        .map(Grants::version)
        .map(version -> Response.ok(new MadeView(version)).build())
        .orElseGet(
            () ->
                Faults.problem(
                    409, "Somebody else changed the rights meanwhile. Look at them again.", null));
  }
}
