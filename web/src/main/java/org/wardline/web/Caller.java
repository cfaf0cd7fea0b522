package org.wardline.web;

import jakarta.security.enterprise.CallerPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;

/** The authenticated caller of a request, as the doors see him. */
public final class Caller extends CallerPrincipal {
  private static final long serialVersionUID = 1L;
  private final transient Actor actor;
  private final transient @Nullable UUID sessionId;
  private final boolean phone;

  /**
   * A caller.
   *
   * @param sessionId his browser session; null with a bearer token
   * @param phone on a phone or tablet
   */
  public Caller(Actor actor, @Nullable UUID sessionId, boolean phone) {
    super(actor.identifier());
    this.actor = actor;
    this.sessionId = sessionId;
    this.phone = phone;
  }

  public Actor actor() {
    return actor;
  }

  /** On a phone or tablet, where other limits hold. */
  public boolean phone() {
    return phone;
  }

  public @Nullable UUID sessionId() {
    return sessionId;
  }

  /**
   * The caller of that request.
   *
   * @throws IllegalStateException when the door was reached without authentication, which the
   *     container must not let happen
   */
  public static Caller of(HttpServletRequest request) {
    return of(request.getUserPrincipal());
  }

  /** The caller behind a principal, which the container may have wrapped. */
  public static Caller of(@Nullable Principal principal) {
    if (principal instanceof Caller caller) {
      return caller;
    }
    throw new IllegalStateException("no authenticated caller");
  }
}
