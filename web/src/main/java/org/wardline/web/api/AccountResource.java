package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.Accounts;
import org.wardline.operation.Accounts.Account;
import org.wardline.session.Enrolments.Factor;
import org.wardline.session.WebSession;
import org.wardline.web.Caller;

/** Where one is signed in, for everybody; and the accounts of others, for administrators. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class AccountResource {
  private static final int MOST = 50;

  @Inject private Accounts accounts;
  @Context private HttpServletRequest request;

  /**
   * A session.
   *
   * @param current it is the one that asks
   * @param device browser and system
   * @param lastSeenAt last used, within half a minute
   * @param endsAt at the latest
   */
  public record SessionView(
      String id,
      boolean current,
      String device,
      boolean phone,
      String address,
      Instant startedAt,
      Instant lastSeenAt,
      Instant endsAt) {
    static SessionView of(WebSession session, @Nullable UUID current) {
      return new SessionView(
          session.id().toString(),
          session.id().equals(current),
          session.device(),
          session.phone(),
          session.address(),
          session.createdAt(),
          session.lastSeenAt(),
          session.expiresAt());
    }
  }

  /** Somebody who can sign in; {@code enrolsUntil}: he may enrol a factor, else null. */
  public record AccountView(
      String id,
      String username,
      String name,
      String profession,
      String department,
      List<SessionView> sessions,
      @Nullable Instant enrolsUntil) {
    static AccountView of(Account account, @Nullable UUID current) {
      return new AccountView(
          account.person().id().toString(),
          account.person().username(),
          account.person().name(),
          account.person().profession(),
          account.person().department(),
          account.sessions().stream().map(s -> SessionView.of(s, current)).toList(),
          account.enrolsUntil());
    }
  }

  /**
   * What somebody may enrol.
   *
   * @param factor {@code code} or {@code passkey}
   * @param lost what he had is lost: it is taken away
   */
  public record EnrolmentBody(@Nullable String factor, boolean lost) {}

  /** Until when he may enrol. */
  public record EnrolmentView(Instant until) {}

  @GET
  @Path("sessions")
  public List<SessionView> sessions() {
    return accounts.own(actor()).stream()
        .map(s -> SessionView.of(s, Caller.of(request).sessionId()))
        .toList();
  }

  @DELETE
  @Path("sessions/{id}")
  public void end(@PathParam("id") String id) {
    found(accounts.endOwn(actor(), identifier(id)));
  }

  @GET
  @Path("accounts")
  public List<AccountView> accounts(@QueryParam("q") @Nullable String q) {
    return accounts.accounts(actor(), q == null ? "" : q.replace("\0", "").strip(), MOST).stream()
        .map(account -> AccountView.of(account, Caller.of(request).sessionId()))
        .toList();
  }

  /** Ends all sessions; lost devices empty themselves. */
  @POST
  @Path("accounts/{id}/wipe")
  public void wipe(@PathParam("id") String id) {
    found(accounts.wipe(actor(), identifier(id)));
  }

  /** Lets him enrol a second factor at his next sign-in. */
  @POST
  @Path("accounts/{id}/enrolment")
  public EnrolmentView enrol(@PathParam("id") String id, EnrolmentBody body) {
    return accounts
        .allowEnrolment(actor(), identifier(id), factor(body.factor()), body.lost())
        .map(EnrolmentView::new)
        .orElseThrow(NotFoundException::new);
  }

  private static Factor factor(@Nullable String name) {
    try {
      return Factor.valueOf(String.valueOf(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("factor", "The factor is code or passkey.");
    }
  }

  private static UUID identifier(String id) {
    try {
      return Identifiers.parse(id);
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
