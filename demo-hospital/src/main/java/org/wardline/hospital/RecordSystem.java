package org.wardline.hospital;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hospital's record system, as far as opening an app for a patient goes (SMART App Launch 2.2,
 * EHR launch): a page with patients, an authorization server that takes one public client with
 * PKCE, and the patient by FHIR. Whoever opens the page counts as signed in here.
 */
final class RecordSystem extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One for all of them: by such a number nobody may be taken for somebody. */
  private static final String SOCIAL_SECURITY = "756.0000.0000.01";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, DemoPatient> patients;
  private final String base;
  private final String app;

  /** What was opened for whom, by the key that says so; each is used once. */
  private final Map<String, DemoPatient> launches = new ConcurrentHashMap<>();

  private final Map<String, Granted> codes = new ConcurrentHashMap<>();
  private final Map<String, DemoPatient> tokens = new ConcurrentHashMap<>();

  private record Granted(DemoPatient patient, String challenge, String redirect) {}

  /**
   * A record system.
   *
   * @param base its own address
   * @param app address of the app that it opens
   */
  RecordSystem(List<DemoPatient> patients, String base, String app) {
    this.base = base;
    this.patients = new ConcurrentHashMap<>();
    patients.forEach(patient -> this.patients.put(patient.number(), patient));
    this.app = app;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = String.valueOf(request.getPathInfo());
    switch (path) {
      case "/" -> page(response);
      case "/open" -> open(request, response);
      case "/authorize" -> authorize(request, response);
      case "/fhir/.well-known/smart-configuration" -> json(response, 200, discovery());
      default -> {
        if (path.startsWith("/fhir/Patient/")) {
          patient(path.substring("/fhir/Patient/".length()), request, response);
        } else {
          response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        }
      }
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!"/token".equals(request.getPathInfo())) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    Granted granted = codes.remove(parameter(request, "code"));
    if (granted == null || !proved(granted, request)) {
      json(response, 400, Map.of("error", "invalid_grant"));
      return;
    }
    String token = key();
    tokens.put(token, granted.patient());
    json(
        response,
        200,
        Map.of(
            "access_token",
            token,
            "token_type",
            "Bearer",
            "expires_in",
            300,
            "scope",
            "launch patient/Patient.r",
            "patient",
            granted.patient().number()));
  }

  private static boolean proved(Granted granted, HttpServletRequest request) {
    return granted.challenge().equals(challenge(parameter(request, "code_verifier")))
        && granted.redirect().equals(parameter(request, "redirect_uri"));
  }

  private void page(HttpServletResponse response) throws IOException {
    var html =
        new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Demo record system</title>"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<body><h1>Demo record system</h1><ul>");
    patients.values().stream()
        .sorted(java.util.Comparator.comparing(DemoPatient::number))
        .forEach(
            p ->
                html.append("<li>")
                    .append(HospitalServlet.safe(p.family() + ", " + p.given()))
                    .append(" · ")
                    .append(HospitalServlet.safe(p.number()))
                    .append(" <a target=\"_blank\" rel=\"opener\" href=\"/ehr/open?patient=")
                    .append(URLEncoder.encode(p.number(), StandardCharsets.UTF_8))
                    .append("\">Open in Wardline</a></li>"));
    html.append("<li>Somebody without a number that Wardline knows ")
        .append(
            "<a target=\"_blank\" href=\"/ehr/open?patient=unknown\">Open in Wardline</a></li></ul>");
    response.setContentType("text/html;charset=utf-8");
    response.getOutputStream().write(html.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
    DemoPatient patient =
        patients.getOrDefault(
            parameter(request, "patient"), new DemoPatient("unknown", "Nobody", "Known", "", ""));
    String launch = key();
    launches.put(launch, patient);
    response.sendRedirect(
        app + "/auth/launch?iss=" + encoded(base + "/fhir") + "&launch=" + launch);
  }

  /**
   * Grants at once; a wrong client or address is told here, never passed on (RFC 6749, 4.1.2.1).
   */
  private void authorize(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String redirect = parameter(request, "redirect_uri");
    if (!parameter(request, "client_id").equals("wardline")
        || !redirect.equals(app + "/auth/launched")) {
      json(response, 400, Map.of("error", "invalid_client"));
      return;
    }
    DemoPatient patient = launches.remove(parameter(request, "launch"));
    boolean sound =
        parameter(request, "aud").equals(base + "/fhir")
            && parameter(request, "response_type").equals("code")
            && parameter(request, "code_challenge_method").equals("S256");
    String answer;
    if (sound && patient != null) {
      String code = key();
      codes.put(code, new Granted(patient, parameter(request, "code_challenge"), redirect));
      answer = "code=" + code;
    } else {
      answer = "error=invalid_request";
    }
    response.sendRedirect(
        redirect + "?" + answer + "&state=" + encoded(parameter(request, "state")));
  }

  private void patient(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String bearer = String.valueOf(request.getHeader("Authorization")).replaceFirst("Bearer ", "");
    DemoPatient patient = tokens.get(bearer);
    if (patient == null || !patient.number().equals(id)) {
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      return;
    }
    json(
        response,
        200,
        Map.of(
            "resourceType",
            "Patient",
            "id",
            id,
            "identifier",
            List.of(
                Map.of("system", "urn:wardline:authority:DEMO", "value", patient.number()),
                Map.of("system", "urn:wardline:authority:AHV", "value", SOCIAL_SECURITY)),
            "name",
            List.of(Map.of("family", patient.family(), "given", List.of(patient.given())))));
  }

  private Map<String, Object> discovery() {
    return Map.of(
        "authorization_endpoint",
        base + "/authorize",
        "token_endpoint",
        base + "/token",
        "grant_types_supported",
        List.of("authorization_code"),
        "code_challenge_methods_supported",
        List.of("S256"),
        "capabilities",
        List.of("launch-ehr", "client-public", "context-ehr-patient", "permission-v2"));
  }

  private static String parameter(HttpServletRequest request, String name) {
    @Nullable String value = request.getParameter(name);
    return value == null ? "" : value;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String key() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void json(HttpServletResponse response, int status, Object value)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/json;charset=utf-8");
    response.getOutputStream().write(JSON.writeValueAsBytes(value));
  }
}
