package org.wardline.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The hospital's administrator of Keycloak, who makes and deletes people there. */
final class KeycloakAdmin {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String server;
  private final String token;

  KeycloakAdmin() throws Exception {
    Installation installation = DemoSystem.installation();
    var secrets = new SecretFiles(installation);
    server = installation.issuer().replaceAll("/realms/.*", "");
    String answer =
        DemoSystem.post(
                server + "/realms/master/protocol/openid-connect/token",
                "grant_type=client_credentials&client_id=wardline-bootstrap&client_secret="
                    + secrets.read(secrets.password("keycloak-bootstrap")),
                "Content-Type",
                "application/x-www-form-urlencoded")
            .body();
    token = JSON.readTree(answer).path("access_token").asText();
  }

  void create(String username) throws Exception {
    send(
        "POST",
        "/users",
        "{\"username\":\""
            + username
            + "\",\"enabled\":true,\"firstName\":\"Theo\",\"lastName\":\"Worker\",\"email\":\""
            + username
            + "@hospital.example\"}");
  }

  /** Registers an app of people, with PKCE, that may ask for these scopes. */
  void createApp(String clientId, String redirectUri, List<String> scopes) throws Exception {
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("clientId", clientId);
    client.put("protocol", "openid-connect");
    client.put("publicClient", true);
    client.put("standardFlowEnabled", true);
    client.put("directAccessGrantsEnabled", false);
    client.put("fullScopeAllowed", false);
    client.put("redirectUris", List.of(redirectUri));
    client.put(
        "attributes",
        Map.of(
            "pkce.code.challenge.method",
            "S256",
            "acr.loa.map",
            "{\"mfa\": 1, \"mfa-fresh\": 2}",
            "default.acr.values",
            "mfa",
            "minimum.acr.value",
            "mfa"));
    client.put("defaultClientScopes", List.of("basic", "acr", "profile", "wardline-api"));
    client.put("optionalClientScopes", scopes);
    send("POST", "/clients", JSON.writeValueAsString(client));
  }

  /** Makes scopes, and lets a client that is there ask for them. */
  void allow(String clientId, List<String> scopes) throws Exception {
    for (String scope : scopes) {
      makeScope(scope);
      send("PUT", "/clients/" + key(clientId) + "/optional-client-scopes/" + scopeKey(scope), "");
    }
  }

  private void makeScope(String name) throws Exception {
    send(
        "POST",
        "/client-scopes",
        JSON.writeValueAsString(
            Map.of(
                "name",
                name,
                "protocol",
                "openid-connect",
                "attributes",
                Map.of("include.in.token.scope", "true"))));
  }

  /** Has each token of a client say something. */
  void say(String clientId, String claim, String value) throws Exception {
    send(
        "POST",
        "/clients/" + key(clientId) + "/protocol-mappers/models",
        JSON.writeValueAsString(
            Map.of(
                "name",
                claim,
                "protocol",
                "openid-connect",
                "protocolMapper",
                "oidc-hardcoded-claim-mapper",
                "config",
                Map.of(
                    "claim.name",
                    claim,
                    "claim.value",
                    value,
                    "jsonType.label",
                    "String",
                    "access.token.claim",
                    "true"))));
  }

  private String key(String clientId) throws Exception {
    return JSON.readTree(send("GET", "/clients?clientId=" + clientId, ""))
        .path(0)
        .path("id")
        .asText();
  }

  private String scopeKey(String name) throws Exception {
    for (JsonNode scope : JSON.readTree(send("GET", "/client-scopes", ""))) {
      if (name.equals(scope.path("name").asText())) {
        return scope.path("id").asText();
      }
    }
    throw new AssertionError("no scope " + name);
  }

  void delete(String username) throws Exception {
    JsonNode found = JSON.readTree(send("GET", "/users?exact=true&username=" + username, ""));
    send("DELETE", "/users/" + found.path(0).path("id").asText(), "");
  }

  private String send(String method, String path, String body) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server + "/admin/realms/wardline" + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(method + " " + path + ": " + answer.statusCode());
    }
    return answer.body();
  }
}
