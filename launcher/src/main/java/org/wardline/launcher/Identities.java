package org.wardline.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The demo people and clients of {@code config/demo/identities.json}. */
public final class Identities {
  private final JsonNode file;

  Identities(Installation installation) {
    try {
      file = new ObjectMapper().readTree(installation.config("demo/identities.json").toFile());
    } catch (IOException e) {
      throw new LauncherException("config/demo/identities.json cannot be read.");
    }
  }

  /** A demo person. */
  public record DemoPerson(
      String username,
      String givenName,
      String familyName,
      String profession,
      String department,
      String bleep,
      List<String> roles,
      String password,
      String totpSecret) {}

  List<DemoPerson> people() {
    var people = new ArrayList<DemoPerson>();
    file.path("people")
        .forEach(
            p ->
                people.add(
                    new DemoPerson(
                        p.path("username").asText(),
                        p.path("givenName").asText(),
                        p.path("familyName").asText(),
                        p.path("profession").asText(),
                        p.path("department").asText(),
                        p.path("bleep").asText(),
                        texts(p.path("roles")),
                        p.path("password").asText(),
                        p.path("totpSecret").asText())));
    return people;
  }

  Optional<DemoPerson> person(String username) {
    return people().stream().filter(p -> p.username().equals(username)).findFirst();
  }

  List<String> clients() {
    var clients = new ArrayList<String>();
    file.path("clients").forEach(c -> clients.add(c.path("clientId").asText()));
    return clients;
  }

  /** Scopes that the client asks for when none are given. */
  List<String> usualScopes(String client) {
    for (JsonNode c : file.path("clients")) {
      if (c.path("clientId").asText().equals(client)) {
        return texts(c.path("scopes"));
      }
    }
    throw new LauncherException(
        "There is no demo client " + client + "; there are " + String.join(", ", clients()) + ".");
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(t -> texts.add(t.asText()));
    return texts;
  }
}
