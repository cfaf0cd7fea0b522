package org.wardline.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.access.AccessDeniedException;
import org.wardline.access.StepUpRequiredException;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.message.InvalidMessageException;
import org.wardline.store.StoreException;
import org.wardline.web.BodyTooLongException;
import org.wardline.web.Problem;

/** Turns whatever went wrong into problem+json (RFC 9457); the one place for this door. */
@Provider
public class Faults implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  @Override
  public Response toResponse(Throwable thrown) {
    for (Throwable fault = thrown; fault != null; fault = fault.getCause()) {
      Response known = known(fault);
      if (known != null) {
        return known;
      }
    }
    if (StoreException.unavailable(thrown)) {
      LOG.warn("a request was refused for now: {}", thrown.getClass().getSimpleName());
      return Response.fromResponse(problem(503, Problem.NOT_NOW, null))
          .header("Retry-After", Problem.RETRY_AFTER)
          .build();
    }
    LOG.error("a request failed", thrown);
    return problem(500, "Something went wrong on our side. Nothing was sent.", null);
  }

  private static @Nullable Response known(Throwable fault) {
    if (fault instanceof InvalidMessageException invalid) {
      return problem(422, invalid.getMessage(), invalid.field());
    }
    if (fault instanceof UnknownReferenceException unknown) {
      return problem(422, unknown.getMessage(), unknown.field());
    }
    if (fault instanceof StepUpRequiredException stepUp) {
      return Response.fromResponse(problem(401, stepUp.getMessage(), null))
          .header("WWW-Authenticate", stepUp.challenge())
          .build();
    }
    if (fault instanceof BodyTooLongException) {
      return problem(413, fault.getMessage(), null);
    }
    if (fault instanceof AccessDeniedException) {
      return problem(403, fault.getMessage(), null);
    }
    if (fault instanceof JsonMappingException || fault instanceof JsonProcessingException) {
      return problem(400, "The body is not the JSON that is expected here.", null);
    }
    if (fault instanceof WebApplicationException web) {
      int status = web.getResponse().getStatus();
      return status < 500
          ? problem(status, status == 404 ? "There is nothing here." : "Bad request.", null)
          : null;
    }
    return null;
  }

  static Response problem(int status, @Nullable String detail, @Nullable String field) {
    return Response.status(status)
        .type("application/problem+json")
        .entity(Problem.members(status, detail == null ? "" : detail, field))
        .build();
  }
}
