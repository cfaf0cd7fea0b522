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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.LimitOffice;
import org.wardline.operation.LimitOffice.Change;
import org.wardline.session.SessionLimits;
import org.wardline.session.SessionLimits.Limit;
import org.wardline.web.Caller;

/** How long browser sessions last, for administrators. */
@Path("session-limits")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class SessionLimitsResource {
  private static final long MOST_MINUTES = 1_000_000;

  @Inject private LimitOffice office;
  @Context private HttpServletRequest request;

  /**
   * The limits of a kind of device.
   *
   * @param idleMinutes a session ends after so many minutes without use
   * @param absoluteMinutes it ends so many minutes after it began
   */
  public record LimitView(@Nullable Long idleMinutes, @Nullable Long absoluteMinutes) {
    static LimitView of(Limit limit) {
      return new LimitView(roundedUp(limit.idle()), roundedUp(limit.absolute()));
    }

    // the settings may hold less than a minute, which is shown as one
    private static long roundedUp(Duration duration) {
      return duration.plusSeconds(59).toMinutes();
    }

    Limit limit(String where) {
      return new Limit(
          minutes(idleMinutes, where + ".idleMinutes"),
          minutes(absoluteMinutes, where + ".absoluteMinutes"));
    }

    private static Duration minutes(@Nullable Long minutes, String where) {
      if (minutes == null || minutes < 0 || minutes > MOST_MINUTES) {
        throw new InvalidMessageException(where, "This limit needs a number of minutes.");
      }
      return Duration.ofMinutes(minutes);
    }
  }

  /** A version that was made. */
  public record ChangeView(int version, String by, @Nullable Instant at) {
    static ChangeView of(Change change) {
      return new ChangeView(change.version().number(), change.by(), change.version().changedAt());
    }
  }

  /**
   * What holds.
   *
   * @param version to be named when it is changed; 0: the settings
   */
  public record LimitsView(
      int version, LimitView desk, LimitView phone, List<ChangeView> history) {}

  /** What shall hold, made from a version. */
  public record LimitsBody(int version, @Nullable LimitView desk, @Nullable LimitView phone) {
    SessionLimits limits() {
      return new SessionLimits(limit(desk, "desk"), limit(phone, "phone"));
    }

    private static Limit limit(@Nullable LimitView view, String where) {
      if (view == null) {
        throw new InvalidMessageException(where, "The limits of this kind of device are missing.");
      }
      return view.limit(where);
    }
  }

  /** The version that was made. */
  public record MadeView(int version) {}

  @GET
  public LimitsView limits() {
    var standing = office.standing(Caller.of(request).actor());
    SessionLimits limits = standing.holds().limits();
    return new LimitsView(
        standing.holds().number(),
        LimitView.of(limits.desk()),
        LimitView.of(limits.phone()),
        standing.history().stream().map(ChangeView::of).toList());
  }

  @PUT
  public Response change(LimitsBody body) {
    return office
        .change(Caller.of(request).actor(), body.version(), body.limits())
        .map(made -> Response.ok(new MadeView(made.number())).build())
        .orElseGet(
            () ->
                Faults.problem(
                    409, "Somebody else changed the limits meanwhile. Look at them again.", null));
  }
}
