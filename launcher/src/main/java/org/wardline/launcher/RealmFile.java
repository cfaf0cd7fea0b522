package org.wardline.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.wardline.launcher.Identities.DemoPerson;

/**
 * The realm as Keycloak imports it: the template of {@code config/keycloak}, this installation's
 * public keys, and the demo people.
 */
final class RealmFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Installation installation;
  private final SecretFiles secrets;
  private final List<String> origins;

  /**
   * A realm.
   *
   * @param origins addresses of the browser app; the first is told when a session ends
   */
  RealmFile(Installation installation, SecretFiles secrets, List<String> origins) {
    this.installation = installation;
    this.secrets = secrets;
    this.origins = List.copyOf(origins);
  }

  String content(boolean demo) {
    try {
      ObjectNode realm =
          (ObjectNode) JSON.readTree(installation.config("keycloak/wardline-realm.json").toFile());
      if (demo) {
        addDemo(realm);
      }
      addAddresses(realm);
      String text = JSON.writeValueAsString(realm);
      text = replace(text, "@WEB_JWKS@", secrets.publicKeys(secrets.clientKey("wardline-web")));
      text =
          replace(
              text,
              "@DIRECTORY_JWKS@",
              secrets.publicKeys(secrets.clientKey("wardline-directory")));
      for (String client : demo ? new Identities(installation).clients() : List.<String>of()) {
        text =
            replace(
                text, "@CLIENT_JWKS:" + client + "@", secrets.publicKeys(secrets.demoKey(client)));
      }
      return text.replace("@HTTP_ORIGIN@", origins.get(0))
          .replace("@HTTPS_ORIGIN@", origins.get(origins.size() - 1));
    } catch (IOException e) {
      throw new LauncherException("The realm template cannot be read: " + e.getMessage());
    }
  }

  /** A browser may come back from signing in to any node. */
  private void addAddresses(ObjectNode realm) {
    for (JsonNode client : realm.withArray("clients")) {
      if (client.path("clientId").asText().equals("wardline-web")) {
        ArrayNode addresses = ((ObjectNode) client).putArray("redirectUris");
        origins.forEach(origin -> addresses.add(origin + "/auth/callback"));
        ((ObjectNode) client)
            .withObject("/attributes")
            .put(
                "post.logout.redirect.uris",
                origins.stream().map(origin -> origin + "/*").collect(Collectors.joining("##")));
      }
    }
  }

  private void addDemo(ObjectNode realm) throws IOException {
    JsonNode clients =
        JSON.readTree(Files.readString(installation.config("demo/keycloak-clients.json")));
    ArrayNode known = realm.withArray("clients");
    known.addAll((ArrayNode) clients);
    ArrayNode users = realm.withArray("users");
    for (DemoPerson person : new Identities(installation).people()) {
      users.add(user(person));
    }
  }

  private static ObjectNode user(DemoPerson person) throws IOException {
    ObjectNode user = JSON.createObjectNode();
    user.put("username", person.username()).put("enabled", true).put("emailVerified", true);
    user.put("email", person.username() + "@hospital.example");
    user.put("firstName", person.givenName()).put("lastName", person.familyName());
    ObjectNode attributes = user.putObject("attributes");
    attributes.putArray("profession").add(person.profession());
    attributes.putArray("department").add(person.department());
    attributes.putArray("bleep").add(person.bleep());
    attributes.putArray("practitioner").add(person.username());
    ArrayNode credentials = user.putArray("credentials");
    credentials
        .addObject()
        .put("type", "password")
        .put("value", person.password())
        .put("temporary", false);
    ObjectNode otp = credentials.addObject().put("type", "otp").put("userLabel", "phone");
    otp.put(
        "secretData",
        JSON.writeValueAsString(JSON.createObjectNode().put("value", person.totpSecret())));
    otp.put(
        "credentialData",
        "{\"subType\":\"totp\",\"digits\":6,\"counter\":0,\"period\":30,\"algorithm\":\"HmacSHA1\",\"secretEncoding\":\"BASE32\"}");
    ArrayNode roles = user.putArray("realmRoles");
    person.roles().forEach(roles::add);
    return user;
  }

  private static String replace(String text, String placeholder, String value) throws IOException {
    String escaped = JSON.writeValueAsString(value);
    return text.replace(placeholder, escaped.substring(1, escaped.length() - 1));
  }
}
