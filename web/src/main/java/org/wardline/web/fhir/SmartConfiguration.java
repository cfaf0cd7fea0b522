package org.wardline.web.fhir;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.setting.Settings;

/** The SMART discovery document (SMART App Launch 2.0, "Conformance"). */
@Singleton
public class SmartConfiguration {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a system may be let do, besides what stands in charts and directories. */
  private static final List<String> SYSTEM =
      List.of(
          "system/Communication.c",
          "system/Communication.rs",
          "system/Communication.crs",
          "system/Communication.u",
          "system/Communication.crus",
          "system/CommunicationRequest.c",
          "system/CommunicationRequest.crs",
          "system/CommunicationRequest.crus",
          "system/Task.rs",
          "system/Subscription.rs",
          "system/Subscription.crs",
          "system/Subscription.crus",
          "system/Subscription.cruds",
          "system/AuditEvent.rs",
          "system/AuditEvent.c",
          "system/Binary.c",
          "system/Binary.cr",
          "system/Binary.r",
          "on-behalf-of",
          "bulk-export");

  /** What a person's app may be let do. */
  private static final List<String> USER =
      List.of(
          "openid",
          "user/Communication.rs",
          "user/Communication.crs",
          "user/Communication.cruds",
          "user/Composition.rs",
          "user/Task.rs",
          "user/Patient.rs",
          "user/Practitioner.rs",
          "user/AuditEvent.rs",
          "user/Encounter.rs",
          "user/Observation.rs",
          "user/DiagnosticReport.rs",
          "user/ServiceRequest.rs",
          "user/DocumentReference.rs",
          "user/Appointment.rs",
          "user/CareTeam.rs",
          "user/Binary.r",
          "user/CommunicationRequest.rs");

  /** What a person's app may be let do of the one patient in its context. */
  private static final List<String> PATIENT =
      Stream.of(
              "Communication",
              "Task",
              "Patient",
              "Encounter",
              "Observation",
              "DiagnosticReport",
              "ServiceRequest",
              "DocumentReference",
              "Appointment",
              "CareTeam",
              "CommunicationRequest")
          .map(type -> "patient/" + type + ".rs")
          .toList();

  private final Settings settings;

  @Inject
  public SmartConfiguration(Settings settings) {
    this.settings = settings;
  }

  void write(HttpServletResponse response) throws IOException {
    String issuer = settings.text("wardline.oidc.issuer");
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("issuer", issuer);
    document.put("jwks_uri", issuer + "/protocol/openid-connect/certs");
    document.put("token_endpoint", issuer + "/protocol/openid-connect/token");
    document.put("authorization_endpoint", issuer + "/protocol/openid-connect/auth");
    document.put("revocation_endpoint", issuer + "/protocol/openid-connect/revoke");
    document.put("token_endpoint_auth_methods_supported", List.of("private_key_jwt"));
    document.put("token_endpoint_auth_signing_alg_values_supported", List.of("RS384", "ES384"));
    document.put("grant_types_supported", List.of("client_credentials", "authorization_code"));
    document.put("response_types_supported", List.of("code"));
    document.put("code_challenge_methods_supported", List.of("S256"));
    document.put(
        "scopes_supported",
        Stream.of(
                SYSTEM.stream(),
                Stream.of(
                        Stream.of("Patient", "Encounter", "Practitioner"),
                        PostedResources.DIRECTORY.stream(),
                        PostedResources.CHART.stream())
                    .flatMap(types -> types)
                    .sorted()
                    .flatMap(
                        type ->
                            Stream.of("rs", "c", "crs", "crus", "cruds")
                                .map(rights -> "system/" + type + "." + rights)),
                Stream.of("Composition", "Provenance", "HealthcareService", "Device", "Endpoint")
                    .map(type -> "system/" + type + ".rs"),
                USER.stream(),
                PATIENT.stream())
            .flatMap(scopes -> scopes)
            .toList());
    document.put(
        "capabilities",
        List.of(
            "launch-standalone",
            "client-public",
            "client-confidential-asymmetric",
            "sso-openid-connect",
            "permission-user",
            "permission-patient",
            "permission-v2"));
    response.setContentType("application/json;charset=utf-8");
    response.getOutputStream().write(JSON.writeValueAsBytes(document));
  }
}
