package org.wardline.hospital;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Shows what arrived: {@code GET /hl7} as JSON, {@code GET /} as a page. {@code POST
 * /behaviour?door=fhir|mllp&mode=…&times=…&delay=…} tells a door how to behave; modes are those of
 * {@link Behaviour.Mode}.
 */
final class HospitalServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final transient MllpReceiver mllp;
  private final transient FhirReceiver fhir;
  private final transient Map<String, Behaviour> doors;

  HospitalServlet(MllpReceiver mllp, FhirReceiver fhir, Map<String, Behaviour> doors) {
    this.mllp = mllp;
    this.fhir = fhir;
    this.doors = doors;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    switch (request.getRequestURI()) {
      case "/hl7" -> json(response, Map.of("messages", mllp.messages()));
      case "/health" -> json(response, Map.of("status", "UP"));
      case "/" -> page(response);
      default -> response.setStatus(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Behaviour door = doors.get(String.valueOf(request.getParameter("door")));
    if (!request.getRequestURI().equals("/behaviour") || door == null) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    try {
      String times = request.getParameter("times");
      String delay = request.getParameter("delay");
      door.tell(
          String.valueOf(request.getParameter("mode")),
          times == null ? -1 : Integer.parseInt(times),
          delay == null ? Duration.ofSeconds(15) : Duration.parse(delay));
      json(response, Map.of("mode", door.shown().name()));
    } catch (RuntimeException e) {
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
      json(response, Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  private void page(HttpServletResponse response) throws IOException {
    var html =
        new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Demo hospital</title>");
    html.append(
        "<body><h1>Demo hospital</h1><p><a href=\"/ehr/\">Record system: open Wardline for a patient</a></p><h2>FHIR Communication</h2>");
    list(
        html,
        fhir.search(null).stream()
            .map(c -> c.getIdElement().getIdPart() + " " + c.getPayloadFirstRep().getContent())
            .toList());
    html.append("<h2>HL7 v2</h2>");
    list(html, mllp.messages());
    response.setContentType("text/html;charset=utf-8");
    response.getOutputStream().write(html.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void list(StringBuilder html, List<String> texts) {
    html.append("<ol>");
    for (String text : texts) {
      html.append("<li><pre>").append(safe(text).replace("\r", "\n")).append("</pre></li>");
    }
    html.append("</ol>");
  }

  /** Text as it may stand in a page. */
  static String safe(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static void json(HttpServletResponse response, Object value) throws IOException {
    response.setContentType("application/json;charset=utf-8");
    response.getOutputStream().write(JSON.writeValueAsBytes(value));
  }
}
