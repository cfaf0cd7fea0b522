package org.wardline.web;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * An error in the form of its door: OperationOutcome for FHIR, problem+json (RFC 9457) for all
 * else.
 */
public final class Problem {
  /** What those hear who come while nothing can be kept. */
  public static final String NOT_NOW =
      "The system cannot keep anything now, and nothing was kept. Try again in a moment.";

  /** Seconds after which they may try again. */
  public static final String RETRY_AFTER = "5";

  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Problem() {}

  /** True for the paths that programs use, where a refusal is never a redirect to a page. */
  public static boolean program(String path) {
    return path.startsWith("/fhir") || path.startsWith("/api") || path.equals("/live");
  }

  /** The members of a problem. */
  public static Map<String, Object> members(int status, String detail, @Nullable String field) {
    var members = new LinkedHashMap<String, Object>();
    members.put("type", "about:blank");
    members.put("title", title(status));
    members.put("status", status);
    members.put("detail", detail);
    if (field != null) {
      members.put("field", field);
    }
    return members;
  }

  /** Writes the error as the whole answer. */
  public static void write(
      HttpServletRequest request, HttpServletResponse response, int status, String detail)
      throws IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    if (status == 503) {
      response.setHeader("Retry-After", RETRY_AFTER);
    }
    byte[] body;
    if (request.getRequestURI().startsWith("/fhir")) {
      response.setContentType("application/fhir+json;charset=utf-8");
      body =
          FHIR.newJsonParser()
              .encodeResourceToString(outcome(status, detail))
              .getBytes(StandardCharsets.UTF_8);
    } else {
      response.setContentType("application/problem+json;charset=utf-8");
      body = JSON.writeValueAsBytes(members(status, detail, null));
    }
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  private static OperationOutcome outcome(int status, String detail) {
    var outcome = new OperationOutcome();
    IssueType code =
        switch (status) {
          case 400 -> IssueType.INVALID;
          case 401 -> IssueType.LOGIN;
          case 403 -> IssueType.FORBIDDEN;
          case 406 -> IssueType.NOTSUPPORTED;
          case 413 -> IssueType.TOOLONG;
          case 429 -> IssueType.THROTTLED;
          case 503 -> IssueType.TRANSIENT;
          default -> IssueType.PROCESSING;
        };
    outcome.addIssue().setSeverity(IssueSeverity.ERROR).setCode(code).setDiagnostics(detail);
    return outcome;
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad request";
      case 401 -> "Not signed in";
      case 403 -> "Refused";
      case 404 -> "Not found";
      case 406 -> "Not acceptable";
      case 409 -> "Conflict";
      case 413 -> "Too large";
      case 429 -> "Too many requests";
      case 422 -> "Cannot be accepted";
      case 503 -> "Not available now";
      default -> "Error";
    };
  }
}
